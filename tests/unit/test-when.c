#include "core/read/when.h"

#include "when_fixture.h"

static void clocks_in_every_form(void **state)
{
    static const Case cases[] = {
        {"Bråk 22.18 på torget", SATURDAY, -1, "2026-03-14T22:18"},
        {"Bråk 22:18 på torget", SATURDAY, -1, "2026-03-14T22:18"},
        {"Bråk kl 2130 på torget", SATURDAY, -1, "2026-03-14T21:30"},
        {"Bråk kl. 21 på torget", SATURDAY, -1, "2026-03-14T21:00"},
        {"Bråk ca 0045", SATURDAY, -1, "2026-03-14T00:45"},
        {"Bråk 22.15-23.00", SATURDAY, -1, "2026-03-14T22:15"},
        {"Bråk mellan 13 och 15", SATURDAY, -1, "2026-03-14T13:00"},
        {"Bråk mellan klockan 20.30 och 21", SATURDAY, -1, "2026-03-14T20:30"},
        {"Bråk vid 22-tiden", SATURDAY, -1, "2026-03-14T22:00"},
        {"Bråk vid halv tio-tiden i morse", SATURDAY, -1, "2026-03-14T09:30"},
        {"Bråk den 12 december 2030 kl 21.30", SATURDAY, -1, "2026-03-14T21:30"}, /* a year that cannot be */
        {"Bråk kvart i åtta ikväll", SATURDAY, -1, "2026-03-14T19:45"},
        {"Bråk tjugo över tre i natt", SATURDAY, -1, "2026-03-14T03:20"},
        {"Bråk fem i halv tre i eftermiddags", SATURDAY, -1, "2026-03-14T14:25"},
        {"Bråk vid elvatiden igår", SATURDAY, -1, "2026-03-13T11:00"},
        {"Bråk vid tre på natten", SATURDAY, -1, "2026-03-14T03:00"},
        {"Strax före midnatt, 23.50, hördes skrik", SATURDAY, -1, "2026-03-13T23:50"},
        {"Strax efter midnatt brann det", SATURDAY, -1, "2026-03-14T00:00"},
        {"Klockan tio på kvällen i går", SATURDAY, -1, "2026-03-13T22:00"},
        {"Kl 10 på kvällen igår", SATURDAY, -1, "2026-03-13T22:00"},
    };
    CHECK(*state, cases);
}

static void numbers_that_are_no_clocks(void **state)
{
    static const Case cases[] = {
        {"Snatteri för 12.50 kr i Bro centrum", SATURDAY, -1, ""},
        {"Ca 1500 personer på torget", SATURDAY, -1, ""},
        {"Blåste 0,71 mg/l", SATURDAY, -1, ""},
        {"Dnr 5000-K1234-26, ring 070-174 06 12", SATURDAY, -1, ""},
        {"Vid tre tillfällen har porten sparkats sönder", SATURDAY, -1, ""},
        {"Bilen körde i 141 på en 70-väg", SATURDAY, -1, ""},
        {"Man i 20-årsåldern, 25-30 år", SATURDAY, -1, ""},
        {"Bild IMG_20260309_0612.jpg", SATURDAY, -1, ""},
    };
    CHECK(*state, cases);
}

static void only_starts_count(void **state)
{
    static const Case cases[] = {
        {"Det brann i en soptunna, släckt 03.10", SATURDAY, -1, ""},
        {"Bråk 01.35. Överlämnad till polis 02.05", SATURDAY, -1, "2026-03-14T01:35"},
        {"Brand, rtj på plats 0248, larm kl 0235", SATURDAY, -1, "2026-03-14T02:35"},
        {"Avspärrat till 04:00", SATURDAY, -1, ""},
        {"Jag kliver av varje dag vid sju och gatan är mörk", SATURDAY, -1, ""},
        {"De brukar stå där från kl 17", SATURDAY, -1, ""},
        {"Moped nu ikväll, kvart i åtta. Detta är varje helg.", SATURDAY, -1, "2026-03-14T19:45"},
    };
    CHECK(*state, cases);
}

static void days_from_any_cue(void **state)
{
    static const Case cases[] = {
        {"I går kväll klottrades det", SATURDAY, -1, "2026-03-13"},
        {"I förrgår stals en cykel", SATURDAY, -1, "2026-03-12"},
        {"I natt bröt sig någon in", SATURDAY, -1, "2026-03-14"},
        {"I natt 23.40 hördes skott", SATURDAY, -1, "2026-03-13T23:40"},
        {"Natten mot lördag stals en bil", SATURDAY, -1, "2026-03-14"},
        {"Natten mot lördag kl 23.30 slogs en man", SATURDAY, -1, "2026-03-13T23:30"},
        {"Natten mellan torsdag och fredag 01.15 brann det", SATURDAY, -1, "2026-03-13T01:15"},
        {"Onsdag 18.05 rånades en butik", SATURDAY, -1, "2026-03-11T18:05"},
        {"runt 2300 fre", SATURDAY, -1, "2026-03-13T23:00"},
        {"Rån mån 22:45", SATURDAY, -1, "2026-03-09T22:45"},
        {"13/3 22.10 bråk", SATURDAY, -1, "2026-03-13T22:10"},
        {"Den 8 mars kl 10 brann det", SATURDAY, -1, "2026-03-08T10:00"},
        {"Den 20 december stals en båt", SATURDAY, -1, "2025-12-20"},
        {"2026-03-10 14:05 bedrägeri", SATURDAY, -1, "2026-03-10T14:05"},
        {"Den 8:e brann det", SATURDAY, -1, "2026-03-08"},
        {"Under helgen sparkades porten sönder", SATURDAY, -1, ""},
        {"Nyårsafton 23.15 träffades en balkong", "2026-01-05", -1, "2025-12-31T23:15"},
        {"29/2 stals en cykel", "2026-03-14", -1, "2024-02-29"},
        {"Bråk 22.10", "", -1, ""},
        {"2026-03-10 14:05 bedrägeri", "", -1, "2026-03-10T14:05"},
        {"Bråk i Bro", SATURDAY, -1, ""},
    };
    CHECK(*state, cases);
}

static void nothing_is_later_than_the_report(void **state)
{
    static const Case cases[] = {
        {"Bråk 22.10", SATURDAY, 7 * 60, "2026-03-13T22:10"},  {"Bråk 06.10", SATURDAY, 7 * 60, "2026-03-14T06:10"},
        {"Bråk 06.10", SATURDAY, -1, "2026-03-14T06:10"},      {"Bråk 23.40", SATURDAY, -1, "2026-03-13T23:40"},
        {"I dag 22.10", SATURDAY, 7 * 60, "2026-03-13T22:10"}, {"Matchen spelas 20/3", SATURDAY, -1, "2026-03-20"},
    };
    CHECK(*state, cases);
}

/* Clocks that only the words around them show, which half of the dial they mean, and days still to come. */
static void clocks_that_the_words_around_them_show(void **state)
{
    static const Case cases[] = {
        {"I måndags kväll runt klockan 8 skrek någon i porten bredvid.", "2026-03-12", -1, "2026-03-09T20:00"},
        {"I går kväll kl 10 sköts raketer mot balkonger.", SATURDAY, -1, "2026-03-13T22:00"},
        {"På tisdag eftermiddag kl 3 blev min son knuffad.", SATURDAY, -1, "2026-03-10T15:00"},
        {"Kl 21 i går kväll körde en epa på lekplatsen.", SATURDAY, -1, "2026-03-13T21:00"},
        {"Snatteri vid tio på förmiddagen på Coop.", SATURDAY, -1, "2026-03-14T10:00"},
        /* four digits */
        {"Slagsmål på perrongen i Kungsängen 2215, en förd till sjukhus.", SATURDAY, -1, "2026-03-14T22:15"},
        {"Bro stn 0540: man sover i väntsalen, väckt.", SATURDAY, -1, "2026-03-14T05:40"},
        {"Gripen 2035 för narkotikabrott vid torget.", SATURDAY, -1, "2026-03-14T20:35"},
        {"En kille blottade sig 0750 på tåget.", SATURDAY, -1, "2026-03-14T07:50"},
        {"Personrån Bro C 1940, två gärningsmän.", SATURDAY, -1, "2026-03-14T19:40"},
        {"Alarmet gick 0315 och väktare åkte dit.", SATURDAY, -1, "2026-03-14T03:15"},
        {"Ungdomar eldade vid badet runt 2230 i går.", SATURDAY, -1, "2026-03-13T22:30"},
        {"Inbrott enligt dnr 2145 i förrådet.", SATURDAY, -1, ""},
        {"Buss 2130 fick rutan krossad i går kl 14.", SATURDAY, -1, "2026-03-13T14:00"},
        {"Konserten i Bro drog 1800 besökare och var lugn.", SATURDAY, -1, ""},
        {"Min bil, årsmodell 2014, repades i natt.", SATURDAY, -1, "2026-03-14"},
        {"Väskan innehöll 1500 kronor och stals 16.20 i dag.", SATURDAY, 18 * 60, "2026-03-14T16:20"},
        {"Ring mig på 0735 1212 om ni hittar cykeln.", SATURDAY, -1, ""},
        {"Väg 1430 är avstängd efter en olycka.", SATURDAY, -1, ""},
        {"Skolan har haft samma regler sedan 2019.", SATURDAY, -1, ""},
        /* what ends, and what then begins */
        {"Festen var lugn fram till 23.10 då grannen slog sönder en ruta.", SATURDAY, -1, "2026-03-14T23:10"},
        {"Torget var lugnt fram till 21, sen började de slåss.", SATURDAY, -1, "2026-03-14T21:00"},
        {"Stökigt på torget fram till 21.", SATURDAY, -1, ""},
        {"En man hittades medvetslös på gångvägen fredag kl 06.15.", SATURDAY, -1, "2026-03-13T06:15"},
        {"Hunden försvann kl 14, hittades 16.30 i Brunna.", SATURDAY, -1, "2026-03-14T14:00"},
        {"Började som ett skämt 20.15 och slutade med slagsmål.", SATURDAY, -1, "2026-03-14T20:15"},
        {"Torsdagen började med en krock kl 07.50 vid torget.", SATURDAY, -1, "2026-03-12T07:50"},
        {"På vägen hem halv ett i natt såg jag två som slogs.", SATURDAY, -1, "2026-03-14T00:30"},
        {"Kiosken har öppet till 22 men rutan krossades 23.05.", SATURDAY, -1, "2026-03-14T23:05"},
        /* which half of the dial */
        {"Vid stängning kvart över nio stod tre killar och hotade personalen.", SATURDAY, -1, "2026-03-14T21:15"},
        {"Discot på fritidsgården, bråk i kön tjugo i elva.", SATURDAY, -1, "2026-03-14T22:40"},
        {"Ungdomar drack folköl i skogen från nio ungefär.", SATURDAY, -1, "2026-03-14T21:00"},
        {"Nattvandring: vid elva gick ett gäng och sparkade på bilar.", SATURDAY, -1, "2026-03-14T23:00"},
        {"Killarna kom vid tio.", SATURDAY, 23 * 60 + 30, "2026-03-14T22:00"},
        {"Såg två som klottrade vid nio.", SATURDAY, 10 * 60 + 15, "2026-03-14T09:00"},
        /* days to come, and the same without their being announced */
        {"Fotbollsmatch lördag 21 mars kl 13 på Brunna IP, 400 väntas.", SATURDAY, -1, "2026-03-21T13:00"},
        {"Demonstration planeras 18 mars kl 17 på torget.", SATURDAY, -1, "2026-03-18T17:00"},
        {"Marknad lördag 30 maj kl 11.", SATURDAY, -1, "2026-05-30T11:00"},
        {"Bilen stals 12 november vid åtta på morgonen.", SATURDAY, -1, "2025-11-12T08:00"},
        {"Inbrottet skedde fredag 6/3 kl 02.10.", SATURDAY, -1, "2026-03-06T02:10"},
    };
    CHECK(*state, cases);
}

static void observations_as_people_write_them(void **state)
{
    static const Case cases[] = {
        {"Två killar sparkade på cykelställ vid Bro station ikväll strax innan nio.", "2026-04-15", -1,
         "2026-04-15T21:00"},
        {"kl 14 idag blev en elev knuffad i trappan på Härneviskolan, slog i huvudet", "2026-04-15", -1,
         "2026-04-15T14:00"},
        {"Igår eftermiddag vid halv fyra körde en moped rakt igenom centrum", "2026-04-15", -1, "2026-04-14T15:30"},
        {"Natten till idag (ca 03.15) vaknade vi av en smäll på Råbystigen", "2026-04-15", -1, "2026-04-15T03:15"},
        {"Snatteri på Willys 16.40, två killar 14 år. Polis på plats 17.10. Klart 17.45.", "2026-04-15", -1,
         "2026-04-15T16:40"},
        {"Rond 2200-0600: krossat fönster upptäckt 0130 på Broskolan", "2026-04-15", -1, "2026-04-15T01:30"},
        {"I måndags kväll vid 20-tiden stod ett gäng och skrek utanför porten", "2026-04-15", -1, "2026-04-13T20:00"},
        {"söndag kväll ca 23 bråk på Tibble torg", "2026-04-15", -1, "2026-04-12T23:00"},
        {"Min mamma blev uppringd i förmiddags, runt elva, av någon som sa sig ringa från banken", "2026-04-15", -1,
         "2026-04-15T11:00"},
        {"Vi stängde 21.00. Ca 20.20 blev det bråk vid biljardbordet, två killar slogs.", "2026-04-15", -1,
         "2026-04-15T20:20"},
        {"Larm kl 04:12, inbrott i kiosk. Väktare framme 04:30.", "2026-04-15", -1, "2026-04-15T04:12"},
        {"Cykeln stals mellan kl 8 och 16 igår vid pendeln", "2026-04-15", -1, "2026-04-14T08:00"},
        {"Någon gång mellan söndag 18.00 och måndag 07.00 har någon brutit sig in på förskolan", "2026-04-15", -1,
         "2026-04-12T18:00"},
        {"14/4 kl 19.50 hotades en ordningsvakt vid Kungsängens station", "2026-04-15", -1, "2026-04-14T19:50"},
        {"Den 12 april vid lunchtid (12.30) ramlade en man på perrongen", "2026-04-15", -1, "2026-04-12T12:30"},
        {"Vid tiotiden i går kväll sköts fyrverkerier på gården", "2026-04-15", -1, "2026-04-14T22:00"},
        {"Nu på morgonen 06.50 låg det glas över hela busshållplatsen", "2026-04-15", -1, "2026-04-15T06:50"},
        {"Kl. 22.35–22.50 stod ca 10 ungdomar och bankade på dörren till gymmet", "2026-04-15", -1, "2026-04-15T22:35"},
        {"Bråket började kl 20.10 på parkeringen", "2026-04-15", -1, "2026-04-15T20:10"},
        {"Busslinje 552 stannade 16:05 vid Brunna centrum för att någon kastat sten", "2026-04-15", -1,
         "2026-04-15T16:05"},
        {"tio i sju imorse såg jag en man dra i bildörrar på hjortronvägen", "2026-04-15", -1, "2026-04-15T06:50"},
        {"Klockan 01 natten mot tisdag vaknade boende av skrik", "2026-04-15", -1, "2026-04-14T01:00"},
        {"Tisdag 14 april 2026, kl. 13.45. Fickstöld på pendeltåget.", "2026-04-15", -1, "2026-04-14T13:45"},
        {"Händelsen inträffade 2026-04-14 21:10 enligt vittne", "2026-04-15", -1, "2026-04-14T21:10"},
        {"igår 2145 gäng på 8 pers utanför ica", "2026-04-15", -1, "2026-04-14T21:45"},
        {"kvart över fem på eftermiddagen idag blev en hund påkörd", "2026-04-15", -1, "2026-04-15T17:15"},
        {"Strax före klockan 8 på morgonen hittade vaktmästaren en kniv på skolgården", "2026-04-15", -1,
         "2026-04-15T08:00"},
        {"i natt vid fyra bröt sig nån in i vårt garage", "2026-04-15", -1, "2026-04-15T04:00"},
        {"vid midnatt kom det ett gäng på mopeder", "2026-04-15", -1, "2026-04-15T00:00"},
        {"Ungdomarna brukar samlas vid 21 varje kväll", "2026-04-15", -1, ""},
        {"Mannen som brukar sitta vid disken slog en kollega på armen idag 16.10", "2026-04-15", -1,
         "2026-04-15T16:10"},
        {"Grannen har övat trumpet sedan fem i morse", "2026-04-15", -1, "2026-04-15T05:00"},
        {"kl 21.15 kom mopeder med två på varje och körde fort", "2026-04-15", -1, "2026-04-15T21:15"},
        {"Vi stänger kl 20 och då står de alltid utanför", "2026-04-15", -1, ""},
        {"Personen omhändertogs och lämnades till polis 23.20", "2026-04-15", -1, ""},
        {"I lördags spelades derby på Bro IP, avspark 15.00, lugnt på läktaren", "2026-04-15", -1, "2026-04-11T15:00"},
        {"I går kväll 22.10, dvs tisdag, såg vi eld bakom skolan", "2026-04-15", -1, "2026-04-14T22:10"},
        {"Fönsterkross kl 23.45. Gm sprang mot Finnsta.", "2026-04-15", -1, "2026-04-14T23:45"},
        {"idag 7.50 utanför skolan körde en förälder på ett barn", "2026-04-15", -1, "2026-04-15T07:50"},
        {"Kl. 9.05 i dag ringde brandlarmet", "2026-04-15", -1, "2026-04-15T09:05"},
        {"Onsdag em 15.20: slagsmål i korridoren", "2026-04-15", -1, "2026-04-15T15:20"},
        {"Det hände i torsdags vid halv åtta på kvällen utanför Kungsängens simhall", "2026-04-15", -1,
         "2026-04-09T19:30"},
        {"Fältkväll 18-23. Kl 19.40 Bro C: två påverkade killar. Soc ringd.", "2026-04-15", -1, "2026-04-15T19:40"},
        {"Sprang in på apoteket 17.22, tog parfym för 2000 kr, ut 17.24", "2026-04-15", -1, "2026-04-15T17:22"},
        {"Under natten till onsdag stals fyra fälgar", "2026-04-15", -1, "2026-04-15"},
        {"I helgen klottrade någon på tunneln", "2026-04-15", -1, ""},
        {"igår em kastades ägg på bussen", "2026-04-15", -1, "2026-04-14"},
        {"I förrgår kväll brann det i en container", "2026-04-15", -1, "2026-04-13"},
        {"För en timme sedan stod någon och tände eld på löv", "2026-04-15", -1, "2026-04-15"},
        {"I dag på morgonen var alla däck sönderskurna", "2026-04-15", -1, "2026-04-15"},
        {"Förra fredagen rånades min son", "2026-04-15", -1, "2026-04-10"},
        {"Under måndagskvällen hördes skott", "2026-04-15", -1, "2026-04-13"},
    };
    CHECK(*state, cases);
}

static void a_mail_passed_on_was_written_when_it_says(void **state)
{
    static const Case cases[] = {
        {"Från: Anna Test <a@b.example>\nSkickat: den 12 mars 2026 21:42\nTill: Trygghet\nÄmne: VB: Mopeder\n\n"
         "Hej, idag runt 17.15 körde en moped på trottoaren.",
         SATURDAY, -1, "2026-03-12T17:15"},
        {"VB: Cykelstöld\nFrån: Kontaktcenter\nSkickat: den 13 mars 2026 13:05\n\nCykel stals vid Bro station kl 07.10 "
         "i dag.",
         SATURDAY, -1, "2026-03-13T07:10"},
        {"Vidarebefordrat meddelande\nDatum: tors 12 mars 2026 kl 19:47\nÄmne: bråk\n\nHej. I går kväll vid nio slogs "
         "två män.",
         SATURDAY, -1, "2026-03-11T21:00"},
        {"Från: Anna\nÄmne: Bråk\n\nKl 22.10 slogs två män på torget.", "2026-03-13", -1, "2026-03-13T22:10"},
        {"Från: Anna\nSkickat: den 2 januari 2025 08:00\n\nKl 22.10 slogs två män.", "2026-03-13", -1,
         "2026-03-13T22:10"},
    };
    CHECK(*state, cases);
}

/* What the words beside a clock say of it, in the manner of watchmen, youth workers and hosts. */
static void clocks_beside_other_clocks(void **state)
{
    static const Case cases[] = {
        {"Lugnt vid kyrkan när vi passerade vid 19. På torget ca 21.40 bråk mellan två gäng", SATURDAY, -1,
         "2026-03-14T21:40"},
        {"Lugnt i Bro vid 18. 21.25 bråk på torget", SATURDAY, -1, "2026-03-14T21:25"},
        {"Kvällsrunda lördag kl. 19.00–22.30. En bil körde fram och åter kl. 20.40 utan ljus", SATURDAY, -1,
         "2026-03-14T20:40"},
        {"Efter lektionens slut, 14.10, slog en elev en annan", SATURDAY, -1, "2026-03-14T14:10"},
        {"På vägen tillbaka, kl 22.20, såg vi en kille klottra", SATURDAY, -1, "2026-03-14T22:20"},
        {"Polisen kom 15.40 och hämtade en elev ur klassrummet", SATURDAY, -1, "2026-03-14T15:40"},
        {"Bråk på torget, polisen kom 22.40, lugnt igen", SATURDAY, -1, ""},
        {"bro c 2018. två killar slog sönder en bänk", SATURDAY, -1, "2026-03-14T20:18"},
        {"Huset byggdes 2018. Någon har klottrat på det", SATURDAY, -1, ""},
        {"De kastade ägg strax efter fem och då ringde vi", SATURDAY, -1, "2026-03-14T17:00"},
        {"Vårfest på skolgården idag, start 11. Några bråkade", SATURDAY, -1, "2026-03-14T11:00"},
        {"Skadegörelse 20.35 på fritidsgården, möte med dem på måndag", SATURDAY, -1, "2026-03-14T20:35"},
        {"Stöld må 17.30 utanför simhallen", SATURDAY, -1, "2026-03-09T17:30"},
        {"Väskan togs i kön till bussen 1745, ingen sågs", SATURDAY, -1, "2026-03-14T17:45"},
        /* Written after midnight, since they tell of so late an hour. */
        {"Krock 22.55, bilen bärgad 23.50", SATURDAY, -1, "2026-03-13T22:55"},
        {"Larm 22.50, fönstret öppet. Återställt 00.15", SATURDAY, -1, "2026-03-13T22:50"},
        {"Man sov i snön, ambulans larmad 23.10, hämtad 23.35", SATURDAY, -1, "2026-03-14T23:10"},
        /* Days alone. */
        {"Förrådet uppbrutet i helgen, grannen hörde ljud natten till fredag", SATURDAY, -1, "2026-03-13"},
        {"Skräp i backen sedan i helgen, det är mörkt där nu", SATURDAY, -1, ""},
        {"Har precis sett en man filma in på förskolan", SATURDAY, -1, "2026-03-14"},
    };
    CHECK(*state, cases);
}

/* When the writers began, went on to somewhere or opened gives way to a clock beside what happened. */
static void clocks_of_rounds_and_openings(void **state)
{
    static const Case cases[] = {
        {"Gick rundan i Kungsängen från åtta. 22.05 kom en moped genom centrum", SATURDAY, -1, "2026-03-14T22:05"},
        {"Vi patrullerade i Brunna från kl 19. Vid ICA 21.15 kastades ägg", SATURDAY, -1, "2026-03-14T21:15"},
        {"Vi patrullerade i Brunna från kl 19.", SATURDAY, -1, "2026-03-14T19:00"},
        {"Inledde på fritidsgården 18.00. Gick vidare till stationen vid åtta. 20.50 slogs två tjejer", SATURDAY, -1,
         "2026-03-14T20:50"},
        {"Tog oss sedan till badet vid halv nio. Där brann en papperskorg 21.20", SATURDAY, -1, "2026-03-14T21:20"},
        {"Mannen kom till stationen vid nio och skrek. 21.30 greps han", SATURDAY, -1, "2026-03-14T21:00"},
        {"Portarna öppnade 10.00, ungefär 900 besökare", SATURDAY, -1, "2026-03-14T10:00"},
        {"Discot öppnade 19.00. Klockan 21.25 knuffades de i kön", SATURDAY, -1, "2026-03-14T21:25"},
        {"Krock vid Bro 07.40, vägen öppnades igen 09.15", SATURDAY, -1, "2026-03-14T07:40"},
        {"Ungdomar lyste med laserpekare mot tåget, kvart över tio", SATURDAY, -1, "2026-03-14T22:15"},
        {"Det small två gånger för en stund sedan", SATURDAY, -1, "2026-03-14"},
        {"Nattrond av skolorna klar, inget avvikande", SATURDAY, -1, "2026-03-14"},
        {"Nattrond. 23.10 stod en dörr öppen", SATURDAY, -1, "2026-03-13T23:10"},
    };
    CHECK(*state, cases);
}

static void precision_is_kept(void **state)
{
    static const struct {
        const char *text;
        WhenPrecision precision;
    } cases[] = {
        {"Bråk 22.18", WHEN_MINUTE},        {"Bråk vid 22-tiden", WHEN_HOUR}, {"Bråk igår", WHEN_DAY},
        {"Bråk under helgen", WHEN_PERIOD}, {"Bråk i Bro", WHEN_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Case one = {cases[i].text, SATURDAY, -1, NULL};
        When when = read_observation(*state, &one);
        if (when.precision != cases[i].precision) fail_msg("\"%s\": precision %d", cases[i].text, when.precision);
    }
}

/* A report, with what its incidents should be dated, "|" between. */
static void check_report(WordsFixture *fixture, const char *bytes, const char *date, const char *expected)
{
    ReadInput input = {.text = bytes, .len = strlen(bytes), .kind = READ_REPORT, .sent_minute = -1};
    assert_true(civil_parse(date, strlen(date), &input.date));
    Text text;
    Segment *segments;
    uint32_t count;
    assert_int_equal(text_init(&text, fixture->arena, bytes, input.len, NULL), 0);
    assert_int_equal(split_text(&text, fixture->words, fixture->arena, &segments, &count), 0);
    WhenContext context;
    when_survey(&context, &text, fixture->words, segments, count, &input);
    char *all = arena_strdup(fixture->arena, "");
    for (uint32_t i = 0; i < count; i++) {
        char one[32];
        When when = when_read(&text, &segments[i], fixture->words, &context);
        format_when(&when, one);
        all = arena_printf(fixture->arena, "%s%s%s", all, i ? "|" : "", one);
    }
    assert_string_equal(all, expected);
}

static void the_night_runs_over_midnight(void **state)
{
    check_report(*state, "23.40 Skott i Bro.\n01.15 Rattfylleri i Bro.\n", "2026-03-14",
                 "2026-03-13T23:40|2026-03-14T01:15");
    check_report(*state, "FREDAG\n18.30 Bråk i Bro.\n00.40 Brand i Bro.\nLÖRDAG\n00.30 Rån i Bro.\n23.10 Bråk i Bro.\n",
                 "2026-03-16", "2026-03-13T18:30|2026-03-14T00:40|2026-03-14T00:30|2026-03-14T23:10");
}

static void the_head_tells_the_period(void **state)
{
    check_report(*state, "Rapport 2026-03-13 07:00 -- 2026-03-14 07:00\n\n07:20 Stöld i Bro.\n06:20 Bråk i Bro.\n",
                 "2026-03-14", "2026-03-13T07:20|2026-03-14T06:20");
    check_report(*state, "Skickat: den 14 mars 2026 16:20\n\n08.10 Stöld i Bro.\n17.40 Bråk i Bro.\n", "2026-03-14",
                 "2026-03-14T08:10|2026-03-13T17:40");
    check_report(*state, "07.20 Stöld i Bro.\n15.10 Bråk i Bro.\n01.10 Brand i Bro.\n", "2026-03-14",
                 "2026-03-13T07:20|2026-03-13T15:10|2026-03-14T01:10");
}

/* What is told while it is told, and what came before in another area's list, say nothing of the day. */
static void lists_that_begin_anew(void **state)
{
    check_report(
        *state,
        "Fredagen började med att en man i Bro vid nio fick en ruta krossad.\n\nKl 12.25 ringde en kvinna i Bro "
        "om en man som nyss hade rånat henne.\n\nKl 22.15 slogs två män i Kungsängen.\n",
        "2026-03-14", "2026-03-13T09:00|2026-03-13T12:25|2026-03-13T22:15");
    check_report(
        *state,
        "BRO\nKlockan elva på förmiddagen stals en cykel.\n19.45 krossades en ruta.\n\nKUNGSÄNGEN\nTio över tre "
        "fick en butik en falsk sedel.\n",
        "2026-03-14", "2026-03-13T11:00|2026-03-13T19:45|2026-03-13T15:10");
    check_report(*state,
                 "Rapport tors 12/3 06.00 – fre 13/3 06.00\n\nBRO\n02.40 Brand i skola.\n\nKUNGSÄNGEN\n23.50 Bråk.\n",
                 "2026-03-13", "2026-03-13T02:40|2026-03-12T23:50");
    check_report(*state, "Natten fredag till lördag\n21.40 brand i Bro.\n23.50 moped smet i Bro.\n01.10 bråk i Bro.\n",
                 "2026-03-14", "2026-03-13T21:40|2026-03-13T23:50|2026-03-14T01:10");
}

/* "Kvällens rapport" is of its own day, but for one that goes on into the night. */
static void reports_written_the_same_evening(void **state)
{
    check_report(*state, "Kvällens rapport från värdarna\n\n17.20 bråk vid Bro station.\n21.30 stöld i Bro.\n",
                 "2026-03-14", "2026-03-14T17:20|2026-03-14T21:30");
    check_report(*state, "Kvällens rapport från värdarna\n\n21.30 bråk vid Bro station.\n00.30 stöld i Bro.\n",
                 "2026-03-14", "2026-03-13T21:30|2026-03-14T00:30");
    check_report(*state,
                 "Så här såg fredagen ut.\n\nVid sextiden på morgonen brann det i Bro. 21.50 stals en bil i Bro.\n",
                 "2026-03-14", "2026-03-13T06:00|2026-03-13T21:50");
}

/* "Somnat" tells of the evening, but not after what happened at half past two. */
static void the_order_tells_the_half_of_the_dial(void **state)
{
    check_report(*state,
                 "22.10 bråk i Bro.\n\nHalv tre: hot mot en kvinna i Bro.\n\nTio över fem: bil i diket i Bro, föraren "
                 "hade somnat.\n",
                 "2026-03-14", "2026-03-13T22:10|2026-03-14T02:30|2026-03-14T05:10");
}

static void the_head_leads_up_to_one_day(void **state)
{
    check_report(*state,
                 "Hej!\n\nHär kommer en sammanfattning av gårdagen, fredag den 13 mars, byggd på vad skolorna och "
                 "bolagen har skickat in till oss. Fem inlägg.\n\nKvart i sex på morgonen brann en bil i Bro. Halv sju "
                 "på morgonen bröt sig någon in i en villa i Bro.\n",
                 "2026-03-14", "2026-03-13T05:45|2026-03-13T06:30");
    check_report(*state, "Stationen, fredag 2026-03-13\n05.40 Bro, fall\n08.15 Bro, bråk\n22.10 Bro, stöld\n",
                 "2026-03-14", "2026-03-13T05:40|2026-03-13T08:15|2026-03-13T22:10");
}

/* Heads that tell of a day and its night, and those of the very day on which they were written. */
static void the_head_tells_which_day(void **state)
{
    check_report(*state,
                 "Fredagen den 13 mars och natten till i dag i korthet.\n\nVid sextiden på morgonen "
                 "körde en buss i diket i Bro.\n\nKl 05.10 larmade en granne om inbrott i Bro.\n",
                 "2026-03-14", "2026-03-13T06:00|2026-03-14T05:10");
    check_report(*state, "Fältrapport lördag, Bro\n\n19.40 slagsmål i Bro.\n\n21.45 moped stulen i Bro.\n",
                 "2026-03-14", "2026-03-14T19:40|2026-03-14T21:45");
    check_report(*state,
                 "Dagrapport fredag 13 mars, Bro centrum. Skriven lördag.\n\n19.40 slagsmål i Bro.\n\n"
                 "21.45 moped stulen i Bro.\n",
                 "2026-03-14", "2026-03-13T19:40|2026-03-13T21:45");
    check_report(*state, "Midsommarafton, fredag\n13.10 bråk i Bro.\n19.20 rån i Bro.\n\nSöndag\n15.30 brand i Bro.\n",
                 "2026-06-22", "2026-06-19T13:10|2026-06-19T19:20|2026-06-21T15:30");
    check_report(*state,
                 "God morgon! I natt har vi haft två ärenden.\n\nHalv ett brann en bil i Bro.\n\nKvart över fem "
                 "larmade en väktare om inbrott i Brunna.\n",
                 "2026-03-14", "2026-03-14T00:30|2026-03-14T05:15");
    check_report(*state,
                 "Under natten var det lugnt. Efter gårdagens snö och halka var natten stilla.\n\n06.10 Bro: en bil "
                 "i diket.\n",
                 "2026-03-14", "2026-03-14T06:10");
    check_report(*state,
                 "Valborg 2026, Kungsängen, pass 18-02\n\nKl | Plats | Händelse\n19.30 | Bro IP | bråk\n"
                 "22.10 | Bro C | rån\n01.20 | Bro | brand\n",
                 "2026-05-01", "2026-04-30T19:30|2026-04-30T22:10|2026-05-01T01:20");
    check_report(*state, "Annandag 6/4\n11.20 stöld i Bro.\nTisdag 7/4\n04.30 inbrott i Bro.\n", "2026-04-07",
                 "2026-04-06T11:20|2026-04-07T04:30");
}

/* A message was sent after what it tells of; a table's cell may be a span. */
static void clocks_of_messages_and_cells(void **state)
{
    check_report(*state,
                 "Bea, värd 21:40\nStår vid Brunna IP. De har eldat i sopkärl sen nio ungefär, en "
                 "vakt blev bränd.\n\nAli, vakt 23:26\nInbrott i kiosken i Bro kl 2305, ruta krossad.\n",
                 "2026-03-14", "2026-03-13T21:00|2026-03-13T23:05");
    check_report(*state,
                 "Nr;Dag;Kl;Ort;Rubrik;Text\n1;tor;21.15;Bro;Misshandel;Tre mot en\n"
                 "2;fre;12-16;Bro;Klotter;Hela gaveln\n3;fre;23.10;Bro;Brand;Container\n",
                 "2026-03-14", "2026-03-12T21:15|2026-03-13T12:00|2026-03-13T23:10");
    check_report(*state, "Bro\n• 08.10 Kyrkan, inbrott.\n• 13-15 Bro C, kontroll, nio varnade.\n• 16.20 Råby, stöld.\n",
                 "2026-03-14", "2026-03-13T08:10|2026-03-13T13:00|2026-03-13T16:20");
}

/* What numbers rows, and parts of a message, is neither their clock nor their date. */
static void numbers_of_rows_and_parts(void **state)
{
    check_report(
        *state,
        "NR;DATUM;TID;RUBRIK;PLATS\n0112;2026-03-13;09:15;Snatteri;Bro\n0123;2026-03-14;01:05;Rattfylleri;Bro\n",
        "2026-03-14", "2026-03-13T09:15|2026-03-14T01:05");
    check_report(*state, "1012 13/3 kl 09.15 Snatteri, Bro\n1017 13/3 kl 16.40 Klotter, Bro\n", "2026-03-14",
                 "2026-03-13T09:15|2026-03-13T16:40");
    check_report(*state, "(1/2) 18.10 slagsmål i Bro.\n(2/2) 21.30 moped stulen i Bro.\n", "2026-03-14",
                 "2026-03-13T18:10|2026-03-13T21:30");
    check_report(*state, "(12/3) 18.10 slagsmål i Bro.\n(13/3) 21.30 moped stulen i Bro.\n", "2026-03-14",
                 "2026-03-12T18:10|2026-03-13T21:30");
}

/* A table's clocks behind its dates, and the night of a title's day. */
static void clocks_behind_the_days_of_a_report(void **state)
{
    check_report(*state,
                 "1\t13/3 1800-1930\tStöld ur bil\tP-hus Bro\n2\t13/3 2005\tVåld mot tjänsteman\tBro C\n"
                 "3\t13/3 2130\tRån\tBrunna\n",
                 "2026-03-14", "2026-03-13T18:00|2026-03-13T20:05|2026-03-13T21:30");
    check_report(*state, "BRO\n* Midsommarafton ca 16: bråk vid stången.\n* Midsommarafton ca 20: stöld av plånbok.\n",
                 "2026-06-22", "2026-06-19T16:00|2026-06-19T20:00");
    check_report(
        *state, "Strax före 20 skulle en man avvisas från Bro torg. Han sparkade vakten.\n21.30 Brand i en soptunna.\n",
        "2026-03-14", "2026-03-13T20:00|2026-03-13T21:30");
}

static void later_is_counted_from_before(void **state)
{
    check_report(*state,
                 "Klockan 22.30 slogs en man på torget i Bro. Han fördes till sjukhus.\n\n"
                 "Två timmar senare rånades en flicka i Kungsängen.\n",
                 "2026-03-14", "2026-03-13T22:30|2026-03-14T00:30");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_in_every_form),
        cmocka_unit_test(numbers_that_are_no_clocks),
        cmocka_unit_test(only_starts_count),
        cmocka_unit_test(days_from_any_cue),
        cmocka_unit_test(nothing_is_later_than_the_report),
        cmocka_unit_test(clocks_that_the_words_around_them_show),
        cmocka_unit_test(observations_as_people_write_them),
        cmocka_unit_test(a_mail_passed_on_was_written_when_it_says),
        cmocka_unit_test(clocks_beside_other_clocks),
        cmocka_unit_test(clocks_of_rounds_and_openings),
        cmocka_unit_test(precision_is_kept),
        cmocka_unit_test(the_night_runs_over_midnight),
        cmocka_unit_test(the_head_tells_the_period),
        cmocka_unit_test(the_order_tells_the_half_of_the_dial),
        cmocka_unit_test(lists_that_begin_anew),
        cmocka_unit_test(reports_written_the_same_evening),
        cmocka_unit_test(the_head_leads_up_to_one_day),
        cmocka_unit_test(the_head_tells_which_day),
        cmocka_unit_test(clocks_of_messages_and_cells),
        cmocka_unit_test(numbers_of_rows_and_parts),
        cmocka_unit_test(clocks_behind_the_days_of_a_report),
        cmocka_unit_test(later_is_counted_from_before),
    };
    return cmocka_run_group_tests(tests, words_fixture_set_up, words_fixture_tear_down);
}
