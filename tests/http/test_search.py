"""What is counted and found from indexes: words, places, and the tags that carry what is counted by."""

import random
import threading
import uuid

import pytest
from incidents import put_incident

MUNICIPALITY = "sundsvall"


def set_up_areas(daemon, municipality, *areas):
    for area in areas:
        daemon.sql("INSERT INTO lagesbild.area (municipality, area, name) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                   (municipality, area, area.title()))


@pytest.fixture(scope="module")
def told(daemon):
    texts = {
        "mopeder": "Två mopeder körde på gångvägen vid skolan.",
        "moped": "En moped stals utanför biblioteket.",
        "brand": "En container brann bakom skolorna. Ingen moped syntes till.",
        "ordning": "Gångvägen kördes sönder av en traktor.",
    }
    return {put_incident(daemon, MUNICIPALITY, f"2007-03-0{n + 1} 12:00", text=text, title="Händelse",
                         place="Brofästet" if name == "ordning" else None): name
            for n, (name, text) in enumerate(texts.items())}


@pytest.mark.parametrize("words, found", [
    ("moped", {"mopeder", "moped", "brand"}),  # the stem, not the letters
    ("MOPEDERNA", {"mopeder", "moped", "brand"}),
    ("gångväg moped", {"mopeder"}),
    ("moped -container", {"mopeder", "moped"}),
    ('"körde på gångvägen"', {"mopeder"}),
    ('"gångvägen kördes"', {"ordning"}),
    ("traktor or biblioteket", {"ordning", "moped"}),
    ("brofästet", {"ordning"}),
    ("helikopter", set()),
])
def test_search_knows_stems_phrases_and_exclusion(daemon, told, words, found):
    answer = daemon.call("GET", "/v1/incidents", daemon.admin_token,
                         params={"municipality": MUNICIPALITY, "q": words, "to": "2007-12-31"})
    assert answer.status_code == 200, answer.text
    assert {told[i["id"]] for i in answer.json()["items"]} == found


@pytest.mark.parametrize("words", ['"', "-", "& | !", "'; --", "a" * 2000, "()", "\\"])
def test_no_words_are_too_strange(daemon, told, words):
    answer = daemon.call("GET", "/v1/incidents", daemon.admin_token, params={"municipality": MUNICIPALITY, "q": words})
    assert answer.status_code == 200


def found_by(daemon, words, **params):
    answer = daemon.call("GET", "/v1/incidents", daemon.admin_token, params={"q": words, **params})
    assert answer.status_code == 200, answer.text
    return {i["id"] for i in answer.json()["items"]}


def test_words_with_signs_and_of_any_length(daemon):
    """What stands in a word's way into the index or a query: quotes, backslashes, and 2 046 bytes, the key in front included."""
    municipality = "lund"
    texts = [r"En mapp på \\server\delad'mapp\fil.txt och C:\temp.", "Bilen O'Brien's stod på https://exempel.se/a'b\\c?d=e.", "",
             "Före " + "x" * 2041 + " efter", "Före " + "y" * 2044 + " efter", "Före " + "z" * 2046 + " efter",
             "Före " + "Ⱥ" * 1020 + " efter", "och det att"]
    ids = [put_incident(daemon, municipality, f"2006-05-01 {n + 10}:00", text=text, title="", place=None) for n, text in enumerate(texts)]
    assert found_by(daemon, "brien", municipality=municipality) == {ids[1]}
    assert found_by(daemon, "O'Brien", municipality=municipality) == {ids[1]}
    assert found_by(daemon, "https://exempel.se/a'b", municipality=municipality) <= {ids[1]}
    assert found_by(daemon, "mapp temp", municipality=municipality) == {ids[0]}
    assert found_by(daemon, "x" * 2041, municipality=municipality) <= {ids[3]}
    for letter in "yz":
        assert found_by(daemon, letter * 2044, municipality=municipality) in (set(), set(ids))
    assert found_by(daemon, "före efter", municipality=municipality) == set(ids[3:7])
    assert found_by(daemon, "före -brien", municipality=municipality) == set(ids[3:7])
    # By the very words of PostgreSQL, whatever the text: the same found as without keys.
    for text, incident in zip(texts, ids):
        if len(text) < 1000:
            assert daemon.sql(
                "SELECT tsvector_to_array(words) = ARRAY(SELECT lagesbild.words_key(municipality) || lexeme FROM unnest("
                "  to_tsvector('pg_catalog.swedish', title || ' ' || text)) ORDER BY lexeme COLLATE \"C\")"
                " FROM lagesbild.incident WHERE incident = %s", (incident,)) == [(True,)], text


def test_no_two_municipalities_have_the_same_key(daemon):
    assert daemon.sql("SELECT count(*), count(DISTINCT lagesbild.words_key(municipality)) FROM lagesbild.municipality")[0] == (312, 312)


def test_a_search_of_the_country(daemon):
    """In several municipalities at a time: a common word, a rare one, one long ago, one where one municipality alone has newer
    incidents than are looked through, by pages of any size; and none of what is not asked for."""
    sizes = {"arjeplog": 2600, "arvidsjaur": 40, "jokkmokk": 1, "gallivare": 900}
    for municipality, count in sizes.items():
        daemon.sql("INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category,"
                   " category_confidence, category_rule, title, text, source, status)"
                   " SELECT %s, gen_random_uuid(), timestamptz '2040-01-01' + n * %s * interval '1 minute', 'minute', 'ran',"
                   " 1, 'cue', 'Nummer ' || n, CASE WHEN n %% 97 = 1 THEN 'En strandskata i släptåg' ELSE 'En slädhund' END,"
                   " 'polis', CASE n %% 10 WHEN 9 THEN 'rejected' ELSE 'tagged' END FROM generate_series(1, %s) AS n",
                   (municipality, 1 if count > 1000 else 30, count))

    def pages(words, limit):
        found, path = [], f"/v1/incidents?from=2040-01-01&q={words}&limit={limit}"
        while path:
            answer = daemon.call("GET", path, daemon.admin_token)
            assert answer.status_code == 200, answer.text
            found += [item["id"] for item in answer.json()["items"]]
            path = answer.links["next"]["url"] if "next" in answer.links else None
        return found

    def fresh(condition):
        return [row[0] for row in daemon.sql(
            f"SELECT incident::text FROM lagesbild.incident WHERE occurred_at >= '2040-01-01' AND status <> 'rejected' AND {condition}"
            " ORDER BY occurred_at DESC, incident DESC")]

    for words, condition in {"strandskator": "text ~ 'skata'", "slädhundar": "text ~ 'hund'", '"strandskata i släptåg"': "text ~ 'skata'",
                             "slädhund or strandskata": "true", "-strandskata": "text ~ 'hund'", "mopeder": "false"}.items():
        for limit in (1000, 37):
            assert pages(words, limit) == fresh(condition), (words, limit)
    daemon.sql("DELETE FROM lagesbild.incident WHERE municipality = ANY (%s)", (list(sizes),))


def test_a_search_reads_the_index_of_its_municipality(daemon):
    daemon.sql("INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category,"
               " category_confidence, category_rule, title, text, source, status)"
               " SELECT 'kramfors', gen_random_uuid(), timestamptz '2007-01-01' + n * interval '1 hour', 'minute', 'stold',"
               " 1, 'cue', 'Händelse', CASE n WHEN 1500 THEN 'En moped.' ELSE 'En cykel.' END, 'polis', 'tagged'"
               " FROM generate_series(1, 3000) AS n")
    daemon.sql("ANALYZE lagesbild.incident")
    plan = "\n".join(row[0] for row in daemon.sql(
        "EXPLAIN SELECT incident FROM lagesbild.incident"
        " WHERE municipality = 'kramfors' AND words @@ lagesbild.own_query('kramfors', 'moped')"))
    key = daemon.sql("SELECT lagesbild.words_key('kramfors')")[0][0]
    assert "incident_words" in plan and f"{key}moped" in plan.split("Index Cond:")[1]
    answer = daemon.call("GET", "/v1/incidents?municipality=kramfors&q=moped", daemon.admin_token)
    assert len(answer.json()["items"]) == 1


def wrong_tags(daemon):
    return daemon.sql(
        "SELECT a.incident FROM lagesbild.incident_area a JOIN lagesbild.incident i USING (municipality, incident)"
        " WHERE (a.occurred_at, a.category, a.counts) IS DISTINCT FROM"
        "       (i.occurred_at, i.category, i.withdrawn_revision IS NULL AND i.status <> 'rejected')")


def test_tags_follow_their_incidents_whatever_happens(daemon):
    """Inserts, corrections, late and withdrawn and deleted ones at random; then what is counted is counted afresh."""
    chance = random.Random(428)
    set_up_areas(daemon, MUNICIPALITY, "norr", "soder")
    here = []
    for _ in range(120):
        what = chance.random()
        if what < 0.5 or not here:
            here.append(put_incident(daemon, MUNICIPALITY, f"2008-0{chance.randint(1, 9)}-1{chance.randint(0, 9)} 10:00",
                                     areas=chance.sample(["norr", "soder"], chance.randint(0, 2)),
                                     category=chance.choice(["stold", "vald"]),
                                     status=chance.choice(["tagged", "rejected"])))
        elif what < 0.9:
            daemon.sql("UPDATE lagesbild.incident SET " + chance.choice([
                "occurred_at = occurred_at + interval '40 days'", "category = 'brand'", "status = 'rejected'",
                "status = 'confirmed'", "withdrawn_revision = 2", "withdrawn_revision = NULL", "title = 'annan'"])
                + " WHERE incident = %s", (chance.choice(here),))
        else:
            daemon.sql("DELETE FROM lagesbild.incident WHERE incident = %s", (here.pop(chance.randrange(len(here))),))
    assert wrong_tags(daemon) == []
    for areas in (["norr"], ["norr", "soder"], None):
        counted = daemon.sql(
            "SELECT category, count(*) FROM lagesbild.counted_incidents(%s, %s, '2008-01-01', '2009-06-01')"
            " GROUP BY 1 ORDER BY 1", (MUNICIPALITY, areas))
        fresh = daemon.sql(
            "SELECT category, count(*) FROM lagesbild.incident i WHERE municipality = %s AND withdrawn_revision IS NULL"
            " AND status <> 'rejected' AND occurred_at >= '2008-01-01' AND occurred_at < '2009-06-01'"
            " AND (%s::text[] IS NULL OR EXISTS (SELECT FROM lagesbild.incident_area a WHERE a.municipality = i.municipality"
            "      AND a.incident = i.incident AND a.area = ANY (%s))) GROUP BY 1 ORDER BY 1", (MUNICIPALITY, areas, areas))
        assert counted == fresh and counted


def test_a_tag_cannot_be_made_to_lie(daemon):
    set_up_areas(daemon, MUNICIPALITY, "norr", "soder")
    incident = put_incident(daemon, MUNICIPALITY, "2008-03-03 10:00", areas=["norr"], category="stold")
    for lie in ("category = 'brand'", "counts = false", "occurred_at = now()"):
        with pytest.raises(Exception, match="incident_area_municipality_incident_fkey"):
            daemon.sql(f"UPDATE lagesbild.incident_area SET {lie} WHERE incident = %s", (incident,))
        with pytest.raises(Exception, match="incident_area_municipality_incident_fkey"):
            daemon.sql("INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule, occurred_at, category, counts)"
                       " SELECT municipality, incident, 'soder', 1, 'place', now(), category, counts FROM lagesbild.incident_area"
                       " WHERE incident = %s", (incident,))
    assert wrong_tags(daemon) == []
    with pytest.raises(Exception, match="incident that is not there"):
        daemon.sql("INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule)"
                   " VALUES (%s, %s, 'norr', 1, 'place')", (MUNICIPALITY, str(uuid.uuid4())))


def test_pages_in_areas_never_skip_or_repeat(daemon):
    """Incidents in both of two areas, many at the same moment: by pages of three as by one of a thousand."""
    municipality = "stockholm"
    areas = ["hasselby-vallingby", "hasselby-torg"]
    for n in range(20):
        put_incident(daemon, municipality, f"2009-05-0{1 + n % 3} 10:00", areas=areas if n % 4 else areas[1:])
    ask = f"/v1/incidents?municipality={municipality}&area={areas[0]}&from=2009-05-01&to=2009-05-31"
    whole = [i["id"] for i in daemon.call("GET", ask + "&limit=1000", daemon.admin_token).json()["items"]]
    path, pages = ask + "&limit=3", []
    while path:
        answer = daemon.call("GET", path, daemon.admin_token)
        pages += [i["id"] for i in answer.json()["items"]]
        path = answer.headers["Link"].split(">")[0][1:] if "Link" in answer.headers else None
    assert pages == whole and len(set(whole)) == 20


def test_rare_words_are_found_however_long_ago(daemon):
    """More incidents than are looked through one by one, with a word in the oldest and one in all of them."""
    daemon.sql("INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category,"
               " category_confidence, category_rule, title, text, source, status)"
               " SELECT 'pajala', gen_random_uuid(), timestamptz '2001-01-01' + n * interval '1 minute', 'minute', 'ran',"
               " 1, 'cue', 'Nummer ' || n, CASE WHEN n IN (3, 5, 8, 2100, 2498) THEN 'Flyttkartong och moped' ELSE 'Moped' END,"
               " 'polis', 'tagged' FROM generate_series(1, 2500) AS n")

    def titles(words, limit):
        found, path = [], f"/v1/incidents?municipality=pajala&q={words}&limit={limit}"
        while path:
            answer = daemon.call("GET", path, daemon.admin_token)
            found += [item["title"] for item in answer.json()["items"]]
            path = answer.links["next"]["url"] if "next" in answer.links else None
        return found

    rare = [f"Nummer {n}" for n in (2498, 2100, 8, 5, 3)]
    for limit in (1, 2, 4, 5, 100):
        assert titles("flyttkartonger", limit) == rare
    assert titles("moped", 1000) == [f"Nummer {n}" for n in range(2500, 0, -1)]
    assert titles("moped+-flyttkartong", 999)[:3] == ["Nummer 2500", "Nummer 2499", "Nummer 2497"]


@pytest.mark.parametrize("areas, query", [
    ((), ""), (("hasselby-torg", "hasselby-vallingby"), "&area=hasselby-vallingby"),
    (("hasselby-torg",), "&area=hasselby-torg&category=stold")])
def test_a_cursor_survives_those_who_write_meanwhile(daemon, areas, query):
    """Whatever comes in while somebody reads on, before the cursor and behind it, also at the very moments of rows that are
    there already: of what was there and stays, every row is given once and none twice, in order."""
    chance = random.Random(len(query))
    municipality = "stockholm" if areas else "sundsvall"

    def put():
        tags = chance.sample(areas, chance.randint(1, len(areas))) if areas else []
        day, hour = chance.randint(1, 5), chance.choice([8, 12])  # few moments, so that many rows share one
        return put_incident(daemon, municipality, f"2003-06-0{day} {hour}:00", areas=tags, category="stold")

    ask = f"/v1/incidents?municipality={municipality}&from=2003-06-01&to=2003-06-30{query}"
    there = {put() for _ in range(60)}
    stop, added = threading.Event(), []

    def write():
        while not stop.is_set():
            added.append(put())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        path, given = f"{ask}&limit={chance.randint(1, 4)}", []
        while path:
            answer = daemon.call("GET", path, daemon.admin_token)
            assert answer.status_code == 200, answer.text
            given += [(i["occurred_at"], i["id"]) for i in answer.json()["items"]]
            path = answer.headers["Link"].split(">")[0][1:] if "Link" in answer.headers else None
            if path and len(given) > 40 and added:  # enough has been written: let the end come
                stop.set()
    finally:
        stop.set()
        writer.join()
    ids = [identity for _, identity in given]
    assert len(ids) == len(set(ids)) and there <= set(ids) <= there | set(added) and added
    assert given == sorted(given, reverse=True)
    daemon.sql("DELETE FROM lagesbild.incident WHERE municipality = %s AND occurred_at >= '2003-06-01' AND occurred_at < '2003-07-01'",
               (municipality,))
