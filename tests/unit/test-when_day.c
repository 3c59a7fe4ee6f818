/* Which of the clocks and days that people write is the event's. */
#include "when_fixture.h"

/* Written before the rules that read them, in the words of people who had not seen the rules. */
static void observations_by_new_authors(void **state)
{
    static const Case cases[] = {
        {"Tjugo över midnatt välte några en toalett på torget", SATURDAY, -1, "2026-03-14T00:20"},
        {"Igår kväll, tio minuter före midnatt, small det bakom skolan", SATURDAY, -1, "2026-03-13T23:50"},
        {"I natt en halvtimme efter midnatt slog någon på dörren", SATURDAY, -1, "2026-03-14T00:30"},
        {"Efter midnatt i natt, vid ettiden, bråkade två män utanför kiosken", SATURDAY, -1, "2026-03-14T01:00"},
        {"Tillsyn av restauranger i går 13-17 tillsammans med kommunen, två saknade tillstånd", SATURDAY, -1,
         "2026-03-13T13:00"},
        {"Mopeder på gångvägen igår från två till framåt fem.", SATURDAY, -1, "2026-03-13T14:00"},
        {"Det kom en kille idag runt tio och ville läsa av elen", SATURDAY, -1, "2026-03-14T10:00"},
        {"Lekstugan är nedklottrad. Den var helt ren och det såg bra ut igår kl 15 när vi stängde.", SATURDAY, -1,
         "2026-03-13"},
        {"Kvart i tio. Två epor tutar nonstop utanför Ica.", SATURDAY, -1, "2026-03-14T21:45"},
        {"bråk vid 9.30 igår kväll utanför Coop i Bro", SATURDAY, -1, "2026-03-13T21:30"},
        {"Nu ikväll 8.15 kom en kille in på garden och hotade oss", SATURDAY, -1, "2026-03-14T20:15"},
        {"Igår mellan åtta och nio på kvällen åkte mopeder runt på skolgården", SATURDAY, -1, "2026-03-13T20:00"},
        {"mellan halv åtta och åtta igår kväll slog någon sönder busskuren", SATURDAY, -1, "2026-03-13T19:30"},
        {"fredag kväll kl tio kastades flaskor från balkongen", SATURDAY, -1, "2026-03-13T22:00"},
        {"Måndag 9/3 0810 Finnstaskolan. Slagsmål.", SATURDAY, -1, "2026-03-09T08:10"},
        {"260312 23:45 Inbrottslarm Råbyskolan. Krossad ruta.", SATURDAY, -1, "2026-03-12T23:45"},
        {"20260312 kl 2345 klotter på fasad, Bro centrum", SATURDAY, -1, "2026-03-12T23:45"},
        {"12 mars, 14.00: stöld ur bil vid Lillsjön", SATURDAY, -1, "2026-03-12T14:00"},
        {"12.3 kl 14 stals en cykel utanför biblioteket", SATURDAY, -1, "2026-03-12T14:00"},
        {"I torsdags kväll tjugo över sex blev min dotter följd från stationen", SATURDAY, -1, "2026-03-12T18:20"},
        {"för två dagar sen försvann min cykel från Bro station", SATURDAY, -1, "2026-03-12"},
        {"För tre dagar sedan krossades rutan i vår port på Härnevivägen.", SATURDAY, -1, "2026-03-11"},
        {"För en vecka sedan rånades en elev på väg hem.", SATURDAY, -1, "2026-03-07"},
        {"Personalen upptäckte kl 06.30 i morse att entrén var krossad. På kameran syns att det hände 02.13.", SATURDAY,
         -1, "2026-03-14T02:13"},
        {"Vi fick veta idag kl 09 att en elev blev slagen igår 17.40 vid Bro IP.", SATURDAY, -1, "2026-03-13T17:40"},
        {"Larm 23:10 fredag. Vakt framme 23:28. Två personer sprang.", SATURDAY, -1, "2026-03-13T23:10"},
        {"kl nio fredagkväll satt det ett gäng och rökte i tvättstugan", SATURDAY, -1, "2026-03-13T21:00"},
        {"Fem över nio på kvällen igår small det två gånger bakom Ica", SATURDAY, -1, "2026-03-13T21:05"},
        {"Halv två inatt väcktes hela huset av att nån bankade på portarna", SATURDAY, -1, "2026-03-14T01:30"},
        {"tjugo över tolv i natt körde en bil i hög fart på Enköpingsvägen", SATURDAY, -1, "2026-03-14T00:20"},
        {"tjugo i tolv igår kväll eldade några i en papperskorg", SATURDAY, -1, "2026-03-13T23:40"},
        {"10 i 8 i morse höll en bil på att köra på barnen vid Ekhammarskolan", SATURDAY, -1, "2026-03-14T07:50"},
        {"10 i 9 igår kväll stod fyra killar och pissade på vår port", SATURDAY, -1, "2026-03-13T20:50"},
        {"vid tiotiden igår kväll hördes skrik från parken", SATURDAY, -1, "2026-03-13T22:00"},
        {"vid sexsnåret igår började det samlas folk utanför kiosken", SATURDAY, -1, "2026-03-13T18:00"},
        {"Igår vid 17-18 tiden stod två män och filmade barnen på lekplatsen", SATURDAY, -1, "2026-03-13T17:00"},
        {"Strax efter nio igår kväll bröt sig någon in i källaren", SATURDAY, -1, "2026-03-13T21:00"},
        {"lite efter åtta igår kväll kom polisen och tog två killar", SATURDAY, -1, "2026-03-13T20:00"},
        {"Klockan sju på kvällen den 13 mars larmades vi till Gröna Dalen där det brann i gräset", SATURDAY, -1,
         "2026-03-13T19:00"},
        {"Runt midnatt natten till söndag slog två män ner en tredje utanför puben", SATURDAY, -1, "2026-03-08T00:00"},
        {"Natten mellan lördag och söndag ca 23.30 krossades en bilruta på Ringvägen", SATURDAY, -1,
         "2026-03-07T23:30"},
        {"Natten mellan lördag och söndag ca 03.15 krossades en bilruta på Ringvägen", SATURDAY, -1,
         "2026-03-08T03:15"},
        {"Natten till i söndags stals två mopeder på Blomstervägen", SATURDAY, -1, "2026-03-08"},
        {"Händelse i skolan fredag 13/3 klockan 13.15: elev slog annan elev med stol.", SATURDAY, -1,
         "2026-03-13T13:15"},
        {"Datum: 13/3. Tid: 13.15. Plats: Broskolan. Elev hotade lärare.", SATURDAY, -1, "2026-03-13T13:15"},
        {"Datum 2026-03-13\nTid ca 13.15\nPlats Bergaskolan\nVad: bråk mellan två elever", SATURDAY, -1,
         "2026-03-13T13:15"},
        {"Igår (fre) 21:20 såg vi langning vid Råbyplan", SATURDAY, -1, "2026-03-13T21:20"},
        {"I går, fredag, klockan 21.20 satte ungdomar eld på en soptunna", SATURDAY, -1, "2026-03-13T21:20"},
        {"kl 11 fre: snatteri Coop Kungsängen, 2 tjejer", SATURDAY, -1, "2026-03-13T11:00"},
        {"16.45 i går ringde en granne och sa att någon klättrat in genom fönstret", SATURDAY, -1, "2026-03-13T16:45"},
        {"Polisen kom 22.40 men då var de borta. Bråket startade 22.10 igår.", SATURDAY, -1, "2026-03-13T22:10"},
        {"Det var runt nio ikväll som ett gäng började bråka på tåget in mot Kungsängen", SATURDAY, -1,
         "2026-03-14T21:00"},
        {"Hej. Mellan kl 7 och 16 igår har någon varit inne i vår lägenhet på Ringvägen", SATURDAY, -1,
         "2026-03-13T07:00"},
        {"Mellan torsdag kl 22 och fredag kl 06 har det stulits diesel", SATURDAY, -1, "2026-03-12T22:00"},
        {"Lunchrasten igår ca 12.05 blev en sjua misshandlad bakom matsalen", SATURDAY, -1, "2026-03-13T12:05"},
        {"imorse vid åtta stod en man och blottade sig vid tunneln", SATURDAY, -1, "2026-03-14T08:00"},
        {"kvart över sex på morgonen brann det i en bil på Kockbackavägen", SATURDAY, -1, "2026-03-14T06:15"},
        {"halv fyra igår eftermiddag blev min mamma rånad på sitt halsband", SATURDAY, -1, "2026-03-13T15:30"},
        {"Efter skolan i går vid tre slog de ner en kille i sjuan", SATURDAY, -1, "2026-03-13T15:00"},
        {"I går kl. 14.20 - 14.50 pågick ett slagsmål", SATURDAY, -1, "2026-03-13T14:20"},
        {"Fem i tolv fredag natt sköts det raketer mot fönstren", SATURDAY, -1, "2026-03-13T23:55"},
        {"Ett på natten blev det liv igen i porten, skrik och glas som gick sönder", SATURDAY, -1, "2026-03-14T01:00"},
        {"20-tiden igår sågs tre maskerade springa från Bro centrum", SATURDAY, -1, "2026-03-13T20:00"},
        {"ca 2030 igår, Råbyplan, 10 ungd röker på", SATURDAY, -1, "2026-03-13T20:30"},
        {"20.30 - 21.00 igår satt det fullt med folk och drack på trappan", SATURDAY, -1, "2026-03-13T20:30"},
        {"På fredagskvällen ungefär 18.30 slogs en man ner vid tågstationen", SATURDAY, -1, "2026-03-13T18:30"},
        {"Brandlarm 0440, Kungsängens simhall. Ingen brand, vattenskada.", SATURDAY, -1, "2026-03-14T04:40"},
        {"Rapport från fältarna 13/3. Ute 18-24. Vid kvart i tio träffade vi på två berusade flickor i Gröna dalen.",
         SATURDAY, -1, "2026-03-13T21:45"},
        {"Fältpass fre 13/3 kl 18-01. 00.15 bråk utanför donken.", SATURDAY, -1, "2026-03-14T00:15"},
        {"Torsdagen den 5:e kl 19 var det bråk i simhallen.", SATURDAY, -1, "2026-03-05T19:00"},
        {"den 27 feb gick någon runt och kände på bildörrar", SATURDAY, -1, "2026-02-27"},
        {"Igår eftermiddag eldades det i en container vid Tibble torg", SATURDAY, -1, "2026-03-13"},
        {"någon gång under gårdagen blev vår brevlåda sprängd", SATURDAY, -1, "2026-03-13"},
        {"Under fredagskvällen har det klottrats på skolan", SATURDAY, -1, "2026-03-13"},
        {"I natt har någon skurit sönder däcken på tre bilar", SATURDAY, -1, "2026-03-14"},
        {"upptäckte nu klockan sex på kvällen att rutan var krossad", SATURDAY, -1, "2026-03-14T18:00"},
        {"hände 18:00 igår men jag skriver nu 08:30", SATURDAY, -1, "2026-03-13T18:00"},
        {"Vid halv tio på förmiddagen i går ringde en falsk banktjänsteman", SATURDAY, -1, "2026-03-13T09:30"},
        {"klockan ett igår mitt på dagen rånades en kille vid pendeln", SATURDAY, -1, "2026-03-13T13:00"},
        {"efter jobbet igår vid fem såg jag två killar bryta upp en cykel", SATURDAY, -1, "2026-03-13T17:00"},
        {"torsdag natt 00.30 brann en bil på Finnstabergsvägen", SATURDAY, -1, "2026-03-13T00:30"},
        {"Det var bråk kl 22,30 igår vid macken", SATURDAY, -1, "2026-03-13T22:30"},
        {"igår ca 22,30 stod tre killar och drack öl i lekparken", SATURDAY, -1, "2026-03-13T22:30"},
        {"Kl 22 30 igår hördes två skott", SATURDAY, -1, "2026-03-13T22:30"},
        {"halv tolv på natten igår höll de på med raketer", SATURDAY, -1, "2026-03-13T23:30"},
        {"tolv på natten smällde det så rutorna skakade", SATURDAY, -1, "2026-03-14T00:00"},
        {"Strax efter ett i natt vaknade vi av glaskross", SATURDAY, -1, "2026-03-14T01:00"},
        {"vid femtiden på morgonen lastade två män in däck i en skåpbil", SATURDAY, -1, "2026-03-14T05:00"},
        {"Bil 4 fick larm 21:15 igår kväll om personer på taket, framme 21:24, klart 21:50.", SATURDAY, -1,
         "2026-03-13T21:15"},
        {"Larmtid: 21:15\nAnkomst: 21:24\nDatum: 2026-03-13\nObjekt: Broskolan\nOrsak: krossad ruta", SATURDAY, -1,
         "2026-03-13T21:15"},
        {"Ankomst 21:24, larmtid 21:15, datum 13/3. Krossad ruta Broskolan.", SATURDAY, -1, "2026-03-13T21:15"},
        {"fyra på eftermiddan igår blev två tjejer jagade", SATURDAY, -1, "2026-03-13T16:00"},
        {"I fredags klockan 14:00–14:30 slogs två elever", SATURDAY, -1, "2026-03-13T14:00"},
        {"På långrasten (11.40) i fredags knuffades en fyra så hon slog i huvudet", SATURDAY, -1, "2026-03-13T11:40"},
        {"Fredag morgon, 08.05, körde en förälder på en cykel", SATURDAY, -1, "2026-03-13T08:05"},
        {"I onsdags kl. 13 hotades vår vaktmästare", SATURDAY, -1, "2026-03-11T13:00"},
        {"kvart i 8 igår kväll kom de tillbaka", SATURDAY, -1, "2026-03-13T19:45"},
        {"kvart över 8 på kvällen igår slogs det", SATURDAY, -1, "2026-03-13T20:15"},
        {"halv 9 på kvällen i går kastade de sten", SATURDAY, -1, "2026-03-13T20:30"},
        {"Igår runt halv nio slogs två killar i porten", SATURDAY, -1, "2026-03-13T20:30"},
        {"igår kl halv 9 blev det bråk på bussen", SATURDAY, -1, "2026-03-13T20:30"},
        {"Kl 19 idag, fredagsmys på gården, men då kom ett gäng in och bråkade", SATURDAY, -1, "2026-03-14T19:00"},
        {"Igår när vi skulle stänga vid 22 kom det in en kille med kniv", SATURDAY, -1, "2026-03-13T22:00"},
        {"15:20 skolgården. Två elever i bråk.", SATURDAY, -1, "2026-03-14T15:20"},
        {"Väckt av skrik kl 3. Fyra personer slogs utanför Ica.", SATURDAY, -1, "2026-03-14T03:00"},
        {"vaknade kl 3 i natt av att någon försökte ta sig in", SATURDAY, -1, "2026-03-14T03:00"},
        {"kl sju imorse låg en man medvetslös på perrongen", SATURDAY, -1, "2026-03-14T07:00"},
        {"Sju i morse upptäckte vi att någon brutit upp förrådet", SATURDAY, -1, "2026-03-14T07:00"},
        {"Igår sju på kvällen", SATURDAY, -1, "2026-03-13T19:00"},
        {"I förrgår halv sex på kvällen rånades min son", SATURDAY, -1, "2026-03-12T17:30"},
        {"torsdags vid halv sex på kvällen rånades min son", SATURDAY, -1, "2026-03-12T17:30"},
        {"Observation: Råbyplan fre kl 21-22: droghandel från grå Audi", SATURDAY, -1, "2026-03-13T21:00"},
        {"Droghandel Råbyplan, fredag 21-22.", SATURDAY, -1, "2026-03-13T21:00"},
        {"Droghandel Råbyplan, fredag mellan 21.30 och 22", SATURDAY, -1, "2026-03-13T21:30"},
        {"Droghandel Råbyplan fredag (21.30-22)", SATURDAY, -1, "2026-03-13T21:30"},
        {"Natten mot lördag kl 23 eldades det i tunneln", SATURDAY, -1, "2026-03-13T23:00"},
        {"Lördag 00:45 (natten fre-lör) bröts en kiosk upp", SATURDAY, -1, "2026-03-14T00:45"},
        {"Fredag natt kl 00:45 bröts en kiosk upp", SATURDAY, -1, "2026-03-14T00:45"},
        {"Fredag 12.30-13: elev satte eld på papper på toaletten", SATURDAY, -1, "2026-03-13T12:30"},
        {"under lunchen igår, halv ett, satte en elev eld på papper", SATURDAY, -1, "2026-03-13T12:30"},
        {"10.00-rasten igår slogs två pojkar", SATURDAY, -1, "2026-03-13T10:00"},
        {"Stöld Coop Tibble 13/3-26 kl 17:10", SATURDAY, -1, "2026-03-13T17:10"},
        {"stöld coop 17:10 13/3", SATURDAY, -1, "2026-03-13T17:10"},
        {"13/3 1710 stöld coop", SATURDAY, -1, "2026-03-13T17:10"},
        {"13/3, 17:10: stöld coop", SATURDAY, -1, "2026-03-13T17:10"},
        {"(13 mars, 17.10) Stöld på Coop", SATURDAY, -1, "2026-03-13T17:10"},
        {"den 13 mars klockan 17.10 stals en cykel", SATURDAY, -1, "2026-03-13T17:10"},
        {"2026-03-13 17.10 Stöld på Coop", SATURDAY, -1, "2026-03-13T17:10"},
        {"2026-03-13T17:10 Stöld på Coop", SATURDAY, -1, "2026-03-13T17:10"},
        {"13.03.2026 17:10 Stöld på Coop", SATURDAY, -1, "2026-03-13T17:10"},
        {"260313 1710 Stöld på Coop", SATURDAY, -1, "2026-03-13T17:10"},
        {"igår kväll typ 21 hördes skott", SATURDAY, -1, "2026-03-13T21:00"},
        {"igår kväll typ nio hördes skott", SATURDAY, -1, "2026-03-13T21:00"},
        {"klockan nio ungefär igår kväll", SATURDAY, -1, "2026-03-13T21:00"},
        {"Åtta ikväll kom de och sparkade på dörren", SATURDAY, -1, "2026-03-14T20:00"},
        {"tjugo över åtta kom en man in i receptionen och hotade personalen nu ikväll", SATURDAY, -1,
         "2026-03-14T20:20"},
        {"Idag halv fem efter träningen blev min son slagen", SATURDAY, -1, "2026-03-14T16:30"},
        {"halv fem blev min son slagen vid Bro IP", SATURDAY, -1, "2026-03-14T16:30"},
        {"tio i sex slogs två män vid torget", SATURDAY, -1, "2026-03-14T17:50"},
        {"tio över åtta när barnen skulle till skolan kom en bil i 80", SATURDAY, -1, "2026-03-14T08:10"},
        {"tio över åtta i morse när barnen skulle till skolan kom en bil i 80", SATURDAY, -1, "2026-03-14T08:10"},
        {"kvart över elva igår kväll sköts raketer", SATURDAY, -1, "2026-03-13T23:15"},
        {"kvart över elva igår sköts raketer", SATURDAY, -1, "2026-03-13T23:15"},
        {"tio i tolv igår sköts raketer mot husen", SATURDAY, -1, "2026-03-13T23:50"},
        {"halv elva igår spelade de så hög musik att ingen kunde sova", SATURDAY, -1, "2026-03-13T22:30"},
        {"Rånet skedde 21.40 fredag, vi fick veta det först 10.15 idag", SATURDAY, -1, "2026-03-13T21:40"},
        {"Efter matchen igår (slut 18.45) slogs supportrar vid sjutiden", SATURDAY, -1, "2026-03-13T19:00"},
        {"När disco'n började kl 20 igår kom ett gäng som inte fick komma in", SATURDAY, -1, "2026-03-13T20:00"},
        {"Stängde för dagen 20.00 igår. En halvtimme senare krossades rutan enligt larmet 20.30.", SATURDAY, -1,
         "2026-03-13T20:30"},
        {"Pass 22-06, bil 14\n23:05 Härneviskolan. Två rutor spräckta.", SATURDAY, -1, "2026-03-13T23:05"},
        {"Vi nattvandrade i Bro mellan 20.30 och 00.30. Ett gäng rökte bakom biblioteket 22.15.", SATURDAY, -1,
         "2026-03-13T22:15"},
        {"Laser tpl Brunna 0715-0845. 23 rapporterade.", SATURDAY, -1, "2026-03-14T07:15"},
        {"Visitation Råbystigen 2240 igår. Kniv beslagtagen.", SATURDAY, -1, "2026-03-13T22:40"},
        {"Bokad ordningsstyrka, 18-01. Lugnt.", SATURDAY, -1, "2026-03-14T18:00"},
        {"Stort gäng utanför Coop ikväll, de var nog runt 20", SATURDAY, -1, "2026-03-14"},
        {"Elever i åk 7-9 kastar sten", SATURDAY, -1, ""},
        {"Bråk på Korpstigen 12-14, flera inblandade", SATURDAY, -1, ""},
        {"Fyra killar 14-17, mörka kläder", SATURDAY, -1, ""},
        {"Det ska bli bråk på skolan på fredag", SATURDAY, -1, ""},
    };
    CHECK(*state, cases);
}

/* Said as they are spoken, with hours of twenty-four, written together, and beside what they are no clock of. */
static void clocks_as_they_are_said(void **state)
{
    static const Case cases[] = {
        {"Bråk vid kiosken halvtio ikväll", SATURDAY, -1, "2026-03-14T21:30"},
        {"kl halvelva i går kväll ven äggen mot rutan", SATURDAY, -1, "2026-03-13T22:30"},
        {"Klockan nitton och trettio satt de på taket", SATURDAY, -1, "2026-03-14T19:30"},
        {"Klockan sjutton noll fem tog bensinen slut för dem", SATURDAY, -1, "2026-03-14T17:05"},
        {"Prick tjugo small det bakom kiosken", SATURDAY, -1, "2026-03-14T20:00"},
        {"Moppar på gården från 19 och framåt", SATURDAY, -1, "2026-03-14T19:00"},
        {"stök på macken fr 20 o framåt", SATURDAY, -1, "2026-03-14T20:00"},
        {"Ca 2 på natten mot lördag bröts låset upp", SATURDAY, -1, "2026-03-14T02:00"},
        {"Klockan är 22 och de kör fortfarande", SATURDAY, -1, "2026-03-14T22:00"},
        {"Bilen repades mellan 18 igår och 7 idag", SATURDAY, -1, "2026-03-13T18:00"},
        {"Efter midnatt, tjugo minuter i ett, small rutan", SATURDAY, -1, "2026-03-14T00:40"},
        {"strax före midnatt, kvart i tolv, tjöt larmet", SATURDAY, -1, "2026-03-13T23:45"},
        {"Rör inte åk 7 och framåt, bara de yngre", SATURDAY, -1, ""},
        {"Klotter vid fjorton tillfällen", SATURDAY, -1, ""},
        {"runt tjugo kom fram och ville prata", SATURDAY, -1, ""},
    };
    CHECK(*state, cases);
}

static void digits_behind_what_they_are_the_clock_of(void **state)
{
    static const Case cases[] = {
        {"Slottstorget C 0055 fast det var stängt, tre satt kvar", SATURDAY, -1, "2026-03-14T00:55"},
        {"Sjöparkens stn 1915 nekad inpassering, spottade på värden", SATURDAY, -1, "2026-03-14T19:15"},
        {"Målsägande: flicka, f 2009", SATURDAY, -1, ""},
        {"Koden är 0412 numera, det står på dörren", SATURDAY, -1, ""},
        {"Slottstorget C 1200 personer på konsert", SATURDAY, -1, ""},
    };
    CHECK(*state, cases);
}

/* That somebody came, or that something was open, is what happened there. */
static void comings_and_openings(void **state)
{
    static const Case cases[] = {
        {"En mamma kom 13.40 och gapade åt vikarien", SATURDAY, -1, "2026-03-14T13:40"},
        {"Ängsskolan: en pappa kom kl 10.15 och välte en bänk", SATURDAY, -1, "2026-03-14T10:15"},
        {"Det blev bråk men polisen kom 16.30 och tog hand om det", SATURDAY, -1, ""},
        {"Vårfest i parken. Öppet 14.00. Trehundra gäster.", SATURDAY, -1, "2026-03-14T14:00"},
        {"Biblioteket hade öppet hus mellan 17 och 19", SATURDAY, -1, "2026-03-14T17:00"},
        {"Butiken har öppet till 22", SATURDAY, -1, ""},
        {"Cykel stulen. Jag nås på 070-174 06 05 efter 17", SATURDAY, -1, ""},
        {"Vi brukar stänga 21 men i går slocknade allt ljus 19.30", SATURDAY, -1, "2026-03-13T19:30"},
        {"Klagomål inkommet 08:12. Musiken började 21.30 i går.", SATURDAY, -1, "2026-03-13T21:30"},
        {"Ankomst 22.10, avgång 22.25. Samtal in 21.50.", SATURDAY, -1, "2026-03-14T21:50"},
        {"Inkommet 07:45. Händelsetid: igår 22.30. Bil repad.", SATURDAY, -1, "2026-03-13T22:30"},
        {"Vi ses på tisdag kl 18, men i går vid åtta på kvällen small det", SATURDAY, -1, "2026-03-13T20:00"},
    };
    CHECK(*state, cases);
}

/* Which of several days it happened on, and an observation's own where it names none. */
static void days_that_stand_behind_others(void **state)
{
    static const Case cases[] = {
        {"Polisanmält i morse. Någon välte gravstenar i onsdags.", SATURDAY, -1, "2026-03-11"},
        {"Anmälan inkom igår om en misshandel på torsdagen", SATURDAY, -1, "2026-03-12"},
        {"Misshandel, anmäldes i går", SATURDAY, -1, "2026-03-13"},
        {"stillsam kväll vid bollplanen", SATURDAY, -1, "2026-03-14"},
        {"Grannarna har borrat hela natten", SATURDAY, -1, "2026-03-14"},
        {"De höll på hela kvällen igår", SATURDAY, -1, "2026-03-13"},
        {"Kvällsrapport hamnen: allt låst", SATURDAY, -1, "2026-03-14"},
        {"En kväll satt de i vår trappa", SATURDAY, -1, ""},
        {"De spelar musik varje helg, hela natten", SATURDAY, -1, ""},
        {"På morgonen kör alla för fort förbi skolan", SATURDAY, -1, ""},
        {"Jag och min man tycker att det är för mörkt på stigen", SATURDAY, -1, ""},
        {"Det är mörkt på kvällen bakom kiosken", SATURDAY, -1, ""},
        {"Började 18.30 med två moppar. Hemma vid midnatt.", SATURDAY, -1, "2026-03-13T18:30"},
        {"Disco 19.00. Gick hem tjugo i tolv.", SATURDAY, -1, "2026-03-13T19:00"},
        {"Bråk 20.40, väktare kom en kvart senare.", SATURDAY, -1, "2026-03-14T20:40"},
        {"mellan kl 23 och 05 skars hål i kapellet", SATURDAY, -1, "2026-03-13T23:00"},
        {"2 dagar sen ca 16.00 stals min cykel", SATURDAY, -1, "2026-03-12T16:00"},
        {"Den tolfte mars klockan sexton tio bröts låset upp", SATURDAY, -1, "2026-03-12T16:10"},
        {"Uppdrag 1: 18.30 Slottstorget lugnt. Uppdrag 2: 19.10 snatteri.", SATURDAY, -1, "2026-03-14T19:10"},
        {"Rond Råby 19.30 u.a. Rond Brunna 20.10 u.a. 20:50 Bro C, en man har ramlat.", SATURDAY, -1,
         "2026-03-14T20:50"},
        {"Skolgården 18.30 ua 19.20 två killar kastar sten på rutorna", SATURDAY, -1, "2026-03-14T19:20"},
    };
    CHECK(*state, cases);
}

static void cues_that_tell_no_day(void **state)
{
    static const Case cases[] = {
        {"I kväll hörde vi om bråk vid kiosken varje lördag. Vi såg det själva tjugo över tio.", "2026-03-12", -1,
         "2026-03-12T22:20"},
        {"Anmält av en som i går, annandagen, halv tio på förmiddagen blev lurad", "2026-04-07", -1,
         "2026-04-06T09:30"},
        {"09.15 upptäcktes att skylten målats under natten", SATURDAY, -1, "2026-03-14T09:15"},
        {"21.40 fre. Bråk på torget", SATURDAY, -1, "2026-03-13T21:40"},
        {"Två män kom idag kl 15 och ville ha pengar varje månad", SATURDAY, -1, "2026-03-14T15:00"},
        {"Flicka borta, senast sedd vid stationen igår 17.10", SATURDAY, -1, "2026-03-13T17:10"},
        {"Jag var på väg hem igår vid halv sju då en bil körde på en cyklist", SATURDAY, -1, "2026-03-13T18:30"},
        {"Rond 2215-2330 runt skolorna, en ruta krossad", SATURDAY, -1, "2026-03-13T22:15"},
        {"Städade nu på fm och hittade sprutor, de är nya sen förra lördagen", SATURDAY, -1, "2026-03-14"},
        {"Förra lördagen vid 17 blev min son slagen", SATURDAY, -1, "2026-03-07T17:00"},
    };
    CHECK(*state, cases);
}

static void clocks_said_in_two_numbers(void **state)
{
    static const Case cases[] = {
        {"Klockan 21 och 15 small det på parkeringen", SATURDAY, -1, "2026-03-14T21:15"},
        {"Öppet hus mellan klockan 18 och 20", SATURDAY, -1, "2026-03-14T18:00"},
        {"Klockan 20 och 30 ungdomar samlades vid bron", SATURDAY, -1, "2026-03-14T20:00"},
        {"Från 20 till 22 stod de i tunneln och rökte", SATURDAY, -1, "2026-03-14T20:00"},
        {"I torsdags, det kan ha varit åtta nånting på kvällen, small det", SATURDAY, -1, "2026-03-12T20:00"},
        {"Hon kom hem tjugo i sju på kvällen och då var dörren uppbruten", SATURDAY, -1, "2026-03-14T18:40"},
        {"Bråk klockan sju i kväll vid stationen", SATURDAY, -1, "2026-03-14T19:00"},
        {"Skrek åt barnen, klockan tio i förmiddags", SATURDAY, -1, "2026-03-14T10:00"},
        {"Inbrott vid halvtolvtiden på förmiddagen", SATURDAY, -1, "2026-03-14T11:30"},
        {"Vi var på rond klockan prick två när en ruta gick", SATURDAY, -1, "2026-03-14T02:00"},
        {"Gårdsfest ikväll 17-21 (ca 90 unga), en fick gå hem", SATURDAY, -1, "2026-03-14T17:00"},
    };
    CHECK(*state, cases);
}

static void logs_of_a_round(void **state)
{
    static const Case cases[] = {
        {"18.30 Bro C, lugnt\n19.40 Råby folktomt\n21.10 Finnsta: två killar krossar busskuren\n22 slut", SATURDAY, -1,
         "2026-03-14T21:10"},
        {"17.00 samling\n18.15 torget, pratade lite\n20.45 Ringvägen, flicka grät, slagen av en äldre kille\n22.00 hem",
         SATURDAY, -1, "2026-03-14T20:45"},
        /* one event, minute by minute */
        {"Kl 02.30: vaknar av en smäll\nKl 02.35: rök från garaget\nKl 02.50: brandkåren sprutar på ett hus som "
         "brinner",
         SATURDAY, -1, "2026-03-14T02:30"},
        {"Larmrapport 2045\nObjekt: skolan\nTyp: inbrott\nKl: 03.12\nFönster krossat", SATURDAY, -1,
         "2026-03-14T03:12"},
    };
    CHECK(*state, cases);
}

/* Hours that only the words beside them show to be some. */
static void bare_hours(void **state)
{
    static const Case cases[] = {
        {"Lördag eftermiddag ca 16: två killar sparkade på automaten", SATURDAY, -1, "2026-03-14T16:00"},
        {"Tid: ca 19. Plats: Bro C. Tre killar spottade på en man", SATURDAY, -1, "2026-03-14T19:00"},
        {"Ca 18: bråk utanför gymmet", SATURDAY, -1, "2026-03-14T18:00"},
        {"Min mobil blev tagen på bussen, runt 18. Jag såg inte vem.", SATURDAY, -1, "2026-03-14T18:00"},
        {"Runt 18 ungdomar stod vid kiosken idag", SATURDAY, -1, "2026-03-14"},
        {"I kväll såg jag två killar, runt 18. De drack.", SATURDAY, -1, "2026-03-14"},
        {"Strax före 19 ville en kvinna hämta sin cykel, då skar två män av låset", SATURDAY, -1, "2026-03-14T19:00"},
        {"Straxt efter 22 dök det upp ett tjugotal mopeder", SATURDAY, -1, "2026-03-14T22:00"},
        {"Efter 22 dagar är lampan fortfarande trasig idag", SATURDAY, -1, "2026-03-14"},
        {"Två killar eldade bakom ishallen från 14 till det skymde.", SATURDAY, -1, "2026-03-14T14:00"},
        {"De stod från 17 till sent och sålde", SATURDAY, -1, "2026-03-14T17:00"},
        {"de har spelat musik på parkeringen sen tio, hela huset är vaket", SATURDAY, -1, "2026-03-14T22:00"},
        {"Har suttit en man utanför porten sedan 13, vägrar gå", SATURDAY, -1, "2026-03-14T13:00"},
        {"I dag har han ringt polisen sen tio killar kom", SATURDAY, -1, "2026-03-14"},
        {"Vid nittontiden slogs två kvinnor på busstorget", SATURDAY, -1, "2026-03-14T19:00"},
        {"cykeln försvann, klockan va 19 40, jag var inne i affären", SATURDAY, -1, "2026-03-14T19:40"},
        {"rutan krossades. klockan var 18 05. larmet gick", SATURDAY, -1, "2026-03-14T18:05"},
        {"17:00-ca 18.30 fest i trappan", SATURDAY, -1, "2026-03-14T17:00"},
        {"20.00 – cirka 21 fest i garaget", SATURDAY, -1, "2026-03-14T20:00"},
        {"En elev blev knuffad vid bussen. Klockan var tio över tre.", SATURDAY, -1, "2026-03-14T15:10"},
        {"parken 18-20 tomt. Men vid kiosken slogs två män. Klockan var kvart över nio", SATURDAY, -1,
         "2026-03-14T21:15"},
    };
    CHECK(*state, cases);
}

/* Four digits behind a date are a year only where they can be one. */
static void years_and_clocks_behind_a_date(void **state)
{
    static const Case cases[] = {
        {"13/3 1900-2100 buskörning på skolgården", SATURDAY, -1, "2026-03-13T19:00"},
        {"Rån 13/3 2005, kiosken, en man med kniv", SATURDAY, -1, "2026-03-13T20:05"},
        {"13/3 2130 slagsmål", SATURDAY, -1, "2026-03-13T21:30"},
        {"13 mars 1800 bråk i simhallen", SATURDAY, -1, "2026-03-13T18:00"},
        {"13/3 2026 klottrades det på skolan", SATURDAY, -1, "2026-03-13"},
        {"Lagen från den 1 juli 2012 gäller fortfarande", SATURDAY, -1, "2012-07-01"},
        {"Han är född 11/2 1998 och har rymt idag", SATURDAY, -1, "2026-03-14"},
    };
    CHECK(*state, cases);
}

/* Since when, until when, and what the event is likened to. */
static void days_of_something_else(void **state)
{
    static const Case cases[] = {
        {"Samma man som i onsdags stod utanför grinden från 19:30 och glodde.", SATURDAY, -1, "2026-03-14T19:30"},
        {"Det är samma bil som i går och i måndags. 20.40 körde den mot en cyklist.", SATURDAY, -1, "2026-03-14T20:40"},
        {"20.05 samma gäng som var här i onsdags välte en bänk", SATURDAY, -1, "2026-03-14T20:05"},
        {"Det tog mer än en timme i onsdags att sanera", SATURDAY, -1, "2026-03-11"},
        {"Värre än i fredags: 20.40 kastade de bengaler mot bussen", SATURDAY, -1, "2026-03-14T20:40"},
        {"16.10 pallkragarna som stått där sen i måndags är uppeldade", SATURDAY, -1, "2026-03-14T16:10"},
        {"21.15 en båt på grund. Den ligger kvar till idag.", "2026-03-15", 8 * 60, "2026-03-14T21:15"},
        {"Lampan vid tunneln har varit sönder sedan i onsdags.", SATURDAY, -1, "2026-03-11"},
        {"de har hållit på sedan igår kväll kl 22", SATURDAY, -1, "2026-03-13T22:00"},
        {"Till skillnad från i fredags kom vakten. 20.45 blev det slagsmål.", SATURDAY, -1, "2026-03-14T20:45"},
        {"Kl 20.15 såg jag bilen som i torsdags körde på min hund", SATURDAY, -1, "2026-03-14T20:15"},
        {"Bilen stod parkerad mellan igår 17 och idag 07, rutan krossad", SATURDAY, -1, "2026-03-13T17:00"},
        {"Inbrott i förråd, upptäckt 15.00, senast sett helt 12/3", SATURDAY, -1, "2026-03-14T15:00"},
        {"Under sen tisdagskväll kl 22 omhändertogs en man", SATURDAY, -1, "2026-03-10T22:00"},
    };
    CHECK(*state, cases);
}

/* Clocks of a quiet place, of departures, and of who came. */
static void clocks_that_give_way(void **state)
{
    static const Case cases[] = {
        {"Stationen kl 19 lugnt, bara några pensionärer. Kiosken 21.40 slogs två killar.", SATURDAY, -1,
         "2026-03-14T21:40"},
        {"Kyrkan kl 17 inget särskilt, några hundägare. Lekplatsen 19.30 eldade tre killar.", SATURDAY, -1,
         "2026-03-14T19:30"},
        {"Förarrapport, tur 12.04. En man spottade på mig ca 12.25 vid stationen.", SATURDAY, -1, "2026-03-14T12:25"},
        {"Flaska kastad genom fönstret, tur 12.04 från stationen.", SATURDAY, -1, "2026-03-14T12:04"},
        {"Tåget ankom Bro 21.12 och ut kom fem killar som slogs.", SATURDAY, -1, "2026-03-14T21:12"},
        {"En man hade ramlat i ån, en granne hämtade oss 17.20.", SATURDAY, -1, "2026-03-14T17:20"},
        {"Ambulansen hämtade honom 21.20 idag", SATURDAY, -1, "2026-03-14"},
    };
    CHECK(*state, cases);
}

/* A day that is named by nothing but when it was written. */
static void of_the_day_of_writing(void **state)
{
    static const Case cases[] = {
        {"En man slog till min son för tio min sen utanför Ica", SATURDAY, -1, "2026-03-14"},
        {"Hotad i kassan för ca en timme sedan", SATURDAY, -1, "2026-03-14"},
        {"Det luktar gas i hela porten sen en halvtimme", SATURDAY, -1, "2026-03-14"},
        {"De bråkade i hallen. Sen två timmar senare small det i porten.", SATURDAY, -1, ""},
        {"3 timmar sedan blev jag hotad i tvättstugan", SATURDAY, -1, "2026-03-14"},
        {"Bussen var tio minuter sen och föraren skrek", SATURDAY, -1, ""},
        {"Den senaste timmen har någon bankat på dörren", SATURDAY, -1, "2026-03-14"},
        {"Under förmiddagen har fyra boende fått samma falska brev", SATURDAY, -1, "2026-03-14"},
        {"Några killar har under kvällen kastat sten på bussarna", SATURDAY, -1, "2026-03-14"},
        {"Under kvällen samlas de vid scenen", SATURDAY, -1, ""},
        {"Nu kör de moped i tunneln igen", SATURDAY, -1, "2026-03-14"},
        {"Klotter i trapphuset, upptäckt före lunch", SATURDAY, -1, "2026-03-14"},
        {"Igår stals en väska, upptäckt före lunch", SATURDAY, -1, "2026-03-13"},
        {"De står där varje dag efter lunch", SATURDAY, -1, ""},
        {"Någon skriker på hjälp i porten. Jag har ringt 112.", SATURDAY, -1, "2026-03-14"},
        {"Trygghetsvärdarna, lördagspass. Två samtal om cyklar.", SATURDAY, -1, "2026-03-14"},
        {"Porten är trasig för tredje måndagen på rad", SATURDAY, -1, ""},
    };
    CHECK(*state, cases);
}

/* What is still to come is no event's day, nor its clock. */
static void days_to_come(void **state)
{
    static const Case cases[] = {
        {"En elev slog sönder en dator i dag. Samtal i morgon 08.00.", SATURDAY, -1, "2026-03-14"},
        {"En elev slog sönder en dator i dag. Samtal 08.00 imorgon.", SATURDAY, -1, "2026-03-14"},
        {"Slagsmålet i matsalen i torsdags är anmält, elevmöte på tisdag 15.15.", SATURDAY, -1, "2026-03-12"},
        {"Bråket i skolan i går blev polisanmält i dag 09.15", SATURDAY, -1, "2026-03-13"},
        {"Klotter på gaveln under helgen, saneras onsdag", SATURDAY, -1, ""},
        {"Rutan lagas tidigast tisdag. Den krossades 21.15.", SATURDAY, -1, "2026-03-14T21:15"},
        {"Bråk i Bro. Vi följer upp på måndag. Det var väl 20.30 de kom.", SATURDAY, -1, "2026-03-14T20:30"},
        {"Från fredag kl 22 till lördag kl 05 brann det i åtta bilar", SATURDAY, -1, "2026-03-13T22:00"},
        {"Han hotade oss. Vi ska träffa rektorn kl 15.", SATURDAY, -1, ""},
    };
    CHECK(*state, cases);
}

static void hours_without_minutes(void **state)
{
    static const Case cases[] = {
        {"Mobilen försvann mellan ca 13 och 15 idag", SATURDAY, -1, "2026-03-14T13:00"},
        {"Tre rutor krossades under julafton 2025", SATURDAY, -1, "2025-12-24"},
        {"Sparkcykeln stod låst 8-14.30 igår", SATURDAY, -1, "2026-03-13T08:00"},
        {"Någon sparkade in dörren strax efter tre i dag och sprang", SATURDAY, -1, "2026-03-14T15:00"},
        {"Jag såg de trasiga rutorna 07 i morse", SATURDAY, -1, "2026-03-14T07:00"},
        {"fredag em ca 16-17 stod tre killar och rökte", SATURDAY, -1, "2026-03-13T16:00"},
        {"Killar ca 16-17 stod och rökte", SATURDAY, -1, ""},
        {"Det började vid 19 och slutade runt 22", SATURDAY, -1, "2026-03-14T19:00"},
        {"Vi var 14 i kväll", SATURDAY, -1, "2026-03-14"},
        {"Från 22 till 01 kastades flaskor i parken", SATURDAY, -1, "2026-03-14T22:00"},
        {"Skolrond Bro 19-22 utan anmärkning", SATURDAY, -1, "2026-03-14T19:00"},
        {"En tjej på ca 16 slog till en vakt 18.25", SATURDAY, -1, "2026-03-14T18:25"},
        {"skönt väder. råby 2140 bråk vid grillen. sen lugnt", SATURDAY, -1, "2026-03-14T21:40"},
        {"lugnt i bro. minst 1430 klagomål på belysningen", SATURDAY, -1, ""},
    };
    CHECK(*state, cases);
}

static void starts_and_halves_of_the_dial(void **state)
{
    static const Case cases[] = {
        {"de borrar i väggen igen, klockan är elva på kvällen!! vi hör dem varenda helg", SATURDAY, -1,
         "2026-03-14T23:00"},
        {"Mopeder kör på gångvägen, i regel mellan 19 och 21", SATURDAY, -1, ""},
        {"De sitter i trapphuset. Vore bra om någon tittade in vid niotiden framöver.", SATURDAY, -1, ""},
        {"Flyttades till Kungsängen kl 19. På perrongen 20.40 bråk om en plats.", SATURDAY, -1, "2026-03-14T20:40"},
        {"En pojke bet en kamrat i armen. Hemhämtad 14.05.", SATURDAY, -1, ""},
        {"Det tutas på parkeringen. Jag går upp kvart i fem.", SATURDAY, -1, ""},
        {"Vid yttre rond Råbyskolan 01.15 stod fyra vid grinden. De hade gått 01.40.", SATURDAY, -1,
         "2026-03-14T01:15"},
        {"luciakväll. två föll i trappan vid tio", SATURDAY, -1, "2026-03-14T22:00"},
        {"Ett gäng kastade flaskor på perrongen, tio i elva. Annars regnade det hela kvällen", SATURDAY, -1,
         "2026-03-14T22:50"},
    };
    CHECK(*state, cases);
}

/* What somebody saw is written sooner than what a round or the night brought. */
static void late_at_night(void **state)
{
    static const Case cases[] = {
        {"23:22 brinner det i en moped", SATURDAY, -1, "2026-03-14T23:22"},
        {"Ronden: allt låst. 23.25 klättrade två killar över grinden", SATURDAY, -1, "2026-03-13T23:25"},
        {"Lugn natt. 23.25 en bil av vägen.", SATURDAY, -1, "2026-03-13T23:25"},
        {"23.35 skriker någon på hjälp", SATURDAY, -1, "2026-03-13T23:35"},
    };
    CHECK(*state, cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(observations_by_new_authors),
        cmocka_unit_test(clocks_as_they_are_said),
        cmocka_unit_test(digits_behind_what_they_are_the_clock_of),
        cmocka_unit_test(comings_and_openings),
        cmocka_unit_test(days_that_stand_behind_others),
        cmocka_unit_test(cues_that_tell_no_day),
        cmocka_unit_test(clocks_said_in_two_numbers),
        cmocka_unit_test(logs_of_a_round),
        cmocka_unit_test(bare_hours),
        cmocka_unit_test(years_and_clocks_behind_a_date),
        cmocka_unit_test(days_of_something_else),
        cmocka_unit_test(clocks_that_give_way),
        cmocka_unit_test(of_the_day_of_writing),
        cmocka_unit_test(days_to_come),
        cmocka_unit_test(hours_without_minutes),
        cmocka_unit_test(starts_and_halves_of_the_dial),
        cmocka_unit_test(late_at_night),
    };
    return cmocka_run_group_tests(tests, words_fixture_set_up, words_fixture_tear_down);
}
