"""GET /v1/lagesbilder/{area}/{period}?audience=public: what leaves the group, in every form, drafts and versions."""

import csv
import io
import json
import re

import pytest
from incidents import put_incident, put_report
from paper import metadata_of_pdf, text_of_pdf

MUNICIPALITY = "upplands-bro"
FORMS = ("json", "html", "txt", "csv", "pdf")
FEW, HIDDEN = "färre än 5", "visas inte"


def put_many(daemon, count, day, **what):
    return [put_incident(daemon, MUNICIPALITY, f"{day} {8 + n % 14}:{n:02d}", areas=["bro"], text="HEMLIGT i texten",
                         title="HEMLIGT", position=(59.512345, 17.623456), organisation="Kommunpolisen", **what)
            for n in range(count)]


@pytest.fixture(scope="module")
def week(daemon):
    """1994-W10: 12, 7 and 3 of three kinds; the week before 2 of one."""
    put_report(daemon, MUNICIPALITY, "1994-03-07")
    put_report(daemon, MUNICIPALITY, "1994-02-28")
    daemon.ids = put_many(daemon, 12, "1994-03-08", category="skadegorelse", place="Torget i test")
    daemon.ids += put_many(daemon, 7, "1994-03-09", category="narkotika", place="Hemvägen 7")
    daemon.ids += put_many(daemon, 3, "1994-03-10", category="brand", place="Udden i test")
    put_many(daemon, 2, "1994-03-01", category="brand", place="Udden i test")
    daemon.coordinator = daemon.make_token("coordinator", MUNICIPALITY)
    daemon.call("PATCH", "/v1/lagesbilder/bro/1994-W10", daemon.coordinator, json={
        "summary": "INTERN inledning", "worries": ["INTERN oro"], "causes": ["INTERN orsak"],
        "decisions": [{"measure": "INTERN insats", "owner": "INTERN ansvarig"}]})
    return daemon


def get(daemon, path, status=200, **arguments):
    answer = daemon.call("GET", f"/v1/lagesbilder/{path}", daemon.coordinator, **arguments)
    assert answer.status_code == status, answer.text
    return answer


def test_small_counts_are_held_back_with_one_more(week):
    document = get(week, "bro/1994-W10?audience=public").json()
    assert document["audience"] == "public" and document["threshold"] == 5
    assert document["total"]["count"] == 22 and document["total"]["previous"] == FEW and document["total"]["year_ago"] is None
    assert {c["code"]: c["count"] for c in document["categories"]} == {"skadegorelse": 12, "narkotika": HIDDEN, "brand": FEW}
    assert {c["code"]: c["previous"] for c in document["categories"]} == dict.fromkeys(("skadegorelse", "narkotika", "brand"), FEW)
    assert document["places"] == [{"name": "Torget i test", "count": 12}], "no address, no place with few"
    assert document["sources"] == [{"organisation": "Kommunpolisen"}]
    assert document["summary"] == "För Bro finns 22 rapporterade händelser under v. 10."


@pytest.mark.parametrize("form", FORMS)
def test_nothing_else_leaves_in_any_form(week, form):
    answer = get(week, f"bro/1994-W10.{form}?audience=public")
    text = text_of_pdf(answer.content) if form == "pdf" else answer.text
    assert FEW in text and HIDDEN in text and "22" in text
    for secret in ("HEMLIGT", "INTERN", "59.51", "17.62", "Hemvägen", "Udden", *week.ids):
        assert secret not in text
    whole = get(week, f"bro/1994-W10.{form}")
    assert "HEMLIGT" in (text_of_pdf(whole.content) if form == "pdf" else whole.text) or form == "csv"


def test_pdf_says_what_json_says(week):
    """Every number in it is one that may be told: a held back count is not even in the metadata or behind the page."""
    answer = get(week, "bro/1994-W10.pdf?audience=public")
    assert answer.headers["Content-Type"] == "application/pdf"
    text, facts = text_of_pdf(answer.content), metadata_of_pdf(answer.content)
    assert "För allmänheten" in text and "Skadegörelse och klotter 12 färre än 5 –" in text
    assert "Narkotika visas inte färre än 5 –" in text and "1. Torget i test, 12 händelser" in text
    assert "Kommunpolisen" in text and "För Bro finns 22 rapporterade händelser under v. 10." in text
    numbers = re.findall(r"\d+", re.sub(r"Lägesbild för allmänheten, Bro, v\. 10 1994 \(7–13 mars 1994\)( Sida 1 av 1)?", "", text))
    assert set(numbers) <= {"10", "1994", "7", "13", "22", "12", "5", "1"}, numbers
    assert numbers.count("7") == 1, "the day in the head, not the seven that are held back"
    assert re.search(r"Tagged:\s+yes", facts) and "Lägesbild för allmänheten" in facts and "HEMLIGT" not in facts
    for secret in (b"HEMLIGT", b"INTERN", b"Hemv", b"Udden"):
        assert secret not in answer.content
    asked = get(week, "bro/1994-W10?audience=public", headers={"Accept": "application/pdf"})
    assert asked.content.startswith(b"%PDF")
    get(week, "bro/1994-W10.pdf?audience=public", 304, headers={"If-None-Match": answer.headers["ETag"]})


def test_few_in_all_are_not_told_by_kind_on_paper(week):
    text = text_of_pdf(get(week, "bro/1994-W09.pdf?audience=public").content)
    assert "Sammanlagt färre än 5" in text and "Brand" not in text and "Platser" not in text


def test_csv_and_html_say_what_json_says(week):
    rows = list(csv.DictReader(io.StringIO(get(week, "bro/1994-W10.csv?audience=public").text, newline="")))
    assert [(r["code"], r["count"]) for r in rows if r["section"] == "category"] == [
        ("skadegorelse", "12"), ("brand", FEW), ("narkotika", HIDDEN)]
    html = get(week, "bro/1994-W10?audience=public", headers={"Accept": "text/html"})
    assert html.text.count("<table") == 1 and "default-src 'none'" in html.headers["Content-Security-Policy"]


def test_few_in_all_are_not_told_by_kind(week):
    document = get(week, "bro/1994-W09?audience=public").json()
    assert document["total"]["count"] == FEW and document["categories"] == [] and document["places"] == []
    assert "färre än 5 rapporterade händelser" in document["summary"]
    nothing = get(week, "bro/1994-W30?audience=public").json()
    assert nothing["total"]["count"] == FEW and nothing["summary"] == "Ingen har rapporterat för Bro under v. 30."


def test_a_version_has_its_public_form_frozen_too(week):
    version = week.call("POST", "/v1/lagesbilder/bro/1994-W10/publish", week.coordinator).json()["version"]
    frozen = {form: get(week, f"bro/1994-W10.{form}?audience=public&version={version}").content for form in FORMS}
    document = json.loads(frozen["json"])
    assert document["status"] == "published" and document["total"]["count"] == 22 and document["incidents"] == []
    put_many(week, 1, "1994-03-11", category="brand")
    for form, before in frozen.items():
        answer = get(week, f"bro/1994-W10.{form}?audience=public&version={version}")
        assert answer.content == before and b"HEMLIGT" not in before and b"INTERN" not in before
    listed = get(week, "bro/1994-W10/versions").json()["items"][0]["documents"]
    assert {d["format"] for d in listed if d["audience"] == "public"} == {*FORMS, "excel-sv"}
    assert get(week, f"bro/1994-W10?version={version}&audience=group").json()["incidents"]


def test_a_public_draft_is_sent_once(week):
    tag = get(week, "bro/1994-W10?audience=public").headers["ETag"]
    assert tag != get(week, "bro/1994-W10").headers["ETag"]
    get(week, "bro/1994-W10?audience=public", 304, headers={"If-None-Match": tag})


@pytest.mark.parametrize("query, status", [
    ("?audience=alla", 400), (".doc?audience=public", 400), ("?audience=public&audience=group", 400),
    ("?audience=public&version=77", 404), ("?audience=public&version=0", 400), ("?audience=public&colour=red", 400),
])
def test_what_cannot_be_had(week, query, status):
    get(week, "bro/1994-W10" + query, status)


def test_the_threshold_is_a_setting(own_daemon):
    daemon = own_daemon("--public-threshold", "3")
    daemon.coordinator = daemon.make_token("coordinator", MUNICIPALITY)
    put_many(daemon, 3, "1994-03-08", category="brand")
    put_many(daemon, 2, "1994-03-01", category="brand")
    assert get(daemon, "bro/1994-W10?audience=public").json()["total"]["count"] == 3
    assert get(daemon, "bro/1994-W09?audience=public").json()["total"]["count"] == "färre än 3"
