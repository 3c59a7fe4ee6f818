"""The Police's feed: made-up notices in its form, and the real ones where they are at hand."""

import gzip
import json
import os
import pathlib

import pytest

SHARED = pathlib.Path(os.environ.get("LAGESBILD_SHARED", pathlib.Path(__file__).resolve().parents[3] / "shared"))


def notice(id, name, type, place, summary="", body="", datetime="2026-03-14 08:05:01 +01:00"):
    return {"id": id, "datetime": datetime, "name": name, "summary": summary, "url": f"/aktuellt/{id}/", "type": type,
            "location": {"name": place, "gps": "59.5,17.7"}, "body": body}


DIGEST = notice(9001, "14 mars 07:50, Sammanfattning natt, Stockholms län", "Sammanfattning natt", "Stockholms län",
                "Ett urval av nattens händelser.",
                "23:30, Kungsängen, rån\nEn man rånas på sin telefon vid Kungsängens station i Upplands-Bro.\n"
                "01:10, Södertälje, misshandel\nTvå män slåss på en restaurang.")
NOTICES = [
    notice(9000, "31 december 23:50, Brand, Upplands-Bro", "Brand", "Upplands-bro", "Brand i en bil i Bro.",
           datetime="2026-01-01 0:20:10 +01:00"),
    DIGEST,
    notice(9002, "13 mars 22:00, Rån, Kristinehamn", "Rån", "Kristinehamn", "Rån i stadsdelen Bro."),
    notice(9003, "13 mars 22:00, Misshandel, Uppsala", "Misshandel", "Uppsala", "Bråk i Kungsängen."),
]


@pytest.fixture(scope="module")
def coordinator(daemon):
    return daemon.make_token("coordinator")


def send(daemon, token, notices, lines=False):
    if lines:
        body, kind = b"".join(json.dumps(n).encode() + b"\n" for n in notices), "application/x-ndjson"
    else:
        body, kind = json.dumps(notices, ensure_ascii=False).encode(), "application/json"
    return daemon.call("POST", "/v1/import/polisen", token, data=body, headers={"Content-Type": kind})


def stored(daemon, title):
    return daemon.sql("""SELECT i.municipality, i.occurred_at AT TIME ZONE 'Europe/Stockholm', i.category,
                                array(SELECT area FROM lagesbild.incident_area a WHERE a.municipality = i.municipality
                                         AND a.incident = i.incident ORDER BY area), i.published_at IS NOT NULL
                           FROM lagesbild.incident i WHERE source = 'polisen' AND title LIKE %s
                            AND withdrawn_revision IS NULL ORDER BY 2""", (title,))


def counts(answer):
    assert answer.status_code == 200, answer.text
    return {k: answer.json()[k] for k in ("received", "stored", "known", "updated")}


def test_notices_are_stored_where_they_happened_once(daemon, coordinator):
    assert counts(send(daemon, coordinator, NOTICES)) == {"received": 4, "stored": 4, "known": 0, "updated": 0}
    assert counts(send(daemon, coordinator, NOTICES, lines=True)) == {"received": 4, "stored": 0, "known": 4, "updated": 0}
    fire = stored(daemon, "31 december 23:50%")
    assert [(row[0], str(row[1]), row[2], row[3]) for row in fire] == \
        [("upplands-bro", "2025-12-31 23:50:00", "brand", ["bro"])], "the year is the one before publication"
    assert fire[0][4], "published and happened are kept apart"
    robbery = daemon.sql("SELECT municipality, category, occurred_at AT TIME ZONE 'Europe/Stockholm' FROM lagesbild.incident "
                         "WHERE text LIKE '%%vid Kungsängens station i Upplands-Bro%%' AND source = 'polisen'")
    assert [(m, c, str(t)) for m, c, t in robbery] == [("upplands-bro", "ran", "2026-03-13 23:30:00")]
    assert [row[0] for row in stored(daemon, "01:10, Södertälje%")] == ["stockholms-lan"]
    assert [(row[0], row[3]) for row in stored(daemon, "13 mars 22:00, Rån, Kristinehamn")] == \
        [("kristinehamn", ["kristinehamn"])], "the Bro of Kristinehamn is not ours"
    assert [(row[0], row[3]) for row in stored(daemon, "13 mars 22:00, Misshandel, Uppsala")] == [("uppsala", ["uppsala"])]


def test_an_edited_notice_is_a_revision(daemon, coordinator):
    first = notice(9100, "12 mars 20:00, Rån, Upplands-Bro", "Rån", "Upplands-bro", "Rån i Bro.", "En man rånas.")
    second = {**first, "body": "En man rånas. Uppdatering 21:00: en gripen."}
    assert counts(send(daemon, coordinator, [first]))["stored"] == 1
    before = daemon.sql("SELECT incident FROM lagesbild.incident WHERE title = %s", (first["name"],))
    assert counts(send(daemon, coordinator, [second]))["updated"] == 1
    assert counts(send(daemon, coordinator, [second]))["known"] == 1
    after = daemon.sql("SELECT incident, text LIKE '%%gripen%%', withdrawn_revision FROM lagesbild.incident WHERE title = %s",
                       (first["name"],))
    assert after == [(before[0][0], True, None)]


def test_what_is_no_notice_is_skipped_and_named(daemon, coordinator):
    answer = send(daemon, coordinator, [{"id": 1}, notice(9200, "1 mars 10:00, Rån, Bro", "Rån", "Upplands-bro", "x"),
                                        {**notice(9201, "a", "Rån", "Bro"), "datetime": "igår"}, 5])
    assert counts(answer) == {"received": 4, "stored": 1, "known": 0, "updated": 0}
    assert [(s["index"], s.get("id")) for s in answer.json()["skipped"]] == [(0, None), (2, None), (3, None)]
    assert "/datetime" in answer.json()["skipped"][1]["reason"]


@pytest.mark.parametrize("body", [b"[", b"[{]", b"[1,]", b"[] x"])
def test_a_broken_list_is_refused(daemon, coordinator, body):
    answer = daemon.call("POST", "/v1/import/polisen", coordinator, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "rad" in answer.json()["detail"] or "line" in answer.json()["detail"]


def test_an_empty_list_is_fine(daemon, coordinator):
    assert counts(send(daemon, coordinator, []))["received"] == 0


def test_the_same_notice_twice_in_one_list(daemon, coordinator):
    one = notice(9300, "1 mars 10:00, Rån, Bro", "Rån", "Upplands-bro", "x")
    assert counts(send(daemon, coordinator, [one, one])) == {"received": 2, "stored": 1, "known": 1, "updated": 0}


def test_all_real_notices_in_one_call(own_daemon):
    path = SHARED / "data" / "polisen-2023-2024.ndjson.gz"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    with gzip.open(path, "rt", encoding="utf8") as lines:
        notices = [json.loads(line) for line in lines]
    daemon = own_daemon()
    token = daemon.make_token("coordinator")
    assert counts(send(daemon, token, notices)) == {"received": 44654, "stored": 44654, "known": 0, "updated": 0}
    incidents = daemon.sql("SELECT count(*) FROM lagesbild.incident")
    assert counts(send(daemon, token, notices)) == {"received": 44654, "stored": 0, "known": 44654, "updated": 0}
    assert daemon.sql("SELECT count(*) FROM lagesbild.incident") == incidents
    assert incidents[0][0] > 50000, "digests give several incidents"
    shootings = daemon.sql("""SELECT k.key FROM lagesbild.incident_area a
                                JOIN lagesbild.incident i USING (municipality, incident)
                                JOIN lagesbild.report_key k ON k.municipality = i.municipality AND k.report = i.report
                               WHERE a.municipality = 'upplands-bro' AND a.area = 'kungsangen'
                                 AND i.occurred_at >= '2023-10-09 Europe/Stockholm' AND i.occurred_at < '2023-10-16 Europe/Stockholm'""")
    assert {"id:459986", "id:462067"} <= {row[0] for row in shootings}
