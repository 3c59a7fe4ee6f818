"""GET /v1/lagesbilder/{area}/{period}, over a fortnight of incidents in 2012 that are known one by one."""

import csv
import datetime
import io
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from incidents import list_places, put_incident, put_report

MUNICIPALITY = "upplands-bro"


@pytest.fixture(scope="module")
def weeks(daemon):
    """2012-W05 to W12: three incidents a week in Bro, and in W12 ten, with one a week earlier in other places."""
    monday = datetime.date(2012, 1, 30)
    for week in range(8):
        first = monday + datetime.timedelta(weeks=week)
        for day in range(7):
            put_report(daemon, MUNICIPALITY, first + datetime.timedelta(days=day))
        for n in range(3):
            put_incident(daemon, MUNICIPALITY, f"{first + datetime.timedelta(days=n)} 12:15", areas=["bro"],
                         organisation="Kommunpolisen", place="Torget i test", category="narkotika")
    for n in range(7):
        put_incident(daemon, MUNICIPALITY, f"2012-03-{19 + n} 22:30", areas=["bro"], organisation="Kommunpolisen",
                     category="skadegorelse", place="Stationen i test", text="Ruta <b>krossad</b> & borta")
    put_incident(daemon, MUNICIPALITY, "2012-03-20 10:00", areas=["brunna"], category="brand", organisation="Väktarna")
    put_incident(daemon, MUNICIPALITY, "2012-03-20 11:00", areas=["bro", "brunna"], category="brand", precision="day")
    put_incident(daemon, MUNICIPALITY, "2012-03-20 11:00", areas=[MUNICIPALITY], category="brand")
    put_incident(daemon, MUNICIPALITY, "2012-03-21 11:00", areas=[], category="brand")
    put_incident(daemon, MUNICIPALITY, "2012-03-21 11:00", areas=["bro"], status="rejected")
    put_incident(daemon, MUNICIPALITY, "2012-03-21 11:00", areas=["bro"], withdrawn=2)
    put_incident(daemon, MUNICIPALITY, "2012-03-21 13:00", areas=["bro"], status="review", category="vald",
                 review=["category"], source="skola")
    return daemon


def show(daemon, area, period, **arguments):
    answer = daemon.call("GET", f"/v1/lagesbilder/{area}/{period}", daemon.admin_token, **arguments)
    assert answer.status_code == 200, answer.text
    return answer


def test_the_contract(weeks):
    document = show(weeks, "bro", "2012-W12").json()
    assert document["area"] == "bro"
    assert document["period"] == {"code": "2012-W12", "from": "2012-03-19", "to": "2012-03-25",
                                  "label": "v. 12 2012 (19–25 mars 2012)"}
    assert document["status"] == "draft" and document["version"] == 0
    assert document["followup"] == [] and document["decisions"] == []
    assert datetime.datetime.fromisoformat(document["data_cut_at"]).tzinfo
    assert len(document["hour_of_week"]) == 7 and all(len(day) == 24 for day in document["hour_of_week"])
    incident = document["incidents"][0]
    assert {"id", "occurred_at", "precision", "areas", "category", "place", "position", "title", "text", "flags",
            "source", "organisation", "report_id", "status", "created_at"} <= set(incident)


def test_the_figures(weeks):
    document = show(weeks, "bro", "2012-W12").json()
    # three each week, seven more, one in two areas, one for review; not the rejected nor the withdrawn
    assert document["total"]["count"] == 3 + 7 + 1 + 1
    assert document["total"]["previous"] == 3
    assert document["total"]["year_ago"] is None, "nobody reported in 2011, so it is not 0"
    assert document["total"]["expected"] == 3 and document["total"]["history_periods"] == 7
    assert document["total"]["deviation"]["direction"] == "up"
    assert document["total"]["deviation"]["p_value"] < 0.01
    counts = {c["code"]: c for c in document["categories"]}
    assert counts["skadegorelse"]["count"] == 7 and counts["skadegorelse"]["deviation"]["direction"] == "up"
    assert counts["narkotika"]["count"] == 3 and counts["narkotika"]["deviation"] is None
    assert document["categories"][0]["code"] == "skadegorelse"
    assert sum(map(sum, document["hour_of_week"])) == document["with_clock"] == 11, "the day without a clock is not in it"
    assert [day[22] for day in document["hour_of_week"]] == [1] * 7
    assert document["places"][0]["name"] == "Stationen i test" and "7 händelser" in document["places"][0]["reason"]
    assert len(document["weeks"]) == 53 and document["weeks"][0]["week"] == "2011-W12"
    assert [week["count"] for week in document["weeks"][-9:]] == [None, 3, 3, 3, 3, 3, 3, 3, 12], "unknown is not 0"
    assert document["weeks"][-3]["expected_low"] is None and document["weeks"][-2]["expected_low"] is not None
    assert document["weeks"][-1]["expected_high"] < 12
    assert document["to_review"] == 1 and document["without_area"] == 1
    assert {s["organisation"]: s["count"] for s in document["sources"]} == {
        "Kommunpolisen": 10, "polis": 1, "skola": 1, "Väktarna": 0}
    assert document["summary"].startswith("Fler än normalt: skadegörelse och klotter (7 mot normalt omkring 0)")
    assert len(document["incidents"]) == 12 and document["incidents_omitted"] == 0


@pytest.fixture(scope="module")
def years(daemon):
    """1991-W40 to 1997-W40 in Hässelby torg: every week five incidents at a square, and more damage in the autumn; no word
    from anybody in three weeks of 1995; in the last week fourteen at the square."""
    daemon.sql("""
        INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category, category_confidence,
                                        category_rule, place, title, text, source, status)
        SELECT 'stockholm', gen_random_uuid(), (monday + n %% 7 + time '12:15') AT TIME ZONE 'Europe/Stockholm', 'minute',
               kind, 0.9, 'cue', CASE kind WHEN 'narkotika' THEN 'Torget på prov' END, 'Händelse', 'Något hände.', 'polis', 'tagged'
          FROM (SELECT date '1991-09-30' + 7 * n AS monday FROM generate_series(0, 313) AS n) AS week
         CROSS JOIN (VALUES ('narkotika'), ('skadegorelse')) AS kinds(kind)
         CROSS JOIN LATERAL generate_series(1, CASE WHEN kind = 'skadegorelse' AND extract(month FROM monday) > 8 THEN 6
                                                    WHEN kind = 'skadegorelse' THEN 2
                                                    WHEN monday = '1997-09-29' THEN 14
                                                    ELSE 5 END) AS n
         WHERE monday NOT IN ('1995-05-15', '1995-05-22', '1995-05-29');
        INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule, evidence)
        SELECT municipality, incident, 'hasselby-torg', 0.9, 'place', 'här'
          FROM lagesbild.incident WHERE municipality = 'stockholm' AND occurred_at < '1998-01-01'""")
    yield daemon
    daemon.sql("DELETE FROM lagesbild.incident WHERE municipality = 'stockholm' AND occurred_at < '1998-01-01'")


def test_years_of_weeks_tell_what_is_normal(years):
    document = show(years, "hasselby-torg", "1997-W40").json()
    counts = {c["code"]: c for c in document["categories"]}
    drugs, damage, place = counts["narkotika"], counts["skadegorelse"], document["places"][0]
    weeks = 5 * 52 + 3 - 26 - 3  # five years and the window, but the last half and those nobody reported for
    assert drugs["method"] == "farrington" and drugs["history_weeks"] == weeks
    assert drugs["count"] == 14 and drugs["expected"] == pytest.approx(5, abs=0.3)
    assert drugs["difference"] == pytest.approx(14 - drugs["expected"], abs=0.011)
    assert drugs["deviation"]["direction"] == "up" and drugs["deviation"]["note"] == drugs["assessment"]
    assert drugs["assessment"].startswith(f"Fler än väntat: 14 mot normalt {drugs['expected_low']}–{drugs['expected_high']} (väntat")
    assert f"av {weeks} veckor med rapporter på fem år, efter årstid)" in drugs["assessment"]
    assert damage["count"] == 6 and damage["expected"] == pytest.approx(6, abs=0.6), "six is normal in the autumn"
    assert damage["deviation"] is None and damage["assessment"].startswith("Inom det normala: 6 mot normalt")
    assert place["name"] == "Torget på prov" and place["method"] == "farrington" and place["history_weeks"] == weeks
    assert place["expected"] == pytest.approx(5, abs=0.3) and place["deviation"]["direction"] == "up"
    assert place["reason"].endswith(place["deviation"]["note"]) and place["previous"] == 5 and place["year_ago"] == 5
    last = document["weeks"][-1]
    assert (last["expected_low"], last["expected_high"]) == (document["total"]["expected_low"], document["total"]["expected_high"])
    spring = next(w for w in document["weeks"] if w["week"] == "1997-W10")
    assert spring["expected_high"] < last["expected_high"], "seven a week in spring, eleven in autumn"


@pytest.mark.parametrize("period, expected", [("1997-W37..1997-W40", 4 * 11), ("1997-09", 4 * 11), ("1997-T2", 17.6 * 7)])
def test_longer_periods_are_sums_of_weeks(years, period, expected):
    total = show(years, "hasselby-torg", period).json()["total"]
    assert total["method"] == "farrington" and total["expected"] == pytest.approx(expected, rel=0.12)
    assert total["expected_low"] < expected < total["expected_high"]


def test_a_year_is_not_expected_from_five(years):
    total = show(years, "hasselby-torg", "1997").json()["total"]
    assert total["method"] is None and total["expected"] is None and total["difference"] is None
    assert total["assessment"].startswith("Vad som är normalt går inte att säga: det kräver rapporter för minst sex av de tolv")


def test_the_tag_stays_when_weeks_are_summed_up(years):
    before = show(years, "hasselby-torg", "1997-W40")
    years.sql("SELECT lagesbild.fold_tally()")
    after = show(years, "hasselby-torg", "1997-W40")
    assert after.headers["ETag"] == before.headers["ETag"]
    assert after.json()["categories"] == before.json()["categories"]


def test_it_is_the_same_from_listed_years_and_what_comes_late_is_in_it_at_once(years):
    """hasselby-torg's own years, and the municipality's."""
    periods = [("hasselby-torg", "1997-W40"), ("hasselby-torg", "1997-W37..1997-W40"), ("hasselby-torg", "1997-09"),
               ("hasselby-torg", "1995-W30"), ("stockholm", "1997-W40")]

    def places():
        return [(answer.headers["ETag"], answer.json()["places"]) for answer in (show(years, *p) for p in periods)]

    def listed():
        return years.sql("SELECT count(*) FROM lagesbild.place_year WHERE municipality = 'stockholm' AND listed")[0][0]

    years.sql("SELECT lagesbild.fold_tally(1000000)")
    years.sql("UPDATE lagesbild.place_year SET listed = false")
    before = places()
    list_places(years, "stockholm")
    assert listed() >= 8
    assert places() == before
    late = put_incident(years, "stockholm", "1996-10-01 12:00", areas=["hasselby-torg"], place="Torget på prov")
    figures = show(years, "hasselby-torg", "1997-W40").json()["places"][0]
    assert figures["name"] == "Torget på prov" and figures["year_ago"] == before[0][1][0]["year_ago"] + 1
    years.sql("UPDATE lagesbild.incident SET place = 'Någon annanstans' WHERE municipality = 'stockholm' AND incident = %s", (late,))
    assert show(years, "hasselby-torg", "1997-W40").json()["places"][0]["year_ago"] == before[0][1][0]["year_ago"]
    years.sql("DELETE FROM lagesbild.incident WHERE municipality = 'stockholm' AND incident = %s", (late,))
    assert places() == before


def test_a_parent_holds_its_children_and_what_is_only_known_to_be_in_it(weeks):
    document = show(weeks, MUNICIPALITY, "2012-W12").json()
    assert document["total"]["count"] == 12 + 3, "Brunna's, the municipality's own and the one without an area; none twice"
    assert show(weeks, "brunna", "2012-W12").json()["total"]["count"] == 2


@pytest.mark.parametrize("period, count", [("2012-W11..2012-W12", 15), ("2012-03", 18), ("2012-T1", 33), ("2012", 33),
                                           ("2012-VB", 33), ("2012-W13", 0)])
def test_every_form_of_period(weeks, period, count):
    # March holds Thursday 1 March (none: the three a week are Monday to Wednesday) to W13, so W10, W11, W12
    assert show(weeks, "bro", period).json()["total"]["count"] == count


def test_a_week_nobody_reported_for_says_so(weeks):
    summary = show(weeks, "bro", "2012-W14").json()["summary"]
    assert summary.startswith("Inga händelser är rapporterade för Bro under v. 14")
    assert "Ingen har rapporterat för perioden" in summary
    assert "Ingen rapport har kommit från Kommunpolisen" in summary


@pytest.mark.parametrize("period, inside, outside", [
    ("2020-W53", ["2020-12-28 00:00", "2021-01-03 23:59"], ["2020-12-27 23:59", "2021-01-04 00:00"]),
    ("2016-W01", ["2016-01-04 00:00", "2016-01-10 23:59"], ["2016-01-03 23:59", "2016-01-11 00:00"]),
    ("2026-W01", ["2025-12-29 00:00", "2026-01-04 23:59"], ["2025-12-28 23:59", "2026-01-05 00:00"]),
    ("2013-W13", ["2013-03-25 00:00", "2013-03-31 23:59", "2013-03-31 01:59"], ["2013-03-24 23:59", "2013-04-01 00:00"]),
    ("2013-W43", ["2013-10-21 00:00", "2013-10-27 23:59", "2013-10-27 02:30"], ["2013-10-20 23:59", "2013-10-28 00:00"]),
    ("2014-T2", ["2014-05-01 00:00", "2014-08-31 23:59"], ["2014-04-30 23:59", "2014-09-01 00:00"]),
])
def test_bounds_in_swedish_time(daemon, period, inside, outside):
    for occurred in inside + outside:
        put_incident(daemon, "stockholm", occurred, areas=["hasselby-torg"])
    assert show(daemon, "hasselby-torg", period).json()["total"]["count"] == len(inside)


@pytest.mark.parametrize("suffix, accept, content_type", [
    ("", None, "application/json"), (".json", "text/html", "application/json"), (".html", None, "text/html"),
    (".txt", None, "text/plain"), (".csv", None, "text/csv"), ("", "text/html,*/*;q=0.8", "text/html"),
    ("", "text/plain", "text/plain"), ("?format=csv", None, "text/csv"),
])
def test_forms(weeks, suffix, accept, content_type):
    answer = show(weeks, "bro", "2012-W12" + suffix, headers={"Accept": accept} if accept else {})
    assert answer.headers["Content-Type"].startswith(content_type)


def test_a_range_has_dots_and_an_extension(weeks):
    answer = show(weeks, "bro", "2012-W11..2012-W12.txt")
    assert "v. 11–12 2012 (12–25 mars 2012)" in answer.text


def test_html_is_escaped_and_alone(weeks):
    answer = show(weeks, "bro", "2012-W12.html")
    assert "Ruta &lt;b&gt;krossad&lt;/b&gt; &amp; borta" in answer.text
    assert "<script" not in answer.text and "src=" not in answer.text and "http" not in answer.text.split("</style>")[1]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_csv_is_a_table(weeks):
    rows = list(csv.DictReader(io.StringIO(show(weeks, "bro", "2012-W12.csv").text, newline="")))
    assert rows[0]["section"] == "period" and rows[0]["code"] == "2012-W12", "a file must say what it is of"
    assert [row["name"] for row in rows if row["section"] == "status"] == ["draft"]
    assert [row["note"] for row in rows if row["section"] == "summary"] == [show(weeks, "bro", "2012-W12").json()["summary"]]
    total = next(row for row in rows if row["section"] == "total")
    assert total["count"] == "12" and total["year_ago"] == "" and total["direction"] == "up"
    assert sum(int(row["count"]) for row in rows if row["section"] == "hour_of_week") == 11


@pytest.mark.parametrize("path, status, says", [
    ("/v1/lagesbilder/bro/2012-W53", 400, "veckorna 01 till 52"),
    ("/v1/lagesbilder/bro/nyss", 400, "En period skrivs"),
    ("/v1/lagesbilder/bro/2012-W12.docx", 400, "docx"),
    ("/v1/lagesbilder/bro/2012-W12?colour=red", 400, "colour"),
    ("/v1/lagesbilder/ingenstans/2012-W12", 404, "ingenstans"),
    ("/v1/lagesbilder/bro/2012-W12?municipality=stockholm", 404, "bro"),
])
def test_what_cannot_be_had(weeks, path, status, says):
    answer = weeks.call("GET", path, weeks.admin_token)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert says in answer.text


def test_only_ones_own(weeks):
    path = "/v1/lagesbilder/bro/2012-W12"
    group = weeks.make_token("group", MUNICIPALITY, areas=["bro"])
    assert weeks.call("GET", path, group).status_code == 200
    assert weeks.call("GET", "/v1/lagesbilder/brunna/2012-W12", group).status_code == 403
    assert weeks.call("GET", f"/v1/lagesbilder/{MUNICIPALITY}/2012-W12", group).status_code == 403
    whole = weeks.make_token("group", MUNICIPALITY, areas=[MUNICIPALITY])
    assert weeks.call("GET", "/v1/lagesbilder/brunna/2012-W12", whole).status_code == 200
    assert weeks.call("GET", path, weeks.make_token("analyst", "stockholm")).status_code == 403
    assert weeks.call("GET", path, weeks.make_token("reporter", MUNICIPALITY)).status_code == 403
    assert weeks.call("GET", path).status_code == 401


def test_head_has_no_body(weeks):
    answer = weeks.call("HEAD", "/v1/lagesbilder/bro/2012-W12", weeks.admin_token)
    assert answer.status_code == 200 and answer.content == b"" and int(answer.headers["Content-Length"]) > 1000


def poppler(tool, path, *arguments):
    return subprocess.run([tool, *arguments, path, *(["-"] if tool == "pdftotext" else [])], check=True,
                          capture_output=True, text=True).stdout


def test_pdf(weeks, tmp_path):
    answer = show(weeks, "bro", "2012-W12.pdf")
    assert answer.headers["Content-Type"] == "application/pdf" and answer.headers["ETag"].startswith('W/"')
    path = tmp_path / "bro.pdf"
    path.write_bytes(answer.content)
    info = poppler("pdfinfo", path)
    assert "Title:           Lägesbild Bro, v. 12 2012 (19–25 mars 2012)" in info
    assert "Tagged:          yes" in info
    text = poppler("pdftotext", path, "-layout")
    assert "Stationen i test" in text and "Ruta <b>krossad</b> & borta" in text and "7, fler än normalt" in text
    assert "Sida 1 av " in text
    assert b"/Lang (sv-SE)" in answer.content


def test_pdf_by_accept_and_not_again(weeks):
    answer = show(weeks, "bro", "2012-W12", headers={"Accept": "application/pdf"})
    assert answer.content.startswith(b"%PDF-1.5\n")
    again = weeks.call("GET", "/v1/lagesbilder/bro/2012-W12.pdf", weeks.admin_token,
                       headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""


def test_a_storm_of_pdf_is_answered_or_refused(own_daemon):
    """One thread draws and two may wait: the others get 503 at once, and nothing else waits behind them. How many there
    are of each depends on the machine; a slow one may draw them all (test-offload.c has the full queue)."""
    running = own_daemon("--drawing-threads=1", "--drawing-queue=2")
    put_report(running, MUNICIPALITY, datetime.date(2012, 3, 19))
    running.sql("""
        WITH made AS (
            INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category, category_confidence,
                                            category_rule, title, text, source, status)
            SELECT %s, gen_random_uuid(), timestamptz '2012-03-19 10:00+01' + make_interval(hours => n %% 160), 'minute', 'brand',
                   0.9, 'cue', 'Händelse', 'Något hände.', 'polis', 'tagged'
              FROM generate_series(1, 300) AS n
            RETURNING municipality, incident
        )
        INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule)
        SELECT municipality, incident, 'bro', 0.9, 'place' FROM made""", (MUNICIPALITY,))

    def ask(_):
        return running.call("GET", "/v1/lagesbilder/bro/2012-W12.pdf", running.admin_token)

    with ThreadPoolExecutor(24) as crowd:
        answers = list(crowd.map(ask, range(48)))
    assert 200 in {a.status_code for a in answers} <= {200, 503}
    assert all(a.content.startswith(b"%PDF-") for a in answers if a.status_code == 200)
    refused = [a for a in answers if a.status_code == 503]
    assert all("PDF" in a.json()["detail"] and a.headers["Retry-After"] for a in refused)
    drawn = len(answers) - len(refused)
    assert running.metric("lagesbild_drawings_total") == drawn
    assert running.metric("lagesbild_drawings_refused_total") == len(refused)
    assert ask(0).status_code == 200
