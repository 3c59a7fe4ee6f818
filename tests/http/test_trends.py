"""GET /v1/trends, over incidents that are known one by one (2005 and 2006, in a municipality of their own)."""

import csv
import io
import math

import pytest
from incidents import put_incident

MUNICIPALITY = "stockholm"
AREA = "hasselby-torg"


@pytest.fixture(scope="module")
def counts(daemon):
    def put(times, day, **more):
        for _ in range(times):
            put_incident(daemon, MUNICIPALITY, day, areas=[AREA], **more)

    put(9, "2006-01-02 12:00", category="narkotika", source="polis", place="Torget i trenden")
    put(4, "2006-01-09 23:30", category="narkotika", source="skola")
    put(25, "2006-01-16 02:00", category="skadegorelse")
    put(16, "2005-12-19 02:00", category="skadegorelse")
    put(4, "2005-01-17 00:30", category="skadegorelse")
    put(1, "2006-01-05 12:00", category="brand", precision="day")
    put(1, "2006-01-05 12:00", category="brand", status="rejected")
    put_incident(daemon, MUNICIPALITY, "2006-01-05 13:00", areas=["hasselby-vallingby"], category="vapen")
    put_incident(daemon, MUNICIPALITY, "2006-01-05 13:00", areas=["hasselby-vallingby", AREA], category="vapen")
    return daemon


def ask(daemon, query, status=200, token=None):
    answer = daemon.call("GET", "/v1/trends?" + query, token or daemon.admin_token)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_weeks_have_their_zeros(counts):
    trend = ask(counts, f"area={AREA}&from=2006-01-02&to=2006-01-29&bucket=week")
    assert (trend["from"], trend["to"], trend["bucket"]) == ("2006-01-02", "2006-01-29", "week")
    assert [(r["bucket"], r["count"]) for r in trend["rows"]] == [
        ("2006-W01", 11), ("2006-W02", 4), ("2006-W03", 25), ("2006-W04", 0)]
    assert set(trend["rows"][0]) == {"bucket", "count"}


def test_a_parent_holds_its_children(counts):
    rows = ask(counts, "area=hasselby-vallingby&from=2006-01-02&to=2006-01-08&bucket=week&group_by=area")["rows"]
    assert {r["area"]: r["count"] for r in rows} == {"hasselby-vallingby": 2, AREA: 11}
    assert ask(counts, "area=hasselby-vallingby&from=2006-01-02&to=2006-01-08")["rows"][0]["count"] == 12


def test_previous_is_as_many_buckets_before(counts):
    rows = ask(counts, f"area={AREA}&category=skadegorelse&from=2006-01-02&to=2006-01-29&compare=previous")["rows"]
    # four weeks before 2006-W01: 2005-W49 … W52; the sixteen fell in W51
    assert [(r["bucket"], r["count"], r["compare"], r["difference"]) for r in rows] == [
        ("2006-W01", 0, 0, 0), ("2006-W02", 0, 0, 0), ("2006-W03", 25, 16, 9), ("2006-W04", 0, 0, 0)]
    assert rows[2]["change_pct"] == 56.3 or rows[2]["change_pct"] == 56.2
    assert rows[2]["z"] == 2.0, "2(√25 − √16)"
    assert rows[0]["change_pct"] is None and rows[0]["z"] == 0, "no percentage of nothing"


def test_year_meets_the_week_of_the_same_number(counts):
    rows = ask(counts, f"area={AREA}&category=skadegorelse&from=2006-01-16&to=2006-01-22&compare=year")["rows"]
    assert [(r["bucket"], r["count"], r["compare"]) for r in rows] == [("2006-W03", 25, 4)]
    assert math.isclose(rows[0]["z"], 6.0) and rows[0]["change_pct"] == 525.0


@pytest.mark.parametrize("bucket, rows, bucket_of_nine", [
    ("day", 31, "2006-01-02"), ("month", 1, "2006-01"), ("year", 1, "2006"), ("hour_of_week", 168, "1-12")])
def test_every_bucket(counts, bucket, rows, bucket_of_nine):
    trend = ask(counts, f"area={AREA}&category=narkotika&source=polis&from=2006-01-01&to=2006-01-31&bucket={bucket}")
    assert len(trend["rows"]) == rows
    assert {r["bucket"]: r["count"] for r in trend["rows"]}[bucket_of_nine] == 9
    assert sum(r["count"] for r in trend["rows"]) == 9


def test_hours_leave_out_what_has_no_clock(counts):
    rows = ask(counts, f"area={AREA}&category=brand&from=2006-01-01&to=2006-01-31&bucket=hour_of_week")["rows"]
    assert sum(r["count"] for r in rows) == 0
    assert sum(r["count"] for r in ask(counts, f"area={AREA}&category=brand&from=2006-01-01&to=2006-01-31")["rows"]) == 1


def test_what_was_asked_for_by_name_is_answered_by_name(counts):
    """No moped in a place is an answer: the absence of a kind, before and after."""
    rows = ask(counts, f"area={AREA}&category=trafikbrott,narkotika&from=2006-01-01&to=2006-01-31&bucket=month"
                       "&group_by=category")["rows"]
    assert [(r["category"], r["count"]) for r in rows] == [("narkotika", 13), ("trafikbrott", 0)]
    rows = ask(counts, f"area={AREA}&place=torget I trenden&from=2006-01-01&to=2006-02-28&bucket=month&group_by=place")
    assert [(r["place"], r["count"]) for r in rows["rows"]] == [("Torget i trenden", 9), ("Torget i trenden", 0)]


def test_several_groupings_each_with_every_bucket(counts):
    rows = ask(counts, f"area={AREA}&from=2006-01-02&to=2006-01-22&group_by=category,source")["rows"]
    assert len(rows) == 3 * len({(r["category"], r["source"]) for r in rows})
    assert sum(r["count"] for r in rows) == 40


def test_csv(counts):
    answer = counts.call("GET", f"/v1/trends?area={AREA}&category=skadegorelse&from=2006-01-02&to=2006-01-29"
                                "&compare=previous&group_by=category&format=csv", counts.admin_token)
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert list(rows[0]) == ["bucket", "category", "count", "compare", "difference", "change_pct", "z"]
    assert rows[2]["count"] == "25" and rows[0]["change_pct"] == ""
    assert answer.text.endswith("\r\n")


def test_the_table_of_the_agreement_on_hasselby_torg(daemon):
    """January–November 2018 → 2019, from the agreement between the municipality and the police."""
    table = {"skadegorelse": (274, 142), "stold": (60, 31), "vald": (62, 51), "narkotika": (32, 60)}
    for category, years in table.items():
        for year, count in zip((2018, 2019), years):
            daemon.sql(
                "WITH i AS (INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category,"
                " category_confidence, category_rule, title, text, source, status)"
                " SELECT 'stockholm', gen_random_uuid(), timestamptz '2018-01-01 12:00 Europe/Stockholm'"
                "        + make_interval(years => %s, days => n %% 330), 'day', %s, 1, 'cue', 't', 't', 'polis', 'tagged'"
                "   FROM generate_series(0, %s) AS n RETURNING municipality, incident)"
                " INSERT INTO lagesbild.incident_area SELECT municipality, incident, 'hasselby-torg', 1, 'place', '' FROM i",
                (year - 2018, category, count - 1))
    rows = ask(daemon, f"area={AREA}&from=2019-01-01&to=2019-11-30&bucket=year&group_by=category&compare=year")["rows"]
    assert {r["category"]: (r["compare"], r["count"]) for r in rows} == table


@pytest.mark.parametrize("query, status, says", [
    ("bucket=decade", 400, "bucket"), ("compare=moon", 400, "compare"), ("group_by=colour", 400, "group_by"),
    ("group_by=", 400, "group_by"), ("category=kubism", 400, "kubism"), ("from=2006-02-30", 400, "from"),
    ("from=2006-01-02&to=2006-01-01", 400, "to"), ("smell=1", 400, "smell"), ("area=ingenstans", 404, "ingenstans"),
    ("area=bro,hasselby-torg", 400, "kommuner"), ("from=1990-01-01&to=2020-01-01&bucket=day", 422, "färre dagar"),
    ("format=xml", 400, "xml"),
])
def test_what_cannot_be_asked(counts, query, status, says):
    answer = counts.call("GET", "/v1/trends?" + query, counts.admin_token)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert says in answer.text


def test_only_ones_own(counts):
    group = counts.make_token("group", MUNICIPALITY, areas=[AREA])
    rows = ask(counts, "from=2006-01-02&to=2006-01-08", token=group)["rows"]
    assert rows[0]["count"] == 11, "without asking for an area: its own"
    ask(counts, "area=hasselby-vallingby", 403, token=group)
    other = counts.make_token("analyst", "upplands-bro")
    ask(counts, f"area={AREA}", 403, token=other)
    assert sum(r["count"] for r in ask(counts, "from=2006-01-02&to=2006-01-08", token=other)["rows"]) == 0
