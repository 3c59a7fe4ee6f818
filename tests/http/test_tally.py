"""The weekly sums: equal to a fresh count of the incidents, whatever happens to them and in whatever order."""

import collections
import datetime
import random
import threading
import zoneinfo

import psycopg2
import pytest
from harness import wait_until
from incidents import list_places, put_incident

SWEDEN = zoneinfo.ZoneInfo("Europe/Stockholm")
MUNICIPALITY = "malmo"
AREAS = ["tally-ett", "tally-tva", "tally-tre"]
PLACES = ["Torget", "Biblioteket", "Idrottsplatsen", None]
CATEGORIES = ["skadegorelse", "narkotika", "stold", "brand"]
# Around the changes of year and of clocks, where days and weeks are easily got wrong.
DAYS = ["2004-12-26", "2004-12-27", "2005-01-02", "2005-01-03", "2005-03-26", "2005-03-27", "2005-03-28", "2005-10-30",
        "2005-10-31", "2006-01-01", "2006-01-02", "2006-06-21", "2006-12-31", "2009-12-28", "2010-01-03", "2010-01-04"]
FROM, TO = "2004-12-24", "2010-01-08"  # neither a Monday nor a Sunday


@pytest.fixture(scope="module")
def log(daemon):
    for area in AREAS:
        daemon.sql("INSERT INTO lagesbild.area (municipality, area, name, updated_by) VALUES (%s, %s, %s, 'test')",
                   (MUNICIPALITY, area, area))
    daemon.sql("INSERT INTO lagesbild.knowledge_version (municipality, version) VALUES (%s, 2) ON CONFLICT (municipality)"
               " DO UPDATE SET version = knowledge_version.version + 1", (MUNICIPALITY,))
    wait_until(lambda: daemon.call("GET", f"/v1/trends?area={AREAS[-1]}", daemon.admin_token).status_code == 200, 60,
               "areas that the daemon has taken up")
    return daemon


def connect(daemon, **options):
    return psycopg2.connect(host=str(daemon.data / "socket"), user="lagesbild", dbname="lagesbild", **options)


def wrong(daemon, municipality=MUNICIPALITY):
    return daemon.sql("SELECT * FROM lagesbild.check_tally(%s)", (municipality,))


def wrong_places(daemon, municipality=MUNICIPALITY):
    return daemon.sql("SELECT * FROM lagesbild.check_places(%s)", (municipality,))


def moment(chance):
    """Swedish local time: often the minutes about midnight."""
    return f"{chance.choice(DAYS)} {chance.choice(['00:00', '00:01', '02:30', '12:00', '23:59'])}"


# --- what happens to incidents ---

def report(daemon, chance, known):
    # An hour that a clock change takes away or gives twice is the database's to decide: the day is the same.
    local = datetime.datetime.fromisoformat(moment(chance)).replace(tzinfo=SWEDEN)
    answer = daemon.call("POST", "/v1/observations", daemon.admin_token, json={
        "text": "Något hände", "municipality": MUNICIPALITY, "category": chance.choice(CATEGORIES),
        "observed_at": local.isoformat()})
    assert answer.status_code == 201, answer.text
    known.append(answer.json()["id"])


def come_late(daemon, chance, known):
    known.append(put_incident(daemon, MUNICIPALITY, moment(chance), category=chance.choice(CATEGORIES),
                              areas=chance.sample(AREAS, chance.randint(0, 3)), place=chance.choice(PLACES),
                              status=chance.choice(["tagged", "review", "rejected"]),
                              withdrawn=chance.choice([None, None, 2])))


def decide(daemon, chance, known):
    body = {}
    if chance.random() < 0.5:
        body["category"] = chance.choice(CATEGORIES)
    if chance.random() < 0.5:
        body["occurred_at"] = datetime.datetime.fromisoformat(moment(chance)).replace(tzinfo=SWEDEN).isoformat()
    if chance.random() < 0.5:
        body["areas"] = chance.sample(AREAS, chance.randint(0, 3))
    if chance.random() < 0.5 or not body:
        body["status"] = chance.choice(["confirmed", "rejected"])
    answer = daemon.call("PATCH", f"/v1/incidents/{chance.choice(known)}", daemon.admin_token, json=body)
    assert answer.status_code in (200, 404), answer.text  # 404: withdrawn


def withdraw(daemon, chance, known):
    daemon.sql("UPDATE lagesbild.incident SET withdrawn_revision = CASE WHEN withdrawn_revision IS NULL THEN 2 END"
               " WHERE municipality = %s AND incident = %s", (MUNICIPALITY, chance.choice(known)))


def correct_many(daemon, chance, known):
    daemon.sql("UPDATE lagesbild.incident SET category = %s, occurred_at = occurred_at + %s * interval '1 day'"
               " WHERE municipality = %s AND incident = ANY (%s::uuid[])",
               (chance.choice(CATEGORIES), chance.randint(-8, 8), MUNICIPALITY, chance.choices(known, k=7)))


def retag(daemon, chance, known):
    one = chance.choice(known)
    daemon.sql("DELETE FROM lagesbild.incident_area WHERE municipality = %s AND incident = %s", (MUNICIPALITY, one))
    daemon.sql("INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule)"
               " SELECT %s, %s, area, 0.5, 'cue' FROM unnest(%s::text[]) AS area",
               (MUNICIPALITY, one, chance.sample(AREAS, chance.randint(1, 3))))
    daemon.sql("UPDATE lagesbild.incident_area SET confidence = 0.6 WHERE municipality = %s AND incident = %s",
               (MUNICIPALITY, one))


def move(daemon, chance, known):
    daemon.sql("UPDATE lagesbild.incident SET place = %s WHERE municipality = %s AND incident = ANY (%s::uuid[])",
               (chance.choice(PLACES), MUNICIPALITY, chance.choices(known, k=3)))


def delete(daemon, chance, known):
    one = known.pop(chance.randrange(len(known)))
    daemon.sql("DELETE FROM lagesbild.incident WHERE municipality = %s AND incident = %s", (MUNICIPALITY, one))


def undo(daemon, chance, known):
    connection = connect(daemon)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lagesbild.incident WHERE municipality = %s", (MUNICIPALITY,))
        cursor.execute("SELECT * FROM lagesbild.check_tally(%s)", (MUNICIPALITY,))
        assert cursor.fetchall() == [], "seen by the one who does it, before anybody else"
    connection.rollback()
    connection.close()


def fold(daemon, chance, known):
    daemon.sql("SELECT lagesbild.fold_tally(%s)", (chance.choice([1, 5, 10000]),))


def list_all_places(daemon, chance, known):
    list_places(daemon, MUNICIPALITY)


HAPPENINGS = [report, report, come_late, come_late, come_late, decide, decide, withdraw, correct_many, retag, move, delete, undo, fold,
              list_all_places, list_all_places]


# --- what a fresh count gives ---

def fresh(daemon):
    """Day, category and area (None for the municipality) of every incident that counts."""
    counts = collections.Counter()
    for moment_, category, areas in daemon.sql(
            "SELECT occurred_at, category, ARRAY(SELECT area FROM lagesbild.incident_area a"
            " WHERE a.municipality = i.municipality AND a.incident = i.incident) FROM lagesbild.incident i"
            " WHERE municipality = %s AND withdrawn_revision IS NULL AND status <> 'rejected'", (MUNICIPALITY,)):
        day = moment_.astimezone(SWEDEN).date()
        for area in [None, *areas]:
            counts[day, category, area] += 1
    return counts


def bucket_of(day, bucket):
    year, week, _ = day.isocalendar()
    return {"day": day.isoformat(), "week": f"{year}-W{week:02}", "month": day.isoformat()[:7], "year": f"{day.year}"}[bucket]


def compare(daemon, chance):
    """A question at random, answered by the daemon, against the fresh count."""
    bucket = chance.choice(["week", "week", "month", "year"])
    area, by_category = chance.choice([None, *AREAS]), chance.random() < 0.6
    only = chance.choice([None, "stold,brand"])
    first, last = sorted(chance.sample([FROM, TO, *DAYS], 2)) if chance.random() < 0.5 else (FROM, TO)
    query = f"municipality={MUNICIPALITY}&from={first}&to={last}&bucket={bucket}"
    query += (f"&area={area}" if area else "") + ("&group_by=category" if by_category else "")
    query += f"&category={only}" if only else ""
    answer = daemon.call("GET", "/v1/trends?" + query, daemon.admin_token)
    assert answer.status_code == 200, answer.text
    found = {(r["bucket"], r.get("category")): r["count"] for r in answer.json()["rows"] if r["count"]}
    expected = collections.Counter()
    for (day, category, where), count in fresh(daemon).items():
        if where == area and first <= day.isoformat() <= last and (not only or category in only.split(",")):
            expected[bucket_of(day, bucket), category if by_category else None] += count
    assert found == dict(expected), query


@pytest.mark.parametrize("seed", range(3))
def test_sums_equal_a_fresh_count_whatever_happens(log, seed):
    chance = random.Random(seed)
    known = []
    for _ in range(8):
        come_late(log, chance, known)
    for _ in range(12):
        for _ in range(5):
            chance.choice(HAPPENINGS)(log, chance, known)
        assert wrong(log) == []
        assert wrong_places(log) == []
        compare(log, chance)
    log.sql("SELECT lagesbild.fold_tally(10000)")
    list_places(log, MUNICIPALITY)
    assert wrong(log) == []
    assert log.sql("SELECT count(*) FROM lagesbild.place_year WHERE municipality = %s AND listed", (MUNICIPALITY,))[0][0]
    assert wrong_places(log) == []
    compare(log, chance)


def test_those_who_write_at_the_same_time_do_not_wait_for_each_other(log):
    """Four write to the same few sums while two fold: nothing fails, and nothing is lost."""
    failures = []

    def write(seed):
        chance = random.Random(seed)
        known = []
        try:
            for _ in range(5):
                come_late(log, chance, known)
            for _ in range(25):
                chance.choice([come_late, come_late, withdraw, correct_many, retag, move, delete])(log, chance, known)
        except Exception as error:  # told by the test, not by the thread
            failures.append(error)

    def folding(done):
        while not done.is_set():
            try:
                log.sql("SELECT lagesbild.fold_tally(3)")
                list_places(log, MUNICIPALITY)
            except Exception as error:
                failures.append(error)
                return

    done = threading.Event()
    folders = [threading.Thread(target=folding, args=(done,)) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(100, 104)]
    for thread in folders + writers:
        thread.start()
    while any(writer.is_alive() for writer in writers):
        assert wrong(log) == [], "right also in the middle of it"
        assert wrong_places(log) == []
    done.set()
    for thread in folders + writers:
        thread.join()
    assert failures == []
    assert wrong(log) == []
    assert wrong_places(log) == []


def test_a_transaction_that_writes_holds_nobody_up(log):
    connection = connect(log)
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category,"
                           " category_confidence, category_rule, title, text, source, status) SELECT %s, gen_random_uuid(),"
                           " '2006-06-21T12:00:00Z', 'minute', 'stold', 1, 'cue', 't', 't', 'polis', 'tagged'", (MUNICIPALITY,))
        before = len(fresh(log))
        other = connect(log, options="-c lock_timeout=20s")
        with other, other.cursor() as cursor:  # the same sum, and the folding of it
            cursor.execute("INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category,"
                           " category_confidence, category_rule, title, text, source, status) SELECT %s, gen_random_uuid(),"
                           " '2006-06-21T12:00:00Z', 'minute', 'stold', 1, 'cue', 't', 't', 'polis', 'tagged'", (MUNICIPALITY,))
            cursor.execute("SELECT lagesbild.fold_tally(10000)")
        other.close()
        assert len(fresh(log)) >= before
        assert wrong(log) == []
    finally:
        connection.rollback()
        connection.close()


def test_the_country_is_the_sum_of_its_municipalities(log):
    query = "/v1/trends?from=2004-12-27&to=2010-01-03&bucket=year&group_by=category"

    def both():
        rows = log.call("GET", query, log.admin_token).json()["rows"]
        counted = dict(log.sql(
            "SELECT category, count(*) FROM lagesbild.incident WHERE withdrawn_revision IS NULL AND status <> 'rejected'"
            " AND occurred_at >= '2004-12-27 00:00 Europe/Stockholm' AND occurred_at < '2010-01-04 00:00 Europe/Stockholm'"
            " GROUP BY category"))
        found = collections.Counter()
        for row in rows:
            found[row["category"]] += row["count"]
        return {c: n for c, n in found.items() if n}, counted

    put_incident(log, "boden", "2005-06-01 12:00", category="ran")
    found, counted = both()
    assert found == counted and found["ran"] >= 1, "before it has been folded"
    log.sql("SELECT lagesbild.fold_tally(100000)")
    assert log.sql("SELECT count(*) FROM lagesbild.tally WHERE area = '*'")[0][0] > 0
    found, counted = both()
    assert found == counted, "and after"
    assert wrong(log, None) == []


def test_the_daemon_folds(log):
    put_incident(log, "boden", "2005-06-01 12:00", category="ran")
    wait_until(lambda: log.sql("SELECT count(*) FROM lagesbild.tally_delta") == [(0,)], 120, "the daemon's folding")
    assert wrong(log, None) == []


def leave_five_deltas_each(cursor, *municipalities):
    """Nothing else is left to fold, and the daemon does not fold until the transaction is over."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('lagesbild.fold_tally', 0))")
    cursor.execute("SELECT lagesbild.fold_tally(1000000)")
    for municipality in municipalities:
        cursor.execute("INSERT INTO lagesbild.tally_delta (municipality, area, category, week, incidents)"
                       " SELECT %s, '', 'ran', '2005-05-30', 1 FROM generate_series(1, 5)", (municipality,))


def test_folding_takes_no_more_at_a_time_than_it_is_asked_to(log):
    connection = connect(log)
    with connection.cursor() as cursor:
        leave_five_deltas_each(cursor, "boden", "kiruna", "mora")
        moved = []
        for _ in range(5):
            cursor.execute("SELECT lagesbild.fold_tally(4)")
            moved += [cursor.fetchone()[0]]
        assert moved == [4, 4, 4, 3, 0]
    connection.rollback()  # those deltas were nobody's
    connection.close()


def test_folding_goes_on_after_the_key_where_it_ended(log):
    connection = connect(log)
    with connection.cursor() as cursor:
        leave_five_deltas_each(cursor, "mora", "boden", "kiruna")
        after, parts = ("", "", 0), []
        for _ in range(3):
            cursor.execute("SELECT folded, last_municipality, last_area, last_delta FROM lagesbild.fold_tally_after(7, %s, %s, %s)", after)
            folded, *after = cursor.fetchone()
            parts.append((folded, after[0]))
        assert parts == [(7, "kiruna"), (7, "mora"), (1, "mora")]
        cursor.execute("INSERT INTO lagesbild.tally_delta (municipality, area, category, week, incidents)"
                       " VALUES ('boden', '', 'ran', '2005-05-30', 1)")
        cursor.execute("SELECT folded FROM lagesbild.fold_tally_after(7, %s, %s, %s)", after)
        assert cursor.fetchone() == (0,), "what lies before the key is the next round's"
        cursor.execute("SELECT folded FROM lagesbild.fold_tally_after(7, '', '', 0)")
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT weeks[22] FROM lagesbild.tally WHERE municipality = 'boden' AND area = '' AND year = 2005 AND category = 'ran'")
        assert cursor.fetchone()[0] >= 6
    connection.rollback()  # those deltas were nobody's
    connection.close()


def test_what_the_triggers_were_kept_from_is_found_and_mended(log):
    connection = connect(log)
    with connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM lagesbild.incident WHERE municipality = 'boden'")
        cursor.execute("INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category,"
                       " category_confidence, category_rule, title, text, source, status) SELECT 'arjeplog', gen_random_uuid(),"
                       " '2006-06-21T12:00:00Z', 'minute', 'stold', 1, 'cue', 't', 't', 'polis', 'tagged'"
                       " FROM generate_series(1, 3)")
    connection.close()
    monday = datetime.date(2006, 6, 19)
    assert ("arjeplog", "", "stold", monday, 0, 3) in wrong(log, "arjeplog")
    differences = wrong(log, None)
    assert {row[0] for row in differences} == {"arjeplog", "boden", "sverige"}
    assert log.sql("SELECT lagesbild.mend_tally()")[0][0] >= 2
    assert wrong(log, None) == []
    log.sql("SELECT lagesbild.fold_tally(100000)")
    assert wrong(log, None) == []
    assert log.sql("SELECT lagesbild.mend_tally()")[0][0] == 0


def test_a_list_of_places_that_is_wrong_is_found_and_made_anew(log):
    put_incident(log, "arvika", "2006-06-21 12:00", place="Torget")
    log.sql("SELECT lagesbild.fold_tally(100000)")
    list_places(log, "arvika")
    connection = connect(log)
    with connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE lagesbild.incident SET place = 'Parken' WHERE municipality = 'arvika'")
    connection.close()
    assert {row[3] for row in wrong_places(log, "arvika")} == {"Torget", "Parken"}
    log.sql("SELECT lagesbild.mend_tally()")
    assert wrong_places(log, "arvika") == []
    list_places(log, "arvika")
    assert wrong_places(log, "arvika") == []
    assert log.sql("SELECT place FROM lagesbild.place_days WHERE municipality = 'arvika'") == [("Parken",)]


def test_a_year_with_few_incidents_is_not_listed(log):
    put_incident(log, "arjang", "2006-06-21 12:00", place="Torget")
    log.sql("SELECT lagesbild.fold_tally(100000)")
    log.sql("SELECT lagesbild.list_places(1000000)")
    assert log.sql("SELECT count(*) FROM lagesbild.place_year WHERE municipality = 'arjang'") == [(0,)]


def test_the_daemon_lists_a_year_with_many(log):
    log.sql("INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category, category_confidence,"
            " category_rule, place, title, text, source, status) SELECT 'sorsele', gen_random_uuid(),"
            " '2006-06-21T12:00:00Z', 'minute', 'stold', 1, 'cue', 'Torget', 't', 't', 'polis', 'tagged'"
            " FROM generate_series(1, 500)")
    wait_until(lambda: log.sql("SELECT listed FROM lagesbild.place_year WHERE municipality = 'sorsele' AND area = '' AND listed"), 120,
               "a list of places")
    assert wrong_places(log, "sorsele") == []
    assert log.sql("SELECT place, cardinality(days) FROM lagesbild.place_days WHERE municipality = 'sorsele'") == [("Torget", 500)]
