"""Rhythms, and the drafts that wait when a period has closed: by whichever daemon notices, once, also afterwards.

Which periods a rhythm makes is the unit test's (test-rhythm.c). Here time is moved the other way: a group is told to have
had its rhythm for long, and what closed meanwhile was not noticed.
"""

import datetime
import time

import pytest
from harness import Daemon
from incidents import put_incident, put_report

MUNICIPALITY = "upplands-bro"


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)
    return value


@pytest.fixture(scope="module")
def town(daemon):
    daemon.coordinator = daemon.make_token("coordinator", MUNICIPALITY)
    for code in ("rytm-a", "rytm-b"):
        answer = daemon.call("PUT", f"/v1/areas/{code}", daemon.coordinator, json={"name": f"Området {code[-1].upper()}"})
        assert answer.status_code in (200, 201)
        until(lambda: daemon.call("GET", f"/v1/areas/{code}/rhythm", daemon.coordinator).status_code == 200)
    return daemon


@pytest.fixture
def area(town):
    """An area without rhythm or record."""
    yield "rytm-a"
    town.sql("DELETE FROM lagesbild.area_rhythm WHERE area LIKE 'rytm-%%'")
    town.sql("DELETE FROM lagesbild.lagesbild_closed WHERE area LIKE 'rytm-%%'")


def put(daemon, area, status=200, token=None, **body):
    answer = daemon.call("PUT", f"/v1/areas/{area}/rhythm", token or daemon.coordinator, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def items(daemon, token=None, **query):
    answer = daemon.call("GET", "/v1/lagesbilder", token or daemon.coordinator, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def waiting(daemon, area, **query):
    return [item["period"]["code"] for item in items(daemon, area=area, status="waiting", **query)]


def had_rhythm_since(daemon, area, day, tell=True):
    """As if no daemon had run since that day, until now. One that was looking just then puts its own find in between."""
    until(lambda: recorded(daemon, area))
    deadline = time.monotonic() + 60
    while daemon.sql("SELECT COALESCE(min(first_day) > %s, true) FROM lagesbild.lagesbild_closed WHERE area = %s", (day, area))[0][0]:
        assert time.monotonic() < deadline, "nobody noticed"
        forget(daemon, area, day, tell)
        try:
            until(lambda: recorded(daemon, area), 15)
        except AssertionError:
            pass


def forget(daemon, area, day, tell):
    daemon.sql("UPDATE lagesbild.area_rhythm SET since = %s WHERE municipality = %s AND area = %s", (day, MUNICIPALITY, area))
    daemon.sql("DELETE FROM lagesbild.lagesbild_closed WHERE municipality = %s AND area = %s AND closed_at <= now()",
               (MUNICIPALITY, area))
    if tell:
        tell_it_to_look(daemon)


def tell_it_to_look(daemon):
    daemon.sql("UPDATE lagesbild.knowledge_version SET version = version + 1 WHERE municipality = %s", (MUNICIPALITY,))


def recorded(daemon, area):
    rows = daemon.sql("SELECT period, to_char(closed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM lagesbild.lagesbild_closed"
                      " WHERE municipality = %s AND area = %s AND closed_at <= now() ORDER BY after_day", (MUNICIPALITY, area))
    return dict(rows)


def week_code(day):
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def today(daemon):
    return daemon.sql("SELECT (now() AT TIME ZONE 'Europe/Stockholm')::date")[0][0]


def test_a_rhythm_is_set_and_told(town, area):
    path = f"/v1/areas/{area}/rhythm"
    assert town.call("GET", path, town.coordinator).json() == {
        "municipality": MUNICIPALITY, "area": area, "every": "none", "starts": None, "period": None}
    week = put(town, area, every="week")
    assert (week["every"], week["starts"], week["period"]["code"]) == ("week", None, week_code(today(town)))
    fortnight = put(town, area, every="fortnight", starts="2026-W53")
    assert fortnight["starts"] == "2026-W53" and ".." in fortnight["period"]["code"]
    assert town.call("GET", path, town.coordinator).json() == fortnight
    listed = town.call("GET", "/v1/areas", town.coordinator, params={"area": area}).json()["items"]
    assert [(a["code"], a["rhythm"], a["rhythm_starts"]) for a in listed] == [(area, "fortnight", "2026-W53")]
    assert put(town, area, every="none")["period"] is None


def test_the_knowledge_files_give_rhythms(town):
    listed = {a["code"]: (a["rhythm"], a["rhythm_starts"])
              for a in town.call("GET", "/v1/areas", town.admin_token).json()["items"]}
    assert listed["bro"] == ("fortnight", "2026-W10") and listed["hasselby-torg"] == ("week", None)
    assert listed["upplands-bro"] == ("none", None)


@pytest.mark.parametrize("body, pointer", [
    ({"every": "ibland"}, "/every"), ({}, "/every"), ({"every": 2}, "/every"), ({"every": "fortnight"}, "/starts"),
    ({"every": "fortnight", "starts": "2025-W53"}, "/starts"), ({"every": "four-weeks", "starts": "2026-03"}, "/starts"),
    ({"every": "week", "starts": "2026-W10"}, "/starts"), ({"every": "week", "when": "måndag"}, "/when"), ([], ""),
])
def test_what_is_no_rhythm_is_pointed_at(town, area, body, pointer):
    answer = town.call("PUT", f"/v1/areas/{area}/rhythm", town.coordinator, json=body)
    assert answer.status_code == 400 and [e["pointer"] for e in answer.json()["errors"]] == [pointer]
    assert town.call("GET", f"/v1/areas/{area}/rhythm", town.coordinator).json()["every"] == "none"


def test_who_may_set_it(town, area):
    for role in ("police", "group", "analyst"):
        put(town, area, 403, town.make_token(role, MUNICIPALITY), every="week")
    put(town, area, 403, town.make_token("coordinator", "stockholm"), every="week")
    put(town, "ingenstans", 404, every="week")
    assert town.call("GET", f"/v1/areas/{area}/rhythm", town.make_token("analyst", MUNICIPALITY)).status_code == 200


def test_the_period_that_closed_last_is_the_first_to_wait(town, area):
    put(town, area, every="week")
    last = week_code(today(town) - datetime.timedelta(7))
    until(lambda: waiting(town, area))
    assert waiting(town, area) == [last]
    item = items(town, area=area)[0]
    monday = today(town) - datetime.timedelta(today(town).weekday())
    assert (item["status"], item["waiting"], item["version"], item["published_at"]) == ("draft", True, 0, None)
    assert item["closed_at"].startswith(f"{monday}T00:00:00+0") and item["edited_at"] is None
    document = town.call("GET", f"/v1/lagesbilder/{area}/{last}", town.coordinator).json()
    assert document["closed_at"] == item["closed_at"] and document["status"] == "draft"
    assert "Väntar på att ges ut." in town.call("GET", f"/v1/lagesbilder/{area}/{last}.html", town.coordinator).text
    page = town.call("GET", "/", town.coordinator).text
    assert "Väntar på att ges ut" in page and f"/v1/lagesbilder/{area}/{last}.html" in page
    group = town.make_token("group", MUNICIPALITY, areas=["brunna"])
    assert area not in town.call("GET", "/", group).text
    assert all(i["area"] == "brunna" for i in items(town, group))


def test_what_closed_while_nothing_ran_is_caught_up(town, area):
    """Over New Year, a year of 53 weeks and both changes of the clock."""
    put(town, area, every="week")
    had_rhythm_since(town, area, "2020-03-25")
    last = week_code(today(town) - datetime.timedelta(7))
    until(lambda: last in recorded(town, area))
    closed = recorded(town, area)
    days = (today(town) - datetime.date(2020, 3, 16)).days
    assert len(closed) == days // 7, "every week once, from the one that had closed last then"
    assert list(closed)[:2] == ["2020-W12", "2020-W13"]
    assert closed["2020-W12"] == "2020-03-22 23:00" and closed["2020-W13"] == "2020-03-29 22:00", "summer time"
    assert closed["2020-W43"] == "2020-10-25 23:00", "and back"
    assert {"2020-W52", "2020-W53", "2021-W01"} <= set(closed) and "2021-W53" not in closed
    # And the list goes through all of it, a page at a time, the newest first.
    seen, path = [], f"/v1/lagesbilder?area={area}&limit=100"
    while path:
        page = town.call("GET", path, town.coordinator)
        seen += [item["period"]["code"] for item in page.json()["items"]]
        path = page.links["next"]["url"] if page.json()["next_cursor"] else None
    assert seen == list(reversed(closed))


@pytest.mark.parametrize("rhythm, since, first", [
    ({"every": "fortnight", "starts": "2026-W10"}, "2026-01-07", ["2025-W52..2026-W01", "2026-W02..2026-W03", "2026-W04..2026-W05"]),
    ({"every": "four-weeks", "starts": "2026-W10"}, "2026-03-10", ["2026-W06..2026-W09", "2026-W10..2026-W13"]),
    ({"every": "month"}, "2024-02-29", ["2024-01", "2024-02", "2024-03"]),
    ({"every": "tertial"}, "2025-01-01", ["2024-T3", "2025-T1", "2025-T2", "2025-T3"]),
    ({"every": "year"}, "2024-12-31", ["2023", "2024"]),
])
def test_periods_of_every_rhythm(town, area, rhythm, since, first):
    put(town, area, **rhythm)
    had_rhythm_since(town, area, since)
    until(lambda: len(recorded(town, area)) >= len(first))
    assert list(recorded(town, area))[:len(first)] == first


def test_a_new_rhythm_goes_on_from_where_the_old_one_closed(town, area):
    put(town, area, every="week")
    until(lambda: recorded(town, area))
    before = recorded(town, area)
    put(town, area, every="month")
    month = today(town).replace(day=1) - datetime.timedelta(1)
    # The month that the record reaches into; with the record in this month there is nothing to add.
    wanted = set(before) | ({month.strftime("%Y-%m")} if today(town).replace(day=1) > today(town) - datetime.timedelta(
        today(town).weekday()) else set())
    until(lambda: set(recorded(town, area)) == wanted)


def test_it_waits_until_something_is_published_after_the_close(town, area):
    put_report(town, MUNICIPALITY, "2024-03-05")
    put_incident(town, MUNICIPALITY, "2024-03-05 21:00", areas=[area])
    put(town, area, every="month")
    had_rhythm_since(town, area, "2024-03-20")
    until(lambda: "2024-03" in waiting(town, area))
    # Written in, it is still what waits; and it follows the data.
    town.call("PATCH", f"/v1/lagesbilder/{area}/2024-03", town.coordinator, json={"worries": ["Valborg."]})
    put_incident(town, MUNICIPALITY, "2024-03-06 21:00", areas=[area])
    item = next(i for i in items(town, area=area, status="draft") if i["period"]["code"] == "2024-03")
    assert item["waiting"] and item["edited_at"]
    assert town.call("GET", f"/v1/lagesbilder/{area}/2024-03", town.coordinator).json()["total"]["count"] == 2
    # One published before the close does not count; the document is made as if it had been.
    town.sql("INSERT INTO lagesbild.lagesbild_version (municipality, area, period, version, area_name, first_day, after_day,"
             " published_at, actor, sha256) VALUES (%s, %s, '2024-03', 1, 'Området A', '2024-03-01', '2024-04-01',"
             " '2024-03-28 12:00+01', 'prov', sha256(''))", (MUNICIPALITY, area))
    assert "2024-03" in waiting(town, area)
    town.sql("INSERT INTO lagesbild.lagesbild_document (municipality, area, period, version, audience, format, content_type,"
             " bytes, sha256) VALUES (%s, %s, '2024-03', 1, 'group', 'json', 'application/json', '{}', sha256('{}'))",
             (MUNICIPALITY, area))
    assert town.call("POST", f"/v1/lagesbilder/{area}/2024-03/publish", town.coordinator).status_code == 201
    assert "2024-03" not in waiting(town, area)
    item = next(i for i in items(town, area=area, status="published") if i["period"]["code"] == "2024-03")
    assert (item["status"], item["waiting"], item["version"]) == ("published", False, 2)
    assert f"{area}/2024-03" not in town.call("GET", "/", town.coordinator).text.split("De senaste perioderna")[0]


def test_a_day_that_has_not_come_is_not_closed(town, area):
    """What a database's clock that was ahead has left behind waits for its day."""
    put(town, area, every="year")
    until(lambda: recorded(town, area))
    town.sql("INSERT INTO lagesbild.lagesbild_closed (municipality, area, period, first_day, after_day)"
             " VALUES (%s, %s, '2099', '2099-01-01', '2100-01-01')", (MUNICIPALITY, area))
    assert "2099" not in [i["period"]["code"] for i in items(town, area=area)]
    assert town.call("GET", f"/v1/lagesbilder/{area}/2099", town.coordinator).json()["closed_at"] is None
    had_rhythm_since(town, area, "2024-12-31")
    assert list(recorded(town, area))[:2] == ["2023", "2024"], "it does not stand in the way of those that have closed"


def test_midnight_is_enough(town, area):
    """The timer alone makes the daemon look, again and again: for once, midnight comes every second."""
    definition = town.sql("SELECT pg_get_functiondef('lagesbild.milliseconds_to_midnight'::regproc)")[0][0]
    put(town, area, every="week")
    try:
        town.sql("CREATE OR REPLACE FUNCTION lagesbild.milliseconds_to_midnight(_at timestamptz) RETURNS bigint"
                 " LANGUAGE sql IMMUTABLE AS 'SELECT 1000::bigint'")
        tell_it_to_look(town)
        for since, first in (("2026-01-07", "2026-W01"), ("2025-12-03", "2025-W48")):
            had_rhythm_since(town, area, since, tell=False)
            assert list(recorded(town, area))[0] == first
    finally:
        town.sql(definition)
        tell_it_to_look(town)


class Guest(Daemon):
    """Another daemon on the database of a first."""

    def __init__(self, host):
        super().__init__()
        self.host = host
        self.data = host.data

    def database(self):
        return ["--database", f"host={self.host.data / 'socket'} user=lagesbild dbname=lagesbild"]


def test_two_daemons_notice_once(town, area):
    """A second one starts on the record of a first, and both are told at once."""
    put(town, area, every="week")
    put(town, "rytm-b", every="week")
    guest = Guest(town).start()
    guest.coordinator = town.coordinator
    try:
        for code in (area, "rytm-b"):
            had_rhythm_since(town, code, "2022-01-05")
        last = week_code(today(town) - datetime.timedelta(7))
        until(lambda: last in recorded(town, area) and last in recorded(town, "rytm-b"))
        for daemon in (town, guest):
            assert len(waiting(daemon, area, limit=1000)) == len(recorded(town, area))
        assert sum(d.metric("lagesbild_periods_closed_total") for d in (town, guest)) >= 2 * len(recorded(town, area))
    finally:
        guest.finish()
    assert "lagesbild_closed" not in town.log()[-4000:]


def test_midnight_over_the_changes_of_the_clock(town):
    def hours(at):
        return town.sql("SELECT lagesbild.milliseconds_to_midnight(%s::timestamptz)", (at,))[0][0] / 3600000
    assert hours("2026-03-29 00:00 Europe/Stockholm") == 23 and hours("2026-10-25 00:00 Europe/Stockholm") == 25
    assert hours("2026-03-30 00:00 Europe/Stockholm") == 24 and hours("2026-12-31 23:30 Europe/Stockholm") == 0.5


def test_an_area_that_is_taken_away_waits_for_nothing(town, area):
    code = "rytm-borta"
    town.call("PUT", f"/v1/areas/{code}", town.coordinator, json={"name": "Borta"})
    until(lambda: town.call("GET", f"/v1/areas/{code}/rhythm", town.coordinator).status_code == 200)
    put(town, code, every="week")
    until(lambda: waiting(town, code))
    assert town.call("DELETE", f"/v1/areas/{code}", town.coordinator).status_code == 204
    assert code not in [i["area"] for i in items(town, status="draft", limit=1000)]
    assert code not in town.call("GET", "/", town.coordinator).text


@pytest.mark.parametrize("query", [
    "status=gammal", "limit=0", "limit=1001", "cursor=x", "cursor=bnUgfGEgfGIgfGM", "area=", "colour=red", "status=draft&status=draft",
])
def test_lists_that_cannot_be_had(town, query):
    assert town.call("GET", f"/v1/lagesbilder?{query}", town.coordinator).status_code == 400


def test_who_sees_the_list(town):
    assert town.call("GET", "/v1/lagesbilder").status_code == 401
    assert town.call("GET", "/v1/lagesbilder", town.make_token("reporter", MUNICIPALITY)).status_code == 403
    assert town.call("GET", "/v1/lagesbilder?area=bro", town.make_token("group", MUNICIPALITY, areas=["brunna"])).status_code == 403
    assert all(i["municipality"] == MUNICIPALITY for i in items(town))
    assert items(town, municipality=MUNICIPALITY) == items(town)
