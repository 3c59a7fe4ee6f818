/*
 * Personal data by kind: what is found, whole, and what is left alone. All persons, numbers and plates are invented.
 */
#include "core/pii/pii.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena_fixture.h"
#include "core/knowledge/knowledge.h"
#include "unit.h"

/* A text, and what must be found in it: "kind[words] kind[words]", "" for nothing. */
typedef struct Case {
    const char *text, *found;
} Case;

static Knowledge *knowledge;

/* What is found, written as in Case.found. */
static char *findings(Arena *arena, const char *bytes)
{
    Text text;
    Pii *found;
    uint32_t count;
    assert_int_equal(text_init(&text, arena, bytes, strlen(bytes), NULL), 0);
    assert_int_equal(pii_find(&text, knowledge, arena, &found, &count), 0);
    char *out = arena_strdup(arena, "");
    uint32_t end = 0;
    for (uint32_t i = 0; i < count; i++) {
        assert_true(found[i].span.start >= end && found[i].span.start < found[i].span.end);
        end = found[i].span.end;
        assert_true(end <= text.len);
        out = arena_printf(arena, "%s%s%s[%.*s]", out, *out ? " " : "", read_pii_code(found[i].kind),
                           (int)(end - found[i].span.start), bytes + found[i].span.start);
    }
    return out;
}

static void check(Arena *arena, const Case *cases, size_t count)
{
    int wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const char *got = findings(arena, cases[i].text);
        if (strcmp(got, cases[i].found) == 0) continue;
        print_error("%s\n   want %s\n   got  %s\n", cases[i].text, cases[i].found, got);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}
#define CHECK(cases) check(*state, cases, sizeof cases / sizeof *cases)

static void personal_numbers(void **state)
{
    static const Case CASES[] = {
        {"Hyresgästen, 19871124-9816, klagar", "personnummer[19871124-9816]"},
        {"Kvinna (420817-9822) i Bro", "personnummer[420817-9822]"},
        {"Mitt personnummer är 4107199863 ifall", "personnummer[4107199863]"},
        {"Efterlyst man, 19610430 9874, greps", "personnummer[19610430 9874]"},
        {"samordningsnummer 080774-9833, ville", "samordningsnummer[080774-9833]"},
        {"id-koll: 199904829844. runt 2300", "samordningsnummer[199904829844]"},
        {"född 1961-04-30-9874", "personnummer[1961-04-30-9874]"},
        {"född 1961 04 30 9874", "personnummer[1961 04 30 9874]"},
        {"hon är 420817+9822 och pigg", "personnummer[420817+9822]"},
        {"610430–9874 med tankstreck", "personnummer[610430–9874]"},
        {"pnr:610430-9874.", "personnummer[610430-9874]"},
        {"610430 9874", "personnummer[610430 9874]"},
        {"19 610430-9874", "personnummer[19 610430-9874]"},
        {"id 850709-9805", "personnummer[850709-9805]"},
        {"Legitimation visad: 850709-9805", "personnummer[850709-9805]"},
        {"pojken,19871124-9816", "personnummer[19871124-9816]"},
        {"19871124 - 9816", "personnummer[19871124 - 9816]"},
        {"198711249816", "personnummer[198711249816]"},
        {"87-11-24-9816", "personnummer[87-11-24-9816]"},
        {"gjort anmälan, 19871124-9816, i går", "personnummer[19871124-9816]"},
        {"två: 610430-9874/420817-9822", "personnummer[610430-9874] personnummer[420817-9822]"},
        /* near misses */
        {"fel kontrollsiffra 19871124-9817", ""},
        {"månad 13: 19871324-9816", ""},
        {"org.nr 556987-4422", ""},
        {"vårt försäkringsnummer 920931-2256 hos bolaget", ""},
        {"K-nr 5000-K123456-26", ""},
        {"larm-id 8912302341", ""},
        {"ramnr WBK7741209", ""},
        {"Rondnr 20260121-0042", ""},
        {"OV-2026-00817 och dnr KS 2026/00213", ""},
        {"2026-03-13 0815 kom larmet", ""},
        {"Koordinater 59.4785, 17.7503", ""},
        {"ärende 610430-9874", ""},
        {"Fakturanr 20260114-9981 avser klottersanering", ""},
        {"OCR 199012319876", ""},
        {"Bankgiro 5050-1055", ""},
        {"Org. nummer 212000-0100", ""},
        {"orgnr 802001-5304", ""},
        {"Ärendenummer: 2026-114-7780", ""},
        {"GPS 6600432, 652117 (SWEREF 99 TM)", ""},
        {"ISBN 978-91-7000-150-3", ""},
        {"konto 8327-9 123 456 789-0", ""},
        {"dnr: 610430-9874", ""},
        {"1610430-98745", ""},
        {"610430-9874-2", ""},
        {"610431-9873", ""},
        {"000000-0000", ""},
        {"30 februari 610230-9875", ""},
    };
    CHECK(CASES);
}

static void phones(void **state)
{
    static const Case CASES[] = {
        {"sms till 070-174 06 12.", "telefon[070-174 06 12]"},
        {"pappan 0701740633", "telefon[0701740633]"},
        {"från +46 70 174 06 38. Rektorn", "telefon[+46 70 174 06 38]"},
        {"Sms 070 174 06 45 när ni", "telefon[070 174 06 45]"},
        {"Dahlgatan, 08-465 004 17.", "telefon[08-465 004 17]"},
        {"(08) 465 004 17", "telefon[(08) 465 004 17]"},
        {"Rapport 08-465 004 17 (växel)", "telefon[08-465 004 17]"},
        {"0046701740671", "telefon[0046701740671]"},
        {"+46 (0)70-174 06 71", "telefon[+46 (0)70-174 06 71]"},
        {"+46701740671", "telefon[+46701740671]"},
        {"0701-74 06 71", "telefon[0701-74 06 71]"},
        {"070/174 06 71", "telefon[070/174 06 71]"},
        {"tel. 018-12 34 56", "telefon[018-12 34 56]"},
        {"tel 465 004 17", "telefon[465 004 17]"},
        {"070-174 06 12 21.30 ringde han", "telefon[070-174 06 12]"},
        {"+46(0)701740612", "telefon[+46(0)701740612]"},
        {"0701740612/0701740613", "telefon[0701740612] telefon[0701740613]"},
        {"070 17 40 612", "telefon[070 17 40 612]"},
        {"0046 70 174 06 12", "telefon[0046 70 174 06 12]"},
        {"tfn: 08 174 06 12", "telefon[08 174 06 12]"},
        {"070-174-06-12", "telefon[070-174-06-12]"},
        {"070.174.06.12", "telefon[070.174.06.12]"},
        {"010-56 53842", "telefon[010-56 53842]"},
        {"010 – 563 67 15", "telefon[010 – 563 67 15]"},
        {"(+46) 70 174 06 12", "telefon[(+46) 70 174 06 12]"},
        {"46701740612", "telefon[46701740612]"},
        {"norskt nummer +47 22 12 34 56", "telefon[+47 22 12 34 56]"},
        {"0513-170 00", "telefon[0513-170 00]"},
        /* near misses */
        {"ring 112 eller 114 14", ""},
        {"Ring 1177", ""},
        {"buss 552, linje 117", ""},
        {"Nyckel 0714 återlämnad", ""},
        {"kl 0730-0815", ""},
        {"kl 08.30-09.15", ""},
        {"kl 08-16 2026", ""},
        {"ca 62 000 kr", ""},
        {"IMG_20260309_0612.jpg", ""},
        {"den 01-02-2026", ""},
        {"SOS 112, 113 13 och 1177", ""},
        {"på 11414", ""},
        {"ring 114 114", ""},
        {"2026-03-14 kl 0815-0930", ""},
        {"0815-0930", ""},
        {"IBAN SE35 5000 0000 0549 1000 0003", ""},
        {"dnr 0701740612", ""},
        {"2026-03-13 08.14", ""},
        {"skada på stolpe 0132, plan 2", ""},
        {"0,71 mg/l", ""},
        {"Lgh 1203, port 14B", ""},
        {"100-150 personer", ""},
        {"ca 1 400 kr", ""},
        {"09.00–11.00", ""},
        {"linje 543 stod still 22.10-22.40", ""},
        {"Ärendenr 08-2026-114", ""},
    };
    CHECK(CASES);
}

static void addresses(void **state)
{
    static const Case CASES[] = {
        {"kontakta sara.lindmark.bro@example.com", "epost[sara.lindmark.bro@example.com]"},
        {"leif.a.brodin@example.se.", "epost[leif.a.brodin@example.se]"},
        {"Sara.Lindmark@example.com", "epost[Sara.Lindmark@example.com]"},
        {"<a_b+c@sub.example.co.uk>", "epost[a_b+c@sub.example.co.uk]"},
        {"anna (at) example.com", "epost[anna (at) example.com]"},
        {"snap @nisse och mer", ""},
        {"3 st @ 40 kr", ""},
        {"mejla <leif@example.se>, tack", "epost[leif@example.se]"},
        {"anna[at]example.se", "epost[anna[at]example.se]"},
        {"åsa.öberg@exempel.se", "epost[åsa.öberg@exempel.se]"},
        {"“anna@example.com”", "epost[anna@example.com]"},
        {"www.example.com", ""},
        {"a@b", ""},
        {"anna@localhost", ""},
        {"@example.com", ""},
    };
    CHECK(CASES);
}

static void plates(void **state)
{
    static const Case CASES[] = {
        {"Reg JNF 63C när ni kan", "regnr[JNF 63C]"},
        {"vit skåpbil PLW 318, motorn", "regnr[PLW 318]"},
        {"reg jrt836 och PDU 27F. bärg", "regnr[jrt836] regnr[PDU 27F]"},
        {"svart golf abc123", "regnr[abc123]"},
        {"JRT836", "regnr[JRT836]"},
        {"lastbil med släp, DRT 45B resp. MNO 881", "regnr[DRT 45B] regnr[MNO 881]"},
        {"A-traktor regnr: jnd 38p", "regnr[jnd 38p]"},
        {"svart bmw, RKT 772", "regnr[RKT 772]"},
        {"bilen hade skyltarna PMC-114", "regnr[PMC-114]"},
        {"moppe FGH 21 G", "regnr[FGH 21 G]"},
        {"reg.nr. RTY45K", "regnr[RTY45K]"},
        {"(JNF 63C)", "regnr[JNF 63C]"},
        {"polsk skylt WGM 4471K", "regnr[WGM 4471K]"},
        {"registreringsnummer Jrt 836", "regnr[Jrt 836]"},
        {"Bilen är KTM 41B om ni undrar", "regnr[KTM 41B]"},
        {"Två rutor krossade. Ägare till kjp37c nådd.", "regnr[kjp37c]"},
        /* near misses */
        {"Ägaren till bilen bor i hus 12b", ""},
        {"bilens ägare i port 214 och lgh 130", ""},
        {"en grå BMW 320", ""},
        {"vid TPL 114 samma morgon", ""},
        {"E18 100 meter", ""},
        {"buss 552", ""},
        {"OV-2026-00817", ""},
        {"Mercedes CLA 200", ""},
        {"Volvo XC90 och KTM 690", ""},
        {"SMS 112", ""},
        {"dnr ABK 123", ""},
        {"kod ABK123-4", ""},
        {"VÄSKA MED LED 55W", ""},
        {"vid hus 12B", ""},
        {"plats 014 b", ""},
        {"kl 235", ""},
        {"TPL191", ""},
        {"ring SOS 112", ""},
        {"RAL 900", ""},
        {"Ärende KLM 123", ""},
        {"kod till port: HJK 482", ""},
        {"rum ABC 123", ""},
    };
    CHECK(CASES);
}

static void names(void **state)
{
    static const Case CASES[] = {
        {"Hyresgästen heter Robert Sandvall, född", "namn[Robert Sandvall]"},
        {"tjejen heter moa lindén, går i 4an", "namn[moa lindén]"},
        {"Vänligen Birgitta Holmkvist", "namn[Birgitta Holmkvist]"},
        {"Ägaren Jonas Hedvall kom", "namn[Jonas Hedvall]"},
        {"Min son Theo har inte", "namn[Theo]"},
        {"flickan, Amina Warsame Dahl, är", "namn[Amina Warsame Dahl]"},
        {"bitr rektor Ann-Sofie Dahlqvist", "namn[Ann-Sofie Dahlqvist]"},
        {"Hälsningar Gun Tellstedt", "namn[Gun Tellstedt]"},
        {"Hyresgästen Fatima Al-Hassan i lgh 1203", "namn[Fatima Al-Hassan]"},
        {"Polisassistent Lindgren var på plats", "namn[Lindgren]"},
        {"Ordningsvakt Stefanidis fick en spark", "namn[Stefanidis]"},
        {"det stod en karl och skrek vid grinden", ""},
        {"Polis kallas till Ribersborg", ""},
        {"Polisen Åkerblad tog emot anmälan", "namn[Åkerblad]"},
        {"INGA SPELREGLER GÄLLER HÄR", ""},
        {"Familjen Warsame har polisanmält", "namn[Warsame]"},
        {"mannen, Mohamed Ali Hassan, greps", "namn[Mohamed Ali Hassan]"},
        {"En kille som heter Liam hotade Elvin", "namn[Liam] namn[Elvin]"},
        {"Jag såg Mikaels bil utanför", "namn[Mikaels]"},
        {"Mvh /Anders B", "namn[Anders B]"},
        {"// Tove, fältare", "namn[Tove]"},
        {"Med vänliga hälsningar,\n\nPer Holm\nBovärd", "namn[Per Holm]"},
        {"Mvh\nStig", "namn[Stig]"},
        {"pojken kallas \"Abbe\" av de andra", "namn[Abbe]"},
        {"Enligt Bo Granström på SL", "namn[Bo Granström]"},
        {"mitt namn är josefin ek", "namn[josefin ek]"},
        {"brottsoffret (Nadja K.) är rädd", "namn[Nadja K]"},
        {"anmälare Håkan von Essen", "namn[Håkan von Essen]"},
        {"JONAS LINDQVIST har setts", "namn[JONAS LINDQVIST]"},
        {"lärare: M. Lundgren", "namn[M. Lundgren]"},
        {"hyresgäst Ekwall på plan 3", "namn[Ekwall]"},
        {"pappan, mikael strand, hämtade", "namn[mikael strand]"},
        {"elias och noah slogs", "namn[elias] namn[noah]"},
        {"Axel ringde. Stig är arg.", "namn[Axel] namn[Stig]"},
        {"Vi träffade Amanda, Tindra och Noah.", "namn[Amanda] namn[Tindra] namn[Noah]"},
        {"Hon är gift med Per", "namn[Per]"},
        {"växeln (Bo Ek)", "namn[Bo Ek]"},
        {"fru Lind på plan 2", "namn[Lind]"},
        {"OV Martinsson och OV Ahmadi", "namn[Martinsson] namn[Ahmadi]"},
        {"Hälsar Mia & Tomas", "namn[Mia] namn[Tomas]"},
        {"Elias N. och Hamza O. i 8C har hotat Love", "namn[Elias N] namn[Hamza O] namn[Love]"},
        {"En man vid namn Abdi Yusuf Farah", "namn[Abdi Yusuf Farah]"},
        {"fritidsledare Sanna och fältare Micke", "namn[Sanna] namn[Micke]"},
        {"Kurator Lisa Wall", "namn[Lisa Wall]"},
        {"säger Ylva Xqvzt", "namn[Ylva Xqvzt]"},
        {"enligt Zxyra Svensson har", "namn[Zxyra Svensson]"},
        /* near misses */
        {"containern längst bort på Sparres väg", ""},
        {"Mvh bovärden", ""},
        {"/ fritidsledarna", ""},
        {"/Kommunpolis", ""},
        {"Köpmanvägen och Sankt Eriks torg", ""},
        {"Tage Erlanders gata och Anna Lindhs plats", ""},
        {"På Gustav Adolfs väg", ""},
        {"Anders Franzéns Park", ""},
        {"på Karl XI:s väg", ""},
        {"Björns trädgård", ""},
        {"S:t Eriks sjukhus", ""},
        {"Hos Lindströms bageri", ""},
        {"Kronans Apotek och Willys", ""},
        {"Clas Ohlson, Jula och ICA Maxi", ""},
        {"Stockholm, Uppsala, Lund och Berg", ""},
        {"I Klara greps en man. Vid Åsa krockade två", ""},
        {"16:29 Inga personskador", ""},
        {"Misstänkt påverkad förare, Rosengård.", ""},
        {"Rosa graffiti på väggen", ""},
        {"Sten kastades. Björn skjuten.", ""},
        {"stackars gamla Sigbritt fick betala", "namn[Sigbritt]"},
        {"Lilla Tindra tappade mössan", "namn[Tindra]"},
        {"Torget i Gamla Uppsala", ""},
        {"mvh K. Lind, Bro", "namn[K. Lind]"},
        {"snabba ben och armen bruten", ""},
        {"Mvh Trygghetsteamet", ""},
        {"Mvh Securitas OV Bro", ""},
        {"Hälsningar Brf Solrosen", ""},
        {"Hej Kommunen!", ""},
        {"skolan heter Björkskolan", ""},
        {"appen heter Snapchat", ""},
        {"Mannen ville ha pengar", ""},
        {"Per person 300 kr", ""},
        {"Polisområde Skaraborg och Trafikplats Norslund", ""},
        {"stormen Hans", ""},
        {"Mc Donalds", ""},
        {"Snickar Anders AB", ""},
        {"Signalement: Zlatan-tröja", ""},
        {"Kvarteret Duvan, Blåmesen och Tallbacken", ""},
    };
    CHECK(CASES);
}

static void masking_moves_offsets(void **state)
{
    Arena *arena = *state;
    static const char TEXT[] = "Ring 070-174 06 12 i Bro";
    Text text;
    Pii *found;
    uint32_t count, moved[sizeof TEXT];
    size_t len;
    assert_int_equal(text_init(&text, arena, TEXT, sizeof TEXT - 1, NULL), 0);
    assert_int_equal(pii_find(&text, knowledge, arena, &found, &count), 0);
    char *masked = pii_mask(&text, found, count, arena, &len, moved);
    assert_string_equal(masked, "Ring [telefon] i Bro");
    assert_int_equal(len, strlen(masked));
    assert_int_equal(moved[0], 0);
    assert_int_equal(moved[5], 5);   /* where the number starts, its mask starts */
    assert_int_equal(moved[8], 5);   /* inside it, too */
    assert_int_equal(moved[18], 14); /* right behind it */
    assert_memory_equal(masked + moved[21], "Bro", 3);
    assert_int_equal(moved[sizeof TEXT - 1], len);
    assert_string_equal(pii_mask(&text, found, 0, arena, &len, NULL), TEXT);
}

static int load(void **state)
{
    (void)state;
    Error err;
    if (knowledge_load(&knowledge, getenv("LAGESBILD_KNOWLEDGE"), &err) == 0) return 0;
    print_error("%s\n", err.text);
    return -1;
}

static int unload(void **state)
{
    (void)state;
    knowledge_unref(knowledge);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(personal_numbers, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(phones, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(addresses, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(plates, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(names, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(masking_moves_offsets, arena_fixture_set_up, arena_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
