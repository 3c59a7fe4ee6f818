"""CSV as a Swedish Excel opens it (dialect=excel-sv), and what an export ends with (1997, known one by one)."""

import csv
import io

import pytest
from incidents import put_incident, put_report

MUNICIPALITY = "upplands-bro"
DAYS = "area=brunna&from=1997-05-01&to=1997-05-31"
FORMULA = '=HYPERLINK("http://example.org";"Klicka")'


@pytest.fixture(scope="module")
def cells(daemon):
    put_report(daemon, MUNICIPALITY, "1997-05-02")
    put_incident(daemon, MUNICIPALITY, "1997-05-02 22:10", areas=["brunna"], title=FORMULA, text="+46; då\r\n\"slut\"",
                 place="@torget", position=(59.5, 17.625), category="stold", source="-polis")
    put_incident(daemon, MUNICIPALITY, "1997-05-03 08:00", areas=["brunna"], title="\tTabb", text="Vanlig text")
    return daemon


def excel(answer):
    """The rows as Excel with Swedish settings reads them; fails where it would not."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.content.startswith(b"\xef\xbb\xbf") and answer.content.count(b"\xef\xbb\xbf") == 1
    text = answer.content.decode("utf-8-sig")
    assert text.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    for row in rows[1:]:
        for cell in row:
            number = cell.removeprefix("-").replace(",", "", 1).isdigit()
            assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), f"a formula: {cell!r}"
    return rows


def ask(daemon, path, **arguments):
    return daemon.call("GET", path, daemon.admin_token, **arguments)


def test_incidents(cells):
    rows = excel(ask(cells, f"/v1/incidents?{DAYS}&format=csv&dialect=excel-sv"))
    head, later, first, last = rows
    row = dict(zip(head, first))
    assert (row["occurred_at"], row["lat"], row["lon"]) == ("1997-05-02 22:10:00", "59,500000", "17,625000")
    assert row["title"] == "'" + FORMULA and row["place"] == "'@torget" and row["source"] == "'-polis"
    assert row["text"] == "'+46; då\r\n\"slut\""
    assert dict(zip(head, later))["title"] == "'\tTabb"
    assert last == ["Antal rader", "2"]


def test_the_plain_dialect_changes_nothing(cells):
    """RFC 4180 is for programs: not a byte of a text is another one's."""
    for query in ("format=csv", "format=csv&dialect=plain", "dialect=plain"):
        answer = ask(cells, f"/v1/incidents?{DAYS}&{query}")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode(), newline=""), strict=True))
        assert [row["title"] for row in rows] == ["\tTabb", FORMULA] and rows[1]["lat"] == "59.500000"


def test_a_page_too(cells):
    answer = ask(cells, f"/v1/incidents?{DAYS}&limit=1&dialect=excel-sv")
    assert [row[0] for row in excel(answer)[2:]] == ["Antal rader"] and "dialect=excel-sv" in answer.headers["Link"]


def test_trends(cells):
    rows = excel(ask(cells, f"/v1/trends?{DAYS}&compare=previous&bucket=month&group_by=place&dialect=excel-sv"))
    assert rows[0] == ["bucket", "place", "count", "compare", "difference", "change_pct", "z", "active", "silent", "compare_active"]
    assert rows[1][:7] == ["1997-05", "'@torget", "1", "0", "1", "", "1,98"]
    hours = excel(ask(cells, f"/v1/trends?{DAYS}&bucket=hour_of_week&format=csv&dialect=excel-sv"))
    assert {row[0]: row[1] for row in hours}["fredag 22"] == "1", "5-22 would be the 22nd of May"
    assert ["fredag 22", "1"] in hours and len(hours) == 169


def test_a_lagesbild_and_its_published_version(cells):
    path = "/v1/lagesbilder/brunna/1997-W18"
    rows = excel(ask(cells, path + ".csv?dialect=excel-sv"))
    assert ["place", "", "'@torget", "1"] == [row for row in rows if row[0] == "place"][0][:4]
    assert ["hour_of_week", "fredag 22", "", "1"] in [row[:4] for row in rows]
    assert cells.call("POST", path + "/publish", cells.admin_token).status_code == 201
    frozen = ask(cells, path + "?version=1&format=csv&dialect=excel-sv")
    at_status = [row[0] for row in rows].index("status")
    assert rows.pop(at_status)[2] == "draft"
    published = excel(frozen)
    assert published.pop(at_status)[2] == "published"
    assert published == rows and frozen.headers["ETag"].startswith('"')
    assert excel(ask(cells, path + "?version=1&audience=public&dialect=excel-sv"))[0][:3] == ["section", "code", "name"]


@pytest.mark.parametrize("query", ["dialect=excel-no", "dialect=excel-sv&format=json", "format=excel-sv", "dialect="])
def test_refusals(cells, query):
    for path in ("/v1/incidents?", "/v1/trends?", "/v1/lagesbilder/brunna/1997-W18?"):
        assert ask(cells, path + query).status_code == 400


@pytest.mark.parametrize("form, last", [("format=csv", None), ("dialect=excel-sv", b'"Antal rader";2\r\n'),
                                        ("format=geojson", b'],"numberReturned":2}\n')])
def test_an_export_ends_with_its_row_count(cells, form, last):
    request = (f"GET /v1/incidents?{DAYS}&{form} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
               f"Authorization: Bearer {cells.admin_token}\r\n\r\n")
    answer = cells.exchange(request.encode())[0]
    assert answer.headers["trailer"] == "Row-Count" and answer.trailers == {"row-count": "2"}
    assert last is None or answer.body.endswith(last)


def test_hotspots(cells):
    query = "area=brunna&from=1997-05-01&to=1997-05-28&least=2"
    put_incident(cells, MUNICIPALITY, "1997-05-04 22:10", areas=["brunna"], place="@Torget", position=(59.5, 17.625), category="stold")
    rows = excel(ask(cells, f"/v1/hotspots?{query}&dialect=excel-sv"))
    assert rows[0][:5] == ["section", "name", "count", "previous", "new"]
    assert rows[1][0] == "place" and rows[1][1].lower() == "'@torget" and rows[1][2] == "2"
    cluster = dict(zip(rows[0], next(row for row in rows if row[0] == "cluster")))
    assert (cluster["lat"], cluster["lon"], cluster["count"]) == ("59,500000", "17,625000", "2")
    plain = list(csv.DictReader(io.StringIO(ask(cells, f"/v1/hotspots?{query}&format=csv").text, newline="")))
    counts = {row["section"]: row["count"] for row in plain}
    assert (counts["near_repeats"], counts["positions"], counts["without_position"]) == ("1", "2", "1")
    assert all(len(row) == 10 and None not in row for row in plain)


def test_effect(cells):
    query = "area=brunna&date=1997-05-03&days=2&compare_area=bro"
    rows = excel(ask(cells, f"/v1/effect?{query}&dialect=excel-sv"))
    assert rows[0] == ["section", "name", "from", "to", "count", "ratio", "low", "high", "p_value", "text"]
    json = ask(cells, f"/v1/effect?{query}").json()
    assert rows[1] == ["count", "before", "1997-05-01", "1997-05-02", *([""] if json["before"]["count"] is None else ["1"]), *[""] * 5]
    verdict = rows[-1]
    assert verdict[:2] == ["verdict", json["verdict"]] and verdict[9] == json["text"]
    plain = list(csv.DictReader(io.StringIO(ask(cells, f"/v1/effect?{query}&format=csv").text, newline="")))
    assert [(r["section"], r["name"]) for r in plain] == [
        ("count", "before"), ("count", "after"), ("count", "year_ago"), ("comparison", "before"), ("comparison", "after"),
        ("comparison", "year_ago"), ("ratio", "change"), ("ratio", "season"), ("ratio", "adjusted"), ("verdict", json["verdict"])]
