"""Publishing: a version is frozen byte for byte, a correction is the next one, and the feed tells of both."""

import concurrent.futures
import hashlib
import re
import time
import xml.etree.ElementTree

import psycopg2
import pytest
from incidents import put_incident, put_report
from paper import text_of_pdf

MUNICIPALITY = "upplands-bro"
ATOM = "{http://www.w3.org/2005/Atom}"
FORMS = ("json", "html", "txt", "csv", "pdf")


@pytest.fixture(scope="module")
def week(daemon):
    """1996-W10 with four incidents in Bro."""
    for day in range(4, 8):
        put_report(daemon, MUNICIPALITY, f"1996-03-0{day}")
        put_incident(daemon, MUNICIPALITY, f"1996-03-0{day} 21:30", areas=["bro"], place="Stationen i test",
                     text="Ruta <b>krossad</b> & borta")
    daemon.coordinator = daemon.make_token("coordinator", MUNICIPALITY, organisation='Trygghet & "säkerhet" <norr>')
    return daemon


def get(daemon, path, status=200, token=None, **arguments):
    answer = daemon.call("GET", f"/v1/lagesbilder/{path}", token or daemon.coordinator, **arguments)
    assert answer.status_code == status, answer.text
    return answer


def publish(daemon, path, status=201, token=None, **arguments):
    answer = daemon.call("POST", f"/v1/lagesbilder/{path}/publish", token or daemon.coordinator, **arguments)
    assert answer.status_code == status, answer.text
    return answer


def all_bytes(daemon, path, version):
    return {form: get(daemon, f"{path}.{form}?version={version}").content for form in FORMS}


def test_what_is_published_never_changes(week):
    draft = get(week, "bro/1996-W10").json()
    assert draft["published"] is None
    answer = publish(week, "bro/1996-W10")
    first = answer.json()
    assert set(first) == {"version", "published_at", "sha256"} and first["version"] == 1
    assert week.call("GET", answer.headers["Location"], week.coordinator).status_code == 200

    frozen = all_bytes(week, "bro/1996-W10", 1)
    assert hashlib.sha256(frozen["json"]).hexdigest() == first["sha256"]
    document = get(week, "bro/1996-W10?version=1").json()
    assert document["status"] == "published" and document["version"] == 1
    assert document["published"] == {"version": 1, "at": first["published_at"], "by": 'Trygghet & "säkerhet" <norr>'}
    assert document["total"] == draft["total"] and document["changes"] == []
    assert "Utgiven av Trygghet &amp; &quot;säkerhet&quot; &lt;norr&gt;" in frozen["html"].decode()

    put_incident(week, MUNICIPALITY, "1996-03-05 03:00", areas=["bro"], category="brand")
    week.call("PATCH", "/v1/lagesbilder/bro/1996-W10", week.coordinator, json={"summary": "Nya ord."})
    now = get(week, "bro/1996-W10").json()
    assert now["status"] == "draft" and now["total"]["count"] == 5 and now["published"]["version"] == 1
    assert "Senast utgiven den" in get(week, "bro/1996-W10.txt").text
    assert all_bytes(week, "bro/1996-W10", 1) == frozen, "the draft follows the data, the version does not"

    second = publish(week, "bro/1996-W10", json={}).json()
    assert second["version"] == 2 and second["sha256"] != first["sha256"]
    assert all_bytes(week, "bro/1996-W10", 1) == frozen
    changes = get(week, "bro/1996-W10?version=2").json()["changes"]
    assert changes == ["Antal händelser: 5 i stället för 4.", "Brand: 1 i stället för 0.", "1 händelse har tillkommit.",
                       "Uppgifterna om vem som har rapporterat är ändrade.", "Inledningen är ändrad."]
    for form in ("html", "txt", "pdf"):
        answer = get(week, f"bro/1996-W10.{form}?version=2")
        text = text_of_pdf(answer.content) if form == "pdf" else answer.text
        assert "Ändrat sedan version 1" in text and "Brand: 1 i stället för 0." in text

    versions = get(week, "bro/1996-W10/versions").json()["items"]
    assert [(v["version"], v["sha256"]) for v in versions] == [(2, second["sha256"]), (1, first["sha256"])]
    stored = {d["format"]: d["sha256"] for d in versions[1]["documents"] if d["audience"] == "group"}
    assert {form: hashlib.sha256(frozen[form]).hexdigest() for form in FORMS}.items() <= stored.items()
    who = week.sql("SELECT count(*) FROM lagesbild.lagesbild_version v JOIN lagesbild.token t ON t.token = v.published_by"
                   " WHERE v.period = '1996-W10'")
    assert who == [(2,)]


def test_nothing_new_makes_no_version(week):
    first = publish(week, "bro/1996-W11")
    again = publish(week, "bro/1996-W11", 200)
    assert again.json() == first.json() and again.headers["Location"] == first.headers["Location"]
    assert len(get(week, "bro/1996-W11/versions").json()["items"]) == 1
    week.call("PATCH", "/v1/lagesbilder/bro/1996-W11", week.coordinator, json={"worries": []})
    assert publish(week, "bro/1996-W11").json()["version"] == 2, "somebody has looked at it again"
    assert get(week, "bro/1996-W11?version=2").json()["changes"] == ["Inget av detta skiljer sig från den förra versionen."]


def test_a_key_publishes_once(week):
    key = {"Idempotency-Key": "mote 1996-W13"}
    first = publish(week, "bro/1996-W13", headers=key)
    put_incident(week, MUNICIPALITY, "1996-03-26 03:00", areas=["bro"])
    again = publish(week, "bro/1996-W13", 200, headers=key)
    assert again.json() == first.json() and again.headers["Location"] == first.headers["Location"]
    assert len(get(week, "bro/1996-W13/versions").json()["items"]) == 1, "though there is something new"
    other = publish(week, "bro/1996-W14", 422, headers=key)
    assert "Idempotency-Key" in other.json()["detail"]
    publish(week, "brunna/1996-W13", 422, headers=key)
    assert publish(week, "bro/1996-W13", headers={"Idempotency-Key": "m2"}).json()["version"] == 2
    assert publish(week, "bro/1996-W13", 200, headers=key).json() == first.json()
    stranger = week.make_token("coordinator", "stockholm")
    publish(week, "hasselby-vallingby/1996-W13", 201, stranger, headers=key)
    for bad in ("", "x" * 256):
        publish(week, "bro/1996-W13", 400, headers={"Idempotency-Key": bad})


def test_a_key_that_comes_many_times_at_once_publishes_once(week):
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: week.call("POST", "/v1/lagesbilder/brunna/1996-W15/publish", week.coordinator,
                                                       headers={"Idempotency-Key": "samtidigt"}), range(8)))
    assert sorted(a.status_code for a in answers) == [200] * 7 + [201]
    assert {a.json()["version"] for a in answers} == {1} and len({a.json()["sha256"] for a in answers}) == 1
    assert len(get(week, "brunna/1996-W15/versions").json()["items"]) == 1


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)


def test_what_is_published_stays_when_the_area_goes(week):
    area = "forsvinner"
    assert week.call("PUT", f"/v1/areas/{area}", week.coordinator, json={"name": "Försvinner & <snart>"}).status_code == 201
    until(lambda: week.call("GET", f"/v1/lagesbilder/{area}/1996-W10", week.coordinator).status_code == 200)
    first = publish(week, f"{area}/1996-W10").json()
    frozen = all_bytes(week, f"{area}/1996-W10", 1)
    feed = get(week, f"{area}/atom.xml").content
    assert week.call("DELETE", f"/v1/areas/{area}", week.coordinator).status_code == 204
    until(lambda: week.call("GET", f"/v1/lagesbilder/{area}/1996-W10", week.coordinator).status_code == 404)

    assert all_bytes(week, f"{area}/1996-W10", 1) == frozen
    assert get(week, f"{area}/1996-W10.pdf?version=1").content.startswith(b"%PDF")
    get(week, f"{area}/1996-W10?version=1&audience=public")
    assert [v["sha256"] for v in get(week, f"{area}/1996-W10/versions").json()["items"]] == [first["sha256"]]
    assert get(week, f"{area}/atom.xml").content == feed and "Försvinner &amp; &lt;snart&gt;".encode() in feed
    everything = week.call("GET", "/v1/lagesbilder?limit=1000", week.coordinator).json()["items"]
    listed = [item for item in everything if item["area"] == area]
    assert [(i["area_name"], i["status"], i["version"]) for i in listed] == [("Försvinner & <snart>", "published", 1)]

    page = week.call("GET", "/", week.coordinator).text
    link = re.search(f'href="(/v1/lagesbilder/{area}/[^"]+)"', page).group(1).replace("&amp;", "&")
    assert "Senast utgivna" in page and week.call("GET", link, week.coordinator).content == frozen["html"]
    bound = week.make_token("group", MUNICIPALITY, areas=[area])
    assert week.call("GET", "/", bound).text.count("version=1") == 1
    assert get(week, f"{area}/1996-W10?version=1", token=bound).content == frozen["json"]
    for token, path, status in (
            (week.make_token("group", MUNICIPALITY, areas=["bro"]), f"{area}/1996-W10?version=1", 404),
            (week.make_token("analyst", "stockholm"), f"{area}/1996-W10?version=1", 404),
            (week.make_token("analyst", "stockholm"), f"{area}/1996-W10?version=1&municipality={MUNICIPALITY}", 403),
            (week.admin_token, f"{area}/1996-W10?version=1", 404),  # which municipality's?
            (week.admin_token, f"{area}/1996-W10?version=1&municipality={MUNICIPALITY}", 200),
            (None, f"{area}/1996-W10?version=2", 404), (None, f"{area}/1996-W11/versions", 404),
            (None, "aldrig-funnits/atom.xml", 404), (None, f"{area}%201996-W10/1996-W10?version=1", 404)):
        get(week, path, status, token)
    publish(week, f"{area}/1996-W10", 404)


def test_a_version_is_cached_by_its_hash(week):
    publish(week, "bro/1996-W12")
    for form in FORMS:
        answer = get(week, f"bro/1996-W12.{form}?version=1")
        assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
        assert "immutable" in answer.headers["Cache-Control"] and "private" in answer.headers["Cache-Control"]
        again = get(week, f"bro/1996-W12.{form}?version=1", 304, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.content == b""
    assert get(week, "bro/1996-W12?version=1", headers={"Accept": "text/html"}).headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in get(week, "bro/1996-W12.html?version=1").headers["Content-Security-Policy"]


def test_the_bytes_outlive_new_data_a_new_reading_and_the_daemon(own_daemon):
    """What is served is what was hashed, in every form and for both audiences, whatever comes after."""
    daemon = own_daemon()
    daemon.coordinator = daemon.make_token("coordinator", MUNICIPALITY)
    report = "Kl 10.00 brand i bil, Bro centrum.\n\nKl 21.30 skadegörelse på Kvistaskolan i Bro."
    answer = daemon.call("POST", "/v1/reports?date=2026-03-10", daemon.coordinator, data=report.encode(),
                         headers={"Content-Type": "text/plain"})
    assert answer.status_code == 201
    publish(daemon, "bro/2026-W11")

    def served():
        versions = get(daemon, "bro/2026-W11/versions").json()["items"]
        document = {(d["audience"], d["format"]): d["sha256"] for d in versions[-1]["documents"]}
        got = {}
        for audience, form in document:
            name = "csv?dialect=excel-sv&" if form == "excel-sv" else f"{form}?"
            got[audience, form] = get(daemon, f"bro/2026-W11.{name}audience={audience}&version=1").content
        assert {key: hashlib.sha256(content).hexdigest() for key, content in got.items()} == document
        assert document["group", "json"] == versions[-1]["sha256"]
        return got

    before = served()
    assert {(a, f) for a in ("group", "public") for f in FORMS} <= set(before)
    changed = daemon.call("PUT", f"/v1/reports/{answer.json()['id']}", daemon.coordinator,
                          data=(report + "\n\nKl 23.10 misshandel vid Bro station.").encode(),
                          headers={"Content-Type": "text/plain"})
    assert changed.status_code == 200, changed.text
    incident = answer.json()["incidents"][0]["id"]
    daemon.call("PATCH", f"/v1/incidents/{incident}", daemon.coordinator,
                json={"category": "skadegorelse", "learn": {"cue": {"phrase": "brand i bil", "category": "skadegorelse"}}})
    assert daemon.call("POST", "/v1/retag", daemon.coordinator, json={"from": "2026-03-10", "to": "2026-03-10", "dry_run": False}).status_code == 200
    assert get(daemon, "bro/2026-W11").json()["total"]["count"] == 3
    assert served() == before
    assert daemon.stop() == 0
    daemon.start()
    assert served() == before
    assert publish(daemon, "bro/2026-W11").json()["version"] == 2
    assert served() == before


def test_publishers_at_once_each_get_a_version_or_are_told(week):
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: week.call("POST", "/v1/lagesbilder/brunna/1996-W10/publish", week.coordinator),
                                   range(8)))
    stored = [a for a in answers if a.status_code == 201]
    assert {a.status_code for a in answers} <= {200, 201, 409} and stored
    assert sorted(a.json()["version"] for a in stored) == list(range(1, len(stored) + 1))
    for answer in stored:
        bytes_ = get(week, f"brunna/1996-W10?version={answer.json()['version']}").content
        assert hashlib.sha256(bytes_).hexdigest() == answer.json()["sha256"]


def test_the_database_refuses_to_change_it(week):
    publish(week, "kungsangen/1996-W10")
    for statement in ("UPDATE lagesbild.lagesbild_document SET format = 'x'", "DELETE FROM lagesbild.lagesbild_document",
                      "UPDATE lagesbild.lagesbild_version SET actor = 'x'", "TRUNCATE lagesbild.lagesbild_version CASCADE"):
        with pytest.raises(psycopg2.errors.RestrictViolation):
            week.sql(statement)
    for table in ("lagesbild_version", "lagesbild_document", "lagesbild_edit"):
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            assert week.sql("SELECT has_table_privilege('lagesbild_app', %s, %s)", (f"lagesbild.{table}", right)) == [(False,)]


def test_who_may(week):
    publish(week, "bro/1996-W20")
    for role in ("police", "reporter", "group", "analyst"):
        publish(week, "bro/1996-W20", 403, week.make_token(role, MUNICIPALITY))
    publish(week, "bro/1996-W20", 403, week.make_token("coordinator", "stockholm"))
    publish(week, "bro/1996-W21", 201, week.admin_token)
    group = week.make_token("group", MUNICIPALITY, areas=["bro"])
    for token in (group, week.make_token("analyst", MUNICIPALITY)):
        for path in ("bro/1996-W20?version=1", "bro/1996-W20/versions", "bro/atom.xml"):
            get(week, path, token=token)
    for path in ("brunna/1996-W10?version=1", "brunna/1996-W10/versions", "brunna/atom.xml"):
        get(week, path, 403, group)
        assert week.call("GET", f"/v1/lagesbilder/{path}").status_code == 401


@pytest.mark.parametrize("path, status", [
    ("bro/1996-W20?version=99", 404), ("bro/1996-W20?version=0", 400), ("bro/1996-W20?version=ett", 400),
    ("bro/1996-W20?version=1&version=2", 400), ("bro/1996-W40/versions?colour=red", 400), ("bro/nyss/versions", 400),
    ("ingenstans/atom.xml", 404), ("bro/atom.xml?version=1", 400),
])
def test_what_cannot_be_had(week, path, status):
    get(week, path, status)


def test_publishing_takes_nothing_else(week):
    publish(week, "bro/1996-W22", 400, json={"version": 7})
    publish(week, "bro/1996-W22", 415, data="nu", headers={"Content-Type": "text/plain"})
    publish(week, "bro/1996-W99", 400)
    assert get(week, "bro/1996-W22/versions").json() == {"items": []}


def test_the_feed(week):
    path = "hasselby-torg/atom.xml"
    token = week.make_token("coordinator", "stockholm", organisation='A & "B" <C>')
    empty = get(week, path, token=token)
    assert empty.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert xml.etree.ElementTree.fromstring(empty.content).findall(ATOM + "entry") == []
    for period in ("1996-W10", "1996-W10..1996-W11", "1996-W10"):
        week.call("PATCH", f"/v1/lagesbilder/hasselby-torg/{period}", token, json={"worries": ["Oro."]})
        publish(week, f"hasselby-torg/{period}", token=token)
    answer = get(week, path, token=token)
    feed = xml.etree.ElementTree.fromstring(answer.content)
    assert feed.tag == ATOM + "feed" and feed.find(ATOM + "id").text.startswith("urn:uuid:")
    entries = feed.findall(ATOM + "entry")
    assert [e.find(ATOM + "title").text for e in entries] == [
        "Lägesbild Hässelby torg, v. 10 1996 (4–10 mars 1996), rättad version 2",
        "Lägesbild Hässelby torg, v. 10–11 1996 (4–17 mars 1996)", "Lägesbild Hässelby torg, v. 10 1996 (4–10 mars 1996)"]
    assert len({e.find(ATOM + "id").text for e in entries}) == 3
    assert feed.find(ATOM + "updated").text == entries[0].find(ATOM + "updated").text
    assert entries[0].find(f"{ATOM}author/{ATOM}name").text == 'A & "B" <C>'
    for entry in entries:
        for link in entry.findall(ATOM + "link"):
            got = week.call("GET", "/v1/lagesbilder/hasselby-torg/" + link.get("href"), token)
            assert got.status_code == 200 and got.headers["Content-Type"].startswith(link.get("type"))
    assert get(week, path, 304, token, headers={"If-None-Match": answer.headers["ETag"]}).content == b""
    assert answer.headers["ETag"] != empty.headers["ETag"]


def test_a_client_that_sends_no_length_has_no_body(week):
    """As curl -X POST does."""
    with week.connect() as raw:
        raw.send(f"POST /v1/lagesbilder/bro/1996-W30/publish HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {week.coordinator}"
                 "\r\n\r\n".encode())
        assert raw.answer().status == 201
        raw.send(f"GET /v1/lagesbilder/bro/1996-W30/versions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {week.coordinator}"
                 "\r\n\r\n".encode())
        assert raw.answer().status == 200
