#include "core/place/locate.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/read/text.h"

#include "unit.h"

typedef struct Fixture {
    Knowledge *k;
    Arena *arena;
} Fixture;

static int load(void **state)
{
    static Fixture fixture;
    Error err = {{0}};
    fixture.arena = arena_new();
    int status = knowledge_load(&fixture.k, getenv("LAGESBILD_KNOWLEDGE"), &err);
    if (status) print_error("%s\n", err.text);
    *state = &fixture;
    return status;
}

static int unload(void **state)
{
    Fixture *f = *state;
    knowledge_unref(f->k);
    arena_free(f->arena);
    return 0;
}

static Location locate(Fixture *f, const char *words, Span span, Span heading, const char *sender)
{
    Text text;
    Location location;
    Segment segment = {.span = span, .area_context = heading};
    MunicipalityId id = sender ? knowledge_find_municipality(f->k, sender) : MUNICIPALITY_NONE;
    LocateContext context = {id, AREA_NONE, span.start};
    assert_int_equal(text_init(&text, f->arena, words, strlen(words), NULL), 0);
    assert_int_equal(locate_read(&location, f->arena, &text, &segment, f->k, &context), 0);
    return location;
}

static const char *codes(const Fixture *f, const Location *location, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < location->area_count && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s", i ? " " : "",
                               knowledge_area(f->k, location->areas[i].area)->code);
    return out;
}

typedef struct Case {
    const char *sender, *text, *areas; /* the areas' codes with a space between, most certain first */
} Case;

static void check(void **state, const Case *cases, size_t count)
{
    Fixture *f = *state;
    char got[256];
    for (size_t i = 0; i < count; i++) {
        Location location =
            locate(f, cases[i].text, (Span){0, (uint32_t)strlen(cases[i].text)}, (Span){0, 0}, cases[i].sender);
        if (strcmp(codes(f, &location, got, sizeof got), cases[i].areas) != 0)
            fail_msg("\"%s\" gives \"%s\", not \"%s\"", cases[i].text, got, cases[i].areas);
    }
}
#define CHECK(cases) check(state, cases, sizeof cases / sizeof *cases)

static const char HOME[] = "upplands-bro", CITY[] = "stockholm";

static void names_are_read_in_every_form(void **state)
{
    static const Case cases[] = {
        {HOME, "Kl 0415 brinner en soptunna vid gymmet, Bro C.", "bro"},
        {HOME, "LOB Kungsängens stn, kvinna ca 35", "kungsangen"},
        {HOME, "fyra killar på Broskolans skolgård", "bro"},
        {HOME, "Slagsmål i KUNGSÄNGENS CENTRUM", "kungsangen"},
        {HOME, "Kungsängen station, fylleri", "kungsangen"},
        {HOME, "skadegörelse på brunnaskolan", "brunna"},
        {HOME, "Till upplandsbro kommun!", "upplands-bro"},
        {HOME, "rådjur påkört i Upplands Bro", "upplands-bro"},
        {CITY, "cykel stulen på hässelbytorg", "hasselby-torg"},
        {CITY, "Rån Vällingby C lör 19:10", "hasselby-vallingby"},
        {CITY, "utanför Ha\u0308sselby ga\u030ards t-bana", "hasselby-torg"},
    };
    CHECK(cases);
}

static void misspelt_names_are_understood(void **state)
{
    static const Case cases[] = {
        {HOME, "ungdomar vid Kungsägens station", "kungsangen"},
        {HOME, "stoppades på Köpmansvägen", "bro"},
        {HOME, "gångvägen mellan finsta och skolan", "bro"},
        {HOME, "Jättesmäll nyss i Brunnna!!!", "brunna"},
        {CITY, "Gräl två killar Hässleby Torg", "hasselby-torg"},
        {HOME, "bilen började brinna på parkeringen", "upplands-bro"},
        {NULL, "27 maj 15:29, Trafikbrott, Norrtälje\nMotorcykeln anträffades i Finsta.", ""},
    };
    CHECK(cases);
}

static void a_bridge_is_no_town(void **state)
{
    static const Case cases[] = {
        {HOME, "Föraren har kört in i en bro på väg 263.", "upplands-bro"},
        {HOME, "Klotter under bron vid Lillsjö", "kungsangen"},
        {HOME, "två killar satt på bron ovanför e18 vid kungsängen", "kungsangen"},
        {HOME, "Tält under bron invid Bro station", "bro"},
        {HOME, "vi var i bro ikväll", "bro"},
        {NULL, "min bror tappade cykeln på gångbron mot skolan", ""},
        {NULL, "Nedklottrat på bron över Fyrisån vid Kungsängsgatan", ""},
    };
    CHECK(cases);
}

static void the_other_bro_is_elsewhere(void **state)
{
    static const Case cases[] = {
        {NULL, "Grov misshandel på en camping i Bro, Kristinehamn.", ""},
        {NULL, "08 juni 15:21, Trafikolycka, Kristinehamn\nOlycka i området Bro på Spelmansgatan.", ""},
        {NULL, "08 juni 13:07, Vapenlagen, Uppsala\nVapen i ett lägenhetshus i Kungsängen.", ""},
        {NULL, "Norrköping. Rattfylleri Kungsängen i natt", ""},
        {NULL, "villainbrott Brunna, Vänge (Uppsala) dagtid", ""},
        {NULL, "Källarbrand i Norra Bro utanför Örebro", ""},
        {NULL, "30 januari 09:08, Brand, Västerås\nBrand i Hässelby utanför Västerås", ""},
        {HOME, "Kollegor i Bro, Kristinehamn, söker samma bil.", ""},
        {NULL, "I Bro omhändertogs en man.", ""},
        {NULL, "28 april 23:37, Fylleri/LOB, Upplands-bro\nI Bro omhändertogs en man.", "bro"},
        {NULL, "25 november 13.10, Farligt föremål, misstänkt, Järfälla\nMisstänkt föremål i Bro", "bro"},
        {NULL, "Kollision på E18 vid Bro, två till sjukhus.", "bro"},
        {NULL, "Bråk i Bro i Upplands-Bro kommun", "bro"},
        {NULL, "Två gripna för rån i Bro norr om Stockholm", "bro"},
        {NULL, "05 januari 10.10, Trafikolycka, Enköping\nKrock på E18 i höjd med Bro.", "bro"},
        {NULL, "05 januari 10.10, Brand, Botkyrka\nBrand i Brunna.", ""},
        {NULL, "05 januari 10.10, Brand, Järfälla\nBrand i Brunna.", "brunna"},
    };
    CHECK(cases);
}

static void where_somebody_belongs_is_not_where_it_happened(void **state)
{
    static const Case cases[] = {
        {HOME, "ungdom från brunna var i bro c ikväll", "bro"},
        {HOME, "Narkotika, Bro station. Den ene skriven i Kungsängen.", "bro"},
        {HOME, "Man från Bro greps i Täby misstänkt för stöld.", ""},
        {HOME, "slog en granne i Norrboda men greps i Bålsta 04.10", "brunna"},
        {HOME, "rånades vid Bro station av två som sprang mot Kungsängen", "bro"},
        {HOME, "Försvunnen kvinna från boende i Kungsängen. Anträffad välbehållen 05.40 i Bro.", "kungsangen"},
        {NULL, "31 juli 22.00, Skottlossning, Upplands-bro\nEn person är anträffad skjuten i Bro.", "bro"},
        {HOME, "Mannen är boende på Hjortronvägen i Kungsängen men rånades i Bro.", "bro"},
        {HOME, "Mannen greps senare i en lägenhet i Kungsängen för misshandeln i Bro.", "bro"},
        {HOME, "Elever från Härneviskolan bråkade vid Brunna IP", "brunna"},
        {HOME, "Match mellan Bro IK och Kungsängens IF på Brunna IP", "brunna"},
        {HOME, "Stulen bil. Mvh kommunpolisen, LPO Järfälla", "upplands-bro"},
        {HOME, "Äldre dam som bor i Kungsängen har blivit uppringd", "kungsangen"},
        {HOME, "stals från mannens bil i Bro, uttag gjordes i Jakobsberg", "bro"},
    };
    CHECK(cases);
}

static void a_negated_place_is_not_tagged(void **state)
{
    static const Case cases[] = {
        {HOME, "inga problem i Bro, däremot i Brunna", "brunna"},
        {HOME, "hände inte i Bro, som vi skrev, utan vid Kungsängens IP", "kungsangen"},
        {CITY, "Vi gick INTE på Hässelby torg i lördags, blev omdirigerade till Tensta torg.", "stockholm"},
        {HOME, "Inga ärenden i Håbo-Tibble, Bro eller Kungsängen. I Brunna brann en container.", "brunna"},
        {HOME, "vi gick i bro centrum o brunna, inget hände. i kungsängen var det stökigt", "kungsangen"},
        {HOME, "bråk på Ekhammarsskolan, lugnt när vi kom", "kungsangen"},
        {HOME, "Det hände inte i Bro.", ""},
        {HOME, "två mopeder totalt brunna bakom skolan i Bro", "bro"},
        {HOME, "Hann aldrig till Kungsängen i kväll, i Bro blev det bråk.", "bro"},
        {CITY, "Inget pass i Hässelby gård idag. Hässelby torg hade vi i stället, där slogs två.", "hasselby-torg"},
        {HOME, "Moped hittad på Råbystigen. Den var stulen i Enköping.", "bro"},
        {HOME, "Min cykel är borta. Den stals i Kungsängen.", "kungsangen"},
        {HOME, "Vid nio ringde en kvinna från Råbystigen och sa att någon stod i trapphuset.", "bro"},
        {HOME, "Patrullerade Kungsängen, Brunna och Bro. Allt lugnt utom i Bro där en bil brann.", "bro"},
        {HOME, "Skottlossningen i Bro förra veckan oroar. I dag sköts raketer i Norrboda.", "brunna"},
        {CITY, "Stökigt i Hässelby strand, lugnt på Hässelby torg", "hasselby-vallingby"},
        {HOME, "bro\n2210 slagsmål utanför grillen", "bro"},
        {HOME, "det var en\nbro som rasade", "upplands-bro"},
        {HOME, "Slagsmål vid Bro station, två killar. Brunna hann vi inte med.", "bro"},
        {HOME, "Började 18.30 i Bro, knappt någon ute. Kungsängen likadant. Brunna däremot: bråk vid rampen.",
         "brunna"},
        {CITY, "T Hässelby gård: en kille slår sönder spärren.", "hasselby-torg"},
        {HOME, "Lugnt i Bro.", "bro"},
    };
    CHECK(cases);
}

static void the_most_precise_decides(void **state)
{
    static const Case cases[] = {
        {HOME, "Olyckan skedde i Kungsängen. Det var på Granhammarsvägen.", "brunna"},
        {HOME, "På Granhammarsvägen i Brunna, Kungsängen, krockar en bil", "brunna"},
        {HOME, "Två mopeder, en i Brunna och en vid Bro station", "brunna bro"},
        {HOME, "en på Effektvägen i Brunna industriområde och en som hittades vid avfarten till Bro", "brunna bro"},
        {CITY, "fyra killar på torget i Hässelby gård", "hasselby-torg"},
        {CITY, "i Hässelby gård i går kväll. Han slog två som satt på torget.", "hasselby-torg"},
        {CITY, "en bostad i Hässelby gård", "hasselby-vallingby"},
        {CITY, "Maltesholmsvägen vid Hässelby torg", "hasselby-torg"},
        {HOME, "Olycka på E18 i höjd med Kallhäll", ""},
        {HOME, "Olycka på E18 västerut i höjd med trafikplats Bro", "bro"},
        {HOME, "Bänken på spåret mot Bålsta, Kungsängens station: bränd sits", "kungsangen"},
        {HOME, "Bara i Bro satt det folk, åtta stycken på rad", "bro"},
        {HOME, "Larmet kom från Bålsta. Rök ur en hiss, inget för Upplands-Bro.", ""},
        {HOME, "Farfar avvek från boendet i Bro efter lunch. Han kom till rätta i Jakobsberg.", "bro"},
    };
    CHECK(cases);
}

static void the_sender_stands_for_what_is_not_said(void **state)
{
    Fixture *f = *state;
    static const char text[] = "Skadegörelse på ett fordon.";
    Location location = locate(f, text, (Span){0, sizeof text - 1}, (Span){0, 0}, HOME);
    assert_int_equal(location.area_count, 1);
    assert_string_equal(location.areas[0].evidence.rule, "sender");
    assert_int_equal(location.areas[0].evidence.span_count, 0);
    location = locate(f, text, (Span){0, sizeof text - 1}, (Span){0, 0}, NULL);
    assert_int_equal(location.area_count, 0);
    assert_false(location.elsewhere);
    location = locate(f, text, (Span){0, sizeof text - 1}, (Span){0, 0}, "kristinehamn");
    assert_int_equal(location.area_count, 0);
    assert_true(location.elsewhere);
    /* A county's own feed says neither where it is nor where it isn't, unless no area lies in the county. */
    location = locate(f, text, (Span){0, sizeof text - 1}, (Span){0, 0}, "stockholms-lan");
    assert_int_equal(location.area_count, 0);
    assert_false(location.elsewhere);
    location = locate(f, text, (Span){0, sizeof text - 1}, (Span){0, 0}, "varmlands-lan");
    assert_true(location.elsewhere);
}

static void headings_cover_what_stands_under_them(void **state)
{
    Fixture *f = *state;
    static const char text[] =
        "KUNGSÄNGEN\n22.50 Slagsmål på perrongen, två sprang mot Bro.\n23.10 Bilbrand, Norrboda.\n"
        "JÄRFÄLLA\n23.30 Inbrott på Ringvägen.\n";
    char got[64];
    const char *first = strstr(text, "22.50"), *second = strstr(text, "23.10"), *away = strstr(text, "JÄRF"),
               *last = strstr(text, "23.30");
    Span heading = {0, (uint32_t)strlen("KUNGSÄNGEN")};
    Location l = locate(f, text, (Span){(uint32_t)(first - text), (uint32_t)(second - text)}, heading, HOME);
    assert_string_equal(codes(f, &l, got, sizeof got), "kungsangen");
    assert_string_equal(l.areas[0].evidence.rule, "area-heading");
    assert_int_equal(l.areas[0].evidence.spans[0].end, heading.end);
    l = locate(f, text, (Span){(uint32_t)(second - text), (uint32_t)(away - text)}, heading, HOME);
    assert_string_equal(codes(f, &l, got, sizeof got), "brunna");
    heading = (Span){(uint32_t)(away - text), (uint32_t)(away - text + (long)strlen("JÄRFÄLLA"))};
    l = locate(f, text, (Span){(uint32_t)(last - text), sizeof text - 1}, heading, HOME);
    assert_int_equal(l.area_count, 0);
    assert_true(l.elsewhere);
    static const char report[] = "Lägesrapport Hässelby-Vällingby\n\n22.00 Bilbrand på en parkering.\n";
    const char *item = strstr(report, "22.00");
    l = locate(f, report, (Span){(uint32_t)(item - report), sizeof report - 1}, (Span){0, 0}, CITY);
    assert_string_equal(codes(f, &l, got, sizeof got), "hasselby-vallingby");
    assert_string_equal(l.areas[0].evidence.rule, "report-heading");
    static const char square[] = "Hässelby torg 17-01, ordningsvakter\n22.00 Berusad man avvisad.\n";
    item = strstr(square, "22.00");
    l = locate(f, square, (Span){(uint32_t)(item - square), sizeof square - 1}, (Span){0, 0}, CITY);
    assert_string_equal(codes(f, &l, got, sizeof got), "hasselby-torg");
}

static void the_incident_before_tells_whose_station_it_is(void **state)
{
    Fixture *f = *state;
    static const char *const cases[][2] = {
        {"På perrongen slog någon sönder en ruta.", "bro"},
        {"I samma port rökte tre killar hasch.", "bro"},
        {"I samma port på Ringvägen rökte tre killar hasch.", "kungsangen"},
        {"Samma adress, nytt larm. En ruta krossad.", "bro"},
        {"2310 samma hus, ny anmälan om bråk.", "bro"},
        {"Samma gäng krossade en ruta.", "upplands-bro"},
        {"En bil stals någonstans.", "upplands-bro"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char got[64];
        Text text;
        Location location;
        uint32_t len = (uint32_t)strlen(cases[i][0]);
        Segment segment = {.span = {0, len}};
        LocateContext context = {knowledge_find_municipality(f->k, HOME), knowledge_find_area(f->k, "bro"), 0};
        assert_int_equal(text_init(&text, f->arena, cases[i][0], len, NULL), 0);
        assert_int_equal(locate_read(&location, f->arena, &text, &segment, f->k, &context), 0);
        assert_string_equal(codes(f, &location, got, sizeof got), cases[i][1]);
    }
}

static void who_tells_of_it_lives_where_it_happened(void **state)
{
    static const Case cases[] = {
        {HOME, "Ringde en dam från Brunna och berättade att hon blivit lurad.", "brunna"},
        {HOME, "En familj från Tegelhagen anmälde att bilen stulits.", "bro"},
        {HOME, "Hej, jag från Ringvägen igen, nu är garaget nedklottrat.", "kungsangen"},
        {HOME, "Olycka e18 avfart bro, två bilar", "bro"},
        {HOME, "Larm i Bålsta, en ruta krossad. Våra objekt i Bro är inte rondade än.", ""},
        {CITY, "Hby gård T 0115, berusad man.", "hasselby-torg"},
    };
    CHECK(cases);
}

static void quiet_places_give_way_to_the_others(void **state)
{
    static const Case cases[] = {
        {HOME, "Lugnt vid Bro station, däremot bråk utanför Ekhammarskolan.", "kungsangen"},
        {HOME, "Rond i Brunna. Vid 02 klottrade tre personer på en vägg. Lugnt även i Bro.", "brunna"},
        {HOME, "Åkte Kungsängen–Bro–Brunna. Inga problem i Kungsängen eller Bro. Brunna: ruta krossad.", "brunna"},
        {HOME, "Nattvandring Bro–Brunna, trevlig kväll.", "bro brunna"},
        {HOME, "Inget stök i Bro. Slagsmål vid Kungsängens IP.", "kungsangen"},
        {HOME, "Bro: –\nKungsängen: Rån på pendeltåget.\nBrunna: -\n", "kungsangen"},
        {HOME, "På Råbyplan var det lugnt fram till tio, då började de slåss.", "bro"},
        {HOME, "Bro station kl 19 lugnt, bara några pensionärer. Brunna 21.40 slogs två killar.", "brunna"},
        {HOME, "Tibble torg till åtta, god stämning. Därefter Brunna där en kille blev slagen.", "brunna"},
        {HOME, "Stod först i Bro C. Sedan Brunna, där vi fick stoppa ett slagsmål.", "brunna"},
        {HOME, "En pojke rånades i Brunna. Rånaren hejdades vid stationen i Kungsängen.", "brunna"},
        {HOME, "Moped stulen i Bro, körd genom Kungsängen och dumpad i Brunna", "bro"},
        {HOME, "En pojke rånades i Brunna, rånaren togs av väktare vid Bro station.", "brunna"},
        {HOME, "Jag kör bussen mellan Brunna och Bro. Vid Kungsängens station kastade nån en sten.", "kungsangen"},
    };
    CHECK(cases);
}

static void sounds_and_thefts_come_from_where_it_happened(void **state)
{
    static const Case cases[] = {
        {HOME, "Två smällar hördes från Råbyparken.", "bro"},
        {HOME, "Hund försvunnen, borta från Norrboda.", "brunna"},
        {HOME, "Jag hörde någon ropa från Finnsta hållet.", "bro"},
        {HOME, "Smällar, lät som det kom från Brunnahållet", "brunna"},
        {HOME, "Skrik åt Råby till.", "bro"},
        {HOME, "Kille från Bro stoppades.", "upplands-bro"},
        {HOME, "Telefon upphittad vid Lejondalssjön, inlämnad till polisen i Jakobsberg.", "upplands-bro"},
        {HOME, "Bilbrand på E18 i höjd med Kallhäll.", ""},
    };
    CHECK(cases);
}

/* "Från" says where somebody belongs, or where it was told of. */
static void a_source_is_where_it_was_told_of(void **state)
{
    static const Case cases[] = {
        {HOME, "Inbrottslarm från Brunna, städare i lokalen", "brunna"},
        {HOME, "Brandlarm från vårdcentralen i Bro, bränt kaffe", "bro"},
        {HOME, "Isgata på gångbanan ned från Bro station", "bro"},
        {HOME, "Ett ärende från Kungsängens bibliotek, sönderrivna böcker", "kungsangen"},
        {HOME, "Från Brunna rapporteras om diesel som tappats ur lastbilar", "brunna"},
        {HOME, "Från Bro ringde en kvinna som sett bråk på Tibble torg", "kungsangen"},
        {HOME, "Från Bro till Kungsängen kördes moped utan lyse", "kungsangen"},
        {HOME, "Väktare från Bro station fick hjälpa till vid ett bråk i Kallhäll", ""},
        {HOME, "En kille från Bro slogs på tåget", "upplands-bro"},
        {HOME, "Tre satt på taket till Broskolan", "bro"},
    };
    CHECK(cases);
}

/* What those who tell had to look after, or came back to, is not where it was. */
static void others_places_are_helped_out_at(void **state)
{
    static const Case cases[] = {
        {HOME, "Skickades till Jakobsbergs centrum fast vi har Brunna. Två slogs om en cykel.", ""},
        {HOME, "Stöttade kollegor i Kallhäll, ruta inslagen. Åter Bro station 01.10, tyst.", ""},
        {CITY, "Klunga fulla i Blackeberg. Tillbaka i Vällingby vid ett, tomt.", "stockholm"},
        {HOME, "Krossad ruta i Brunna. Inga störningar i övrigt i Bro eller i Kungsängen.", "brunna"},
        {HOME, "Brand i Brunna. Lugnt för övrigt i Kungsängen, även i Bro.", "brunna"},
        {CITY, "Rånad på Sveavägen mitt i stan. Jag bor i Hässelby.", "stockholm"},
        {CITY, "Väskryckning inne i stan, vi bor på Maltesholmsvägen", "stockholm"},
        {CITY, "Bråk vid t-uppgången Hässelby gård.", "hasselby-torg"},
    };
    CHECK(cases);
}

static void what_is_no_place_or_not_the_one(void **state)
{
    static const Case cases[] = {
        /* homonyms.csv, kind noun */
        {CITY, "Eld på gärdet bakom skolan.", "hasselby-vallingby"},
        {CITY, "Bråk på Gärdet.", "stockholm"},
        {CITY, "Kille låg på trappan till porten.", "hasselby-vallingby"},
        {HOME, "ov bro. bråk i kön till bussen.", "bro"},
        {HOME, "bro 22.40: sprängde smällare i en port.", "bro"},
        {HOME, "en bro har klottrats ned.", "upplands-bro"},
        {HOME, "Felanmälan: krossad ruta i Jakobsberg och inte Kungsängen.", ""},
        {HOME, "Inbrott i Viksjö. Samma skåpbil har setts i Bro.", ""},
        {HOME, "Vilt påkört vid Håtuna. I Bro och Brunna var det tyst.", "upplands-bro"},
        {CITY, "Bråk vid t-baneentrén Hässelby gård.", "hasselby-torg"},
        {CITY, "stöld i kiosken på torget i hässelby", "hasselby-torg"},
        {NULL, "Vidare från Norrköping: inbrott i en kiosk i Kungsängen.", ""},
    };
    CHECK(cases);
}

static void parts_of_a_town_have_compounds(void **state)
{
    static const Case cases[] = {
        {HOME, "Fest i Finnstaparken och på Rankhusgården.", "bro kungsangen"},
        {CITY, "Brand i Vinstaskogen.", "hasselby-vallingby"},
        {NULL, "Brand i Finnstaparken.", ""},
    };
    CHECK(cases);
}

/* home.csv: a report of the city's that says no more is about the part of it that uses the service. */
static void a_city_has_a_home(void **state)
{
    static const Case cases[] = {
        {CITY, "Bråk på uteserveringen.", "hasselby-vallingby"},
        {CITY, "Bråk på Brommaplan.", "stockholm"},
        {CITY, "Rån på gångvägen, de sprang mot Blackeberg.", "hasselby-vallingby"},
        {CITY, "Rån på gångvägen, de sprang mot Hässelby torg.", "hasselby-torg"},
        {CITY, "Krock på Bergslagsvägen.", "hasselby-vallingby"},
        {NULL, "11 oktober 00:51, Trafikolycka, Stockholm\nKrock på Bergslagsvägen.", "stockholm"},
        {CITY, "Krock på Bergslagsvägen vid Brommaplan.", "stockholm"},
        {CITY, "Bråk i Kallhäll.", ""},
    };
    CHECK(cases);
    Fixture *f = *state;
    Location l = locate(f, "Bråk.", (Span){0, 6}, (Span){0, 0}, CITY);
    assert_string_equal(l.areas[0].evidence.rule, "sender");
    assert_true(l.areas[0].confidence < 0.6f);
}

static void a_title_covers_what_says_no_more(void **state)
{
    static const struct {
        const char *title, *item, *areas;
    } cases[] = {
        {"Rapport från Brunna IP, helgen", "19.00 Cykel borta från stället.", "brunna"},
        {"Rapport från Brunna IP, helgen", "19.00 Några från Bro kastade sten.", "brunna"},
        {"Rapport från Brunna IP, helgen", "19.00 Bråk vid Bro station.", "bro"},
        {"Rapport Bro och Brunna", "19.00 Cykel borta från stället.", "upplands-bro"},
        {"Bro: lugnt hela natten", "19.00 Cykel borta från stället.", "upplands-bro"},
    };
    Fixture *f = *state;
    char got[256], report[256];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int len = snprintf(report, sizeof report, "%s\n\n%s", cases[i].title, cases[i].item);
        Span span = {(uint32_t)(strstr(report, "19.00") - report), (uint32_t)len};
        Location l = locate(f, report, span, (Span){0, 0}, HOME);
        if (strcmp(codes(f, &l, got, sizeof got), cases[i].areas) != 0)
            fail_msg("\"%s\" gives \"%s\", not \"%s\"", report, got, cases[i].areas);
    }
}

static void evidence_and_place_point_at_the_words(void **state)
{
    Fixture *f = *state;
    static const char text[] = "Bråk vid Kungsägens station i natt, två gripna i Bålsta";
    Location l = locate(f, text, (Span){0, sizeof text - 1}, (Span){0, 0}, HOME);
    assert_int_equal(l.area_count, 1);
    Span span = l.areas[0].evidence.spans[0];
    assert_memory_equal(text + span.start, "Kungsägens station", span.end - span.start);
    assert_int_equal(span.end - span.start, strlen("Kungsägens station"));
    assert_string_equal(knowledge_place(f->k, l.place)->name, "Kungsängens station");
    assert_memory_equal(&l.place_words, &span, sizeof span);
    assert_true(l.areas[0].confidence > 0.8f && l.areas[0].confidence < 1);
    static const char unknown[] = "Inbrott i en villa på Påhittade vägen 3, nära Storpåhittsgatan.";
    l = locate(f, unknown, (Span){0, sizeof unknown - 1}, (Span){0, 0}, HOME);
    assert_int_equal(l.place, PLACE_NONE);
    assert_memory_equal(unknown + l.place_words.start, "Storpåhittsgatan", strlen("Storpåhittsgatan"));
}

static void positions_lie_in_polygons(void **state)
{
    Fixture *f = *state;
    static const struct {
        double lat, lon;
        const char *code;
    } points[] = {
        {59.5118, 17.6362, "bro"},
        {59.4777, 17.7501, "kungsangen"},
        {59.4969, 17.7431, "brunna"},
        {59.5673, 17.5281, NULL},
        {59.3670, 17.8436, "hasselby-torg"},
        {59.3633, 17.8723, "hasselby-vallingby"},
        {59.3303, 18.0580, "stockholm"},
        {59.5600, 17.6600, "upplands-bro"},
        {0, 0, NULL},
        {1e300, 17, NULL},
        {-59.5, 17.6, NULL},
    };
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        AreaId area = locate_point(f->k, points[i].lat, points[i].lon);
        if (!points[i].code)
            assert_int_equal(area, AREA_NONE);
        else
            assert_string_equal(knowledge_area(f->k, area)->code, points[i].code);
    }
    static const char text[] = "Skrot dumpat vid 59.4785, 17.7503 i skogen";
    Location l = locate(f, text, (Span){0, sizeof text - 1}, (Span){0, 0}, NULL);
    assert_int_equal(l.area_count, 1);
    assert_string_equal(l.areas[0].evidence.rule, "position");
}

static void holes_and_islands_are_seen(void **state)
{
    Fixture *f = *state;
    cJSON *areas = cJSON_Parse("[{\"code\": \"skargard\", \"name\": \"Skärgård\", \"municipality\": \"umea\","
                               " \"geojson\": {\"type\": \"MultiPolygon\", \"coordinates\": ["
                               "[[[20,63],[21,63],[21,64],[20,64],[20,63]], [[20.4,63.4],[20.6,63.4],[20.6,63.6],"
                               "[20.4,63.6],[20.4,63.4]]], [[[22,63],[22.5,63.5],[22,64],[22,63]]]]}}]");
    Knowledge *k = NULL;
    Error err = {{0}};
    assert_int_equal(knowledge_with_areas(&k, f->k, areas, NULL, NULL, &err), 0);
    AreaId area = knowledge_find_area(k, "skargard");
    assert_int_equal(locate_point(k, 63.2, 20.2), area);
    assert_int_equal(locate_point(k, 63.5, 20.5), AREA_NONE);
    assert_int_equal(locate_point(k, 63.5, 22.3), area);
    assert_int_equal(locate_point(k, 63.9, 22.3), AREA_NONE);
    assert_int_equal(locate_point(k, 63.5, 21.5), AREA_NONE);
    knowledge_unref(k);
    cJSON_Delete(areas);
    static const char *const bad[] = {"{\"type\": \"Point\", \"coordinates\": [20, 63]}",
                                      "{\"type\": \"Polygon\", \"coordinates\": [[[0,0],[1,1],[1,0],[0,1],[0,0]]]}",
                                      "{\"type\": \"Polygon\", \"coordinates\": []}", "{\"type\": \"Polygon\"}", "no"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        areas = cJSON_Parse("[{\"code\": \"a\", \"name\": \"A\", \"municipality\": \"umea\"}]");
        cJSON_AddStringToObject(cJSON_GetArrayItem(areas, 0), "geojson", bad[i]);
        assert_int_equal(knowledge_with_areas(&k, f->k, areas, NULL, NULL, &err), -EINVAL);
        assert_non_null(strstr(err.text, "the polygon of the area \"a\" can't be used: "));
        cJSON_Delete(areas);
    }
}

static void *find_points(void *context)
{
    const Knowledge *k = context;
    size_t inside = 0;
    for (int i = 0; i < 2000; i++)
        inside += locate_point(k, 59.3 + i * 0.0002, 17.6 + i * 0.0002) != AREA_NONE;
    return (void *)inside;
}

static void positions_are_found_in_threads(void **state)
{
    Fixture *f = *state;
    pthread_t threads[4];
    size_t alone = (size_t)find_points(f->k);
    assert_true(alone > 100);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, find_points, f->k), 0);
    for (size_t i = 0; i < 4; i++) {
        void *inside;
        assert_int_equal(pthread_join(threads[i], &inside), 0);
        assert_int_equal((size_t)inside, alone);
    }
}

static void any_text_ends(void **state)
{
    Fixture *f = *state;
    enum { SIZE = 1 << 20 };
    char *text = malloc(SIZE + 1);
    assert_non_null(text);
    static const char list[] = "Bro och Kungsängen, Norrboda mot ";
    for (size_t i = 0; i < SIZE; i++)
        text[i] = list[i % (sizeof list - 1)];
    text[SIZE / (sizeof list - 1) * (sizeof list - 1)] = '\0';
    Location l = locate(f, text, (Span){0, (uint32_t)strlen(text)}, (Span){0, 0}, HOME);
    assert_true(l.area_count >= 1 && l.area_count <= 3);
    l = locate(f, "", (Span){0, 0}, (Span){0, 0}, NULL);
    assert_int_equal(l.area_count, 0);
    l = locate(f, ", , ,", (Span){0, 5}, (Span){0, 0}, HOME);
    assert_int_equal(l.area_count, 1);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_in_every_form),
        cmocka_unit_test(misspelt_names_are_understood),
        cmocka_unit_test(a_bridge_is_no_town),
        cmocka_unit_test(the_other_bro_is_elsewhere),
        cmocka_unit_test(where_somebody_belongs_is_not_where_it_happened),
        cmocka_unit_test(a_negated_place_is_not_tagged),
        cmocka_unit_test(the_most_precise_decides),
        cmocka_unit_test(the_sender_stands_for_what_is_not_said),
        cmocka_unit_test(headings_cover_what_stands_under_them),
        cmocka_unit_test(the_incident_before_tells_whose_station_it_is),
        cmocka_unit_test(who_tells_of_it_lives_where_it_happened),
        cmocka_unit_test(quiet_places_give_way_to_the_others),
        cmocka_unit_test(sounds_and_thefts_come_from_where_it_happened),
        cmocka_unit_test(a_source_is_where_it_was_told_of),
        cmocka_unit_test(others_places_are_helped_out_at),
        cmocka_unit_test(what_is_no_place_or_not_the_one),
        cmocka_unit_test(parts_of_a_town_have_compounds),
        cmocka_unit_test(a_city_has_a_home),
        cmocka_unit_test(a_title_covers_what_says_no_more),
        cmocka_unit_test(evidence_and_place_point_at_the_words),
        cmocka_unit_test(positions_lie_in_polygons),
        cmocka_unit_test(holes_and_islands_are_seen),
        cmocka_unit_test(positions_are_found_in_threads),
        cmocka_unit_test(any_text_ends),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
