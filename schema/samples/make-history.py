#!/usr/bin/python3
"""Writes history.ndjson: what came before the two weeks of sample reports, weeks 2 to 9 of 2026.

A lägesbild compares a period with what is usual, so the demonstration needs a usual. Each theme below happens so many
times a week, a little more or less by chance; the numbers are drawn from a fixed seed, so that the file is the same every
time. Everything is invented; only the names of areas, streets and places are real.

    /usr/bin/python3 make-history.py > history.ndjson
"""
import datetime
import json
import random

SEED = 2033
FIRST_MONDAY = datetime.date(2026, 1, 5)
WEEKS = 8

UPPLANDS_BRO = "upplands-bro"
STOCKHOLM = "stockholm"

# Per week on average; hours it happens (may pass 24, into the night); who reports it; municipality; texts.
THEMES = [
    (4.0, (15, 21), ("vaktare", "Väktarna i Bro och Kungsängen"), UPPLANDS_BRO, [
        "Moped körde på gångbanan i Bro centrum kl {clock}, två på mopeden.",
        "A-traktor körde vårdslöst runt torget i Bro centrum kl {clock}.",
        "Två mopeder utan ljus på gångvägen mellan Finnsta och Bro station kl {clock}.",
    ]),
    (3.0, (17, 23), ("fritid", "Fritidsgårdarna Upplands-Bro"), UPPLANDS_BRO, [
        "Ruta krossad på Brunna ungdomsgård, upptäckt kl {clock}.",
        "Klotter på väggen vid Brunna IP, såg nytt ut kl {clock}.",
        "Belysningen vid Hagnässkolan i Brunna sönderslagen, upptäckt kl {clock}.",
    ]),
    (5.0, (10, 19), ("polis", "Kommunpolisen Upplands-Bro"), UPPLANDS_BRO, [
        "Snatteri i matbutiken i Kungsängens centrum kl {clock}, en person rapporterad.",
        "Cykel stulen vid Kungsängens station, upptäckt kl {clock}. Låset avklippt.",
        "Plånbok stulen ur en väska i Kungsängens centrum kl {clock}.",
    ]),
    (5.0, (20, 26), ("polis", "Kommunpolisen Upplands-Bro"), UPPLANDS_BRO, [
        "Slagsmål utanför restaurangen i Bro centrum kl {clock}, en lindrigt skadad. Anmälan om misshandel.",
        "Rattfylleri på E18 vid trafikplats Bro kl {clock}. Körkortet omhändertaget.",
        "Berusad man på perrongen vid Kungsängens station kl {clock}. Omhändertagen enligt LOB.",
    ]),
    (4.0, (19, 23), ("faltassistent", "Fältassistenterna Upplands-Bro"), UPPLANDS_BRO, [
        "Ett femtontal ungdomar vid Kungsängens station kl {clock}, hög musik och skrik.",
        "Ungdomssamling vid Tibble torg i Kungsängen kl {clock}, tjugotal personer. Skingrades efter samtal.",
        "Samling med ungdomar utanför Brohuset kl {clock}, några hade druckit.",
    ]),
    (2.0, (8, 16), ("skola", "Upplands-Bro kommuns skolor"), UPPLANDS_BRO, [
        "Slagsmål mellan två elever på Bergaskolans skolgård i Kungsängen kl {clock}. Vårdnadshavare informerade.",
        "Brandlarm på Upplands-Brogymnasiet kl {clock}, någon hade eldat papper på en toalett.",
        "Ruta krossad på Broskolan, upptäckt kl {clock}.",
    ]),
    (3.0, (7, 18), ("allmanhet", "Allmänheten"), UPPLANDS_BRO, [
        "Villainbrott i Kungsängen, upptäckt kl {clock}. Smycken borta.",
        "Bilinbrott på infartsparkeringen vid Bro station, upptäckt kl {clock}. Verktyg stulna.",
        "Mörkt på gångvägen mellan Bro station och Härnevi, lamporna släckta kl {clock}. Känns otryggt.",
    ]),
    (11.0, (11, 20), ("ordningsvakt", "Ordningsvakterna Hässelby torg"), STOCKHOLM, [
        "Hässelby torg kl {clock}: öppen försäljning av narkotika vid bänkarna. Polis informerad.",
        "Hässelby torg kl {clock}: man säljer tabletter vid apoteket, avvisad.",
        "Hässelby torg kl {clock}: narkotikaförsäljning vid tunnelbanans entré, en gripen av polis.",
    ]),
    (4.0, (16, 22), ("ordningsvakt", "Ordningsvakterna Hässelby torg"), STOCKHOLM, [
        "Hässelby torg kl {clock}: berusade män skriker åt besökare, avvisade.",
        "Hässelby torg kl {clock}: bråk mellan två berusade framför biblioteket.",
    ]),
    (6.0, (12, 20), ("polis", "Lokalpolisområde Vällingby"), STOCKHOLM, [
        "Snatteri i matbutiken vid Hässelby torg kl {clock}.",
        "Misshandel på Ormängsgatan kl {clock}, en pojke slagen av två jämnåriga.",
        "Fickstöld i Vällingby centrum kl {clock}.",
        "Olaga hot mot ordningsvakt vid Hässelby torg kl {clock}.",
        "Villainbrott i Hässelby villastad, upptäckt kl {clock}. Smycken borta.",
        "Klotter på Råcksta tunnelbanestation, upptäckt kl {clock}.",
    ]),
]


def how_many(random_source, mean):
    """A Poisson number, by counting how many exponential waits fit in one week."""
    waited, count = random_source.expovariate(mean), 0
    while waited < 1:
        waited += random_source.expovariate(mean)
        count += 1
    return count


def stockholm(moment):
    """RFC 3339; all of the history is winter time."""
    return moment.strftime("%Y-%m-%dT%H:%M:00+01:00")


def one(random_source, monday, hours, reporter, municipality, texts):
    day = monday + datetime.timedelta(days=random_source.randrange(7))
    minutes = random_source.randrange(hours[0] * 60, hours[1] * 60, 5)
    happened = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=minutes)
    seen = happened + datetime.timedelta(minutes=random_source.randrange(20, 90, 5))
    source, organisation = reporter
    return {
        "text": random_source.choice(texts).format(clock=happened.strftime("%H.%M")),
        "observed_at": stockholm(seen),
        "source": source,
        "organisation": organisation,
        "municipality": municipality,
    }


def main():
    random_source = random.Random(SEED)
    observations = []
    for week in range(WEEKS):
        monday = FIRST_MONDAY + datetime.timedelta(weeks=week)
        for mean, hours, reporter, municipality, texts in THEMES:
            for _ in range(how_many(random_source, mean)):
                observations.append(one(random_source, monday, hours, reporter, municipality, texts))
    observations.sort(key=lambda observation: observation["observed_at"])
    for number, observation in enumerate(observations, 1):
        observation["idempotency_key"] = "exempel-2026-v02-09-%03d" % number
        print(json.dumps(observation, ensure_ascii=False))


if __name__ == "__main__":
    main()
