"""GET /v1/trends, over incidents that are known one by one (2005 and 2006, in a municipality of their own)."""

import csv
import datetime
import io
import json
import math

import pytest
from incidents import put_incident, put_report

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
    assert list(rows[0]) == ["bucket", "category", "count", "compare", "difference", "change_pct", "z", "active", "silent",
                             "compare_active"]
    told = ask(counts, f"area={AREA}&category=skadegorelse&from=2006-01-02&to=2006-01-29&compare=previous")["completeness"]
    for row, bucket in zip(rows, told, strict=True):
        for column in ("active", "silent", "compare_active"):
            assert row[column] == str(len(bucket[column]))
    without = counts.call("GET", f"/v1/trends?area={AREA}&from=2006-01-02&to=2006-01-29&completeness=no&format=csv",
                          counts.admin_token)
    assert without.text.startswith('"bucket","count"\r\n')
    assert rows[2]["count"] == "25" and rows[0]["change_pct"] == ""
    assert answer.text.endswith("\r\n")


def test_the_table_of_the_agreement_on_hasselby_torg(daemon):
    """January–November 2018 → 2019, from the agreement between the municipality and the police: 428 and 284 incidents come
    in as anybody's do, and are read and stored before they are counted."""
    table = {"skadegorelse": (274, 142), "stold": (60, 31), "vald": (62, 51), "narkotika": (32, 60)}
    words = {"skadegorelse": "Krossad ruta", "stold": "Stöld i butiken", "vald": "Misshandel", "narkotika": "Narkotikabrott"}
    lines, first = [], datetime.datetime(2018, 1, 1, 12)
    for category, years in table.items():
        for year, count in zip((2018, 2019), years):
            for n in range(count):
                moment = first.replace(year=year) + datetime.timedelta(days=n * 7 % 334, minutes=n)
                lines.append(json.dumps({"text": f"{words[category]} vid Hässelby torg, händelse {n} i {category}",
                                         "observed_at": moment.strftime("%Y-%m-%dT%H:%M:00+01:00"), "source": "avtalet"}))
    assert len(lines) == 428 + 284
    answer = daemon.call("POST", "/v1/observations", daemon.make_token("coordinator", MUNICIPALITY),
                         data="\n".join(lines).encode(), headers={"Content-Type": "application/x-ndjson"})
    verdicts = [json.loads(line) for line in answer.text.splitlines()]
    assert [v["status"] for v in verdicts] == [201] * 712, answer.text[:500]
    query = f"area={AREA}&source=avtalet&from=2019-01-01&to=2019-11-30&bucket=year&compare=year"
    rows = {r["category"]: r for r in ask(daemon, query + "&group_by=category")["rows"]}
    assert {c: (r["compare"], r["count"]) for c, r in rows.items()} == table
    assert {c: r["change_pct"] for c, r in rows.items()} == {"skadegorelse": -48.2, "stold": -48.3, "vald": -17.7, "narkotika": 87.5}
    assert {c: r["difference"] for c, r in rows.items()} == {"skadegorelse": -132, "stold": -29, "vald": -11, "narkotika": 28}
    for category, (before, after) in table.items():
        assert math.isclose(rows[category]["z"], 2 * (math.sqrt(after) - math.sqrt(before)), abs_tol=0.005)
    assert abs(rows["vald"]["z"]) < 3 < rows["narkotika"]["z"], "a fall that may be chance, and a rise that hardly is"
    whole = ask(daemon, query)
    assert [(r["compare"], r["count"]) for r in whole["rows"]] == [(428, 284)]
    assert "avtalet" in whole["completeness"][0]["active"] and "avtalet" in whole["completeness"][0]["compare_active"]


@pytest.fixture(scope="module")
def reporters(counts):
    """In 2004: the police report every day, also when nothing has happened, the school every week until the tenth, the
    guards begin in the ninth. In a municipality that nobody else writes of."""
    monday = datetime.date(2003, 12, 29)
    for day in range(14 * 7):
        put_report(counts, "vaxholm", monday + datetime.timedelta(days=day), organisation="Polisen Vaxholm")
    for week in range(10):
        put_incident(counts, "vaxholm", f"{monday + datetime.timedelta(weeks=week)} 12:00", organisation="Skolan")
    for week in range(8, 14):
        put_incident(counts, "vaxholm", f"{monday + datetime.timedelta(weeks=week, days=3)} 22:00", organisation="Väktarna")
    return counts


def test_completeness_tells_a_silence_from_a_fall(reporters):
    trend = ask(reporters, "municipality=vaxholm&from=2004-02-23&to=2004-04-04&bucket=week&compare=previous")
    assert [r["count"] for r in trend["rows"]] == [2, 2, 1, 1, 1, 1]
    told = trend["completeness"]
    assert [t["bucket"] for t in told] == [r["bucket"] for r in trend["rows"]]
    assert (told[0]["from"], told[0]["to"]) == ("2004-02-23", "2004-02-29")
    both = ["Polisen Vaxholm", "Skolan"]
    assert told[0]["active"] == [*both, "Väktarna"] and told[0]["silent"] == []
    assert told[2] == {"bucket": "2004-W11", "from": "2004-03-08", "to": "2004-03-14", "active": ["Polisen Vaxholm", "Väktarna"],
                       "silent": ["Skolan"], "compare_active": both}, "the school used to; the guards are new"


@pytest.mark.parametrize("bucket, active, silent", [
    ("day", ["Polisen Vaxholm"], []),  # nobody expects the school every day
    ("month", ["Polisen Vaxholm", "Väktarna"], ["Skolan"]), ("year", ["Polisen Vaxholm", "Väktarna"], ["Skolan"]),
    ("hour_of_week", ["Polisen Vaxholm", "Väktarna"], ["Skolan"])])
def test_completeness_of_every_bucket(reporters, bucket, active, silent):
    told = ask(reporters, f"municipality=vaxholm&from=2004-03-08&to=2004-04-03&bucket={bucket}")["completeness"]
    assert (told[0]["active"], told[0]["silent"]) == (active, silent) and "compare_active" not in told[0]
    assert len(told) == {"day": 27, "month": 2}.get(bucket, 1)


def test_completeness_is_of_one_municipality(reporters):
    assert ask(reporters, "from=2004-03-01&to=2004-03-07")["completeness"] is None
    silent = ask(reporters, "municipality=vaxholm&from=1999-03-01&to=1999-03-07")["completeness"]
    assert [(t["active"], t["silent"]) for t in silent] == [([], [])]


def test_completeness_of_many_buckets_is_told_when_asked_for(reporters):
    """It costs a look for each reporter and bucket; a year of weeks has it always."""
    query = "municipality=vaxholm&from=2001-01-01&to=2004-04-04&bucket=week"
    assert ask(reporters, query)["completeness"] is None
    told = ask(reporters, query + "&completeness=yes")["completeness"]
    assert len(told) == 170 and told[-1]["silent"] == ["Skolan"] and told[0]["active"] == []
    year = "municipality=vaxholm&from=2003-04-07&to=2004-04-04&bucket=week"
    assert len(ask(reporters, year)["completeness"]) == 52 and ask(reporters, year + "&completeness=no")["completeness"] is None
    ask(reporters, year + "&completeness=perhaps", 400)


def test_buckets_of_different_length_are_compared_by_the_day(counts):
    """28 days of February against 31 of January: as many a day is no difference to z."""
    for n in range(28 + 31):
        put_incident(counts, "osthammar", f"{datetime.date(2003, 1, 1) + datetime.timedelta(days=n)} 12:00")
    row = ask(counts, "municipality=osthammar&from=2003-02-01&to=2003-02-28&bucket=month&compare=previous")["rows"][0]
    assert (row["count"], row["compare"], row["difference"], row["z"]) == (28, 31, -3, 0)
    odd = ask(counts, "municipality=osthammar&from=2003-03-30&to=2003-03-30&bucket=month&compare=previous")["rows"][0]
    assert odd["z"] is None, "no day of February is the 30th"


@pytest.mark.parametrize("bucket", ["hour_of_week", "day", "week", "month", "year"])
@pytest.mark.parametrize("compare", ["none", "previous", "year"])
@pytest.mark.parametrize("by", ["", "area", "category", "place", "source", "area,category,place,source"])
def test_every_combination(counts, bucket, compare, by):
    """Each group has each bucket, and the groups add up to the whole; an area alone, so that nothing counts twice."""
    query = f"area={AREA}&from=2005-12-27&to=2006-02-02&bucket={bucket}&compare={compare}"
    whole = {r["bucket"]: r for r in ask(counts, query)["rows"]}
    rows = ask(counts, query + (f"&group_by={by}" if by else ""))["rows"]
    assert sum(r["count"] for r in whole.values()) == {"hour_of_week": 39}.get(bucket, 40)
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in by.split(",") if name), {})[row["bucket"]] = row
    assert all(list(group) == list(whole) for group in groups.values())
    for bucket_name, total in whole.items():
        for figure in ("count", "compare"):
            if figure in total:
                assert sum(group[bucket_name][figure] for group in groups.values()) == total[figure]


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
