"""Stored texts read again with today's knowledge: shown first, applied when asked, people's decisions left alone."""

import datetime
import json

import pytest
from incidents import put_incident
from test_cli import DONE, USAGE, Cli

MUNICIPALITY = "upplands-bro"
REPORT = "kl 22.10 Bråk på {street}.\nTvå män slogs på {street} och sprang från platsen.\n"


@pytest.fixture(scope="module")
def coordinator(daemon):
    return daemon.make_token("coordinator", MUNICIPALITY)


def day_after(day):
    """The date of the report that tells of a night."""
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()


def report(daemon, token, street, day):
    answer = daemon.call("POST", f"/v1/reports?date={day_after(day)}&municipality={MUNICIPALITY}&source=polis", token,
                         data=REPORT.format(street=street).encode(), headers={"Content-Type": "text/plain; charset=utf-8"})
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["incidents"]) == 1 and answer.json()["incidents"][0]["occurred_at"].startswith(day)
    return answer.json()["incidents"][0]


def observe(daemon, token, text, day, **more):
    answer = daemon.call("POST", "/v1/observations", token,
                         json={"text": text, "observed_at": f"{day}T12:00:00+02:00", **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def correct(daemon, token, incident, **fields):
    answer = daemon.call("PATCH", f"/v1/incidents/{incident}", token, json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def teach(daemon, token, street, day, area="brunna"):
    """Teaches a street by a correction of an incident that nobody else asks for."""
    other = observe(daemon, token, f"Klotter på {street}", day)
    correct(daemon, token, other["id"], areas=[area], learn={"place": {"name": street, "area": area, "kind": "street"}})


def retag(daemon, token, day, status=200, **question):
    answer = daemon.call("POST", "/v1/retag", token, json={"from": day, "to": day, **question})
    assert answer.status_code == status, answer.text
    if status != 200:
        return answer.json()
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert list(lines[-1]) == ["summary"] and not any("summary" in line for line in lines[:-1])
    return lines[:-1], lines[-1]["summary"]


def fields(lines, incident):
    return {line["field"]: (line["before"], line["after"]) for line in lines if line.get("incident") == incident}


def stored(daemon, token, incident):
    answer = daemon.call("GET", f"/v1/incidents/{incident}", token)
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(incident):
    return [area["code"] for area in incident["areas"]]


def test_a_taught_street_finds_the_incidents_from_before(daemon, coordinator):
    day = "2007-05-05"
    old = report(daemon, coordinator, "Vildsvinsvägen", day)
    confirmed = report(daemon, coordinator, "Vildsvinsvägen i kvarteret", day)
    seen = observe(daemon, coordinator, "Stökigt på Vildsvinsvägen", day)
    decided = observe(daemon, coordinator, "Skrik på Vildsvinsvägen", day)
    assert codes(old) in ([], [MUNICIPALITY]) and codes(seen) == [MUNICIPALITY]
    correct(daemon, coordinator, confirmed["id"], status="confirmed")
    correct(daemon, coordinator, decided["id"], areas=["bro"], status="tagged")
    teach(daemon, coordinator, "Vildsvinsvägen", "2007-05-20")

    lines, summary = retag(daemon, coordinator, day)
    assert summary["dry_run"] is True and summary["changed"] == 2
    assert fields(lines, old["id"])["areas"] == (codes(old), ["brunna"])
    assert fields(lines, seen["id"])["areas"] == ([MUNICIPALITY], ["brunna"])
    assert not fields(lines, confirmed["id"]) and "areas" not in fields(lines, decided["id"])
    assert codes(stored(daemon, coordinator, old["id"])) == codes(old), "a dry run has changed something"

    applied, summary = retag(daemon, coordinator, day, dry_run=False)
    assert applied == lines and summary["dry_run"] is False
    now = stored(daemon, coordinator, old["id"])
    assert codes(now) == ["brunna"]
    assert [(row["actor"], row["before"], row["after"]) for row in now["history"] if row["field"] == "areas"] == [
        ("retag", codes(old), ["brunna"])]
    assert now["decided"] == []
    assert codes(stored(daemon, coordinator, confirmed["id"])) == codes(confirmed)
    assert codes(stored(daemon, coordinator, decided["id"])) == ["bro"]
    assert "brunna" in [item for row in daemon.call("GET", f"/v1/incidents?area=brunna&from={day}&to={day}", coordinator)
                        .json()["items"] for item in codes(row)]

    again, summary = retag(daemon, coordinator, day, dry_run=False)
    assert again == [] and summary["changed"] == 0 and summary["read"] >= 2


def test_a_taught_cue_changes_the_category_but_not_the_senders(daemon, coordinator):
    day = "2007-06-06"
    text = "Några snurrvispade bakom lekplatsen"
    seen = observe(daemon, coordinator, text, day)
    said = observe(daemon, coordinator, text + " igen", day, category="brand")
    other = observe(daemon, coordinator, "Några snurrvispade i parken", "2007-06-20")
    correct(daemon, coordinator, other["id"], category="narkotika",
            learn={"cue": {"phrase": "snurrvispa*", "category": "narkotika"}})
    lines, _ = retag(daemon, coordinator, day, dry_run=False)
    assert fields(lines, seen["id"])["category"] == (seen["category"]["code"], "narkotika")
    assert not fields(lines, said["id"])
    now = stored(daemon, coordinator, seen["id"])
    assert (now["category"]["code"], now["category"]["rule"]) == ("narkotika", "learned")
    assert now["status"] == "tagged" or "category" not in now["review"]


def test_a_place_the_sender_named_is_read_again(daemon, coordinator):
    day = "2007-07-07"
    seen = observe(daemon, coordinator, "Bråk mellan ungdomar", day, place="Lodjursgränd 4")
    teach(daemon, coordinator, "Lodjursgränd", "2007-07-20")
    lines, _ = retag(daemon, coordinator, day, dry_run=False)
    assert fields(lines, seen["id"])["areas"][1] == ["brunna"]
    assert stored(daemon, coordinator, seen["id"])["place"] == "Lodjursgränd 4"


def test_a_notice_of_the_feed_keeps_its_kind_and_gets_its_street(daemon, coordinator):
    day = "2007-08-08"
    notice = {"id": 970001, "datetime": "2007-08-09 08:12:05 +02:00", "name": "08 augusti 23.40, Skottlossning, Upplands-Bro",
              "summary": "Smällar hörda på Järvstigen.", "url": "/aktuellt/1/", "type": "Skottlossning",
              "location": {"name": "Upplands-Bro", "gps": "59.524,17.627"}}
    answer = daemon.call("POST", "/v1/import/polisen", daemon.admin_token, json=[notice])
    assert answer.status_code == 200, answer.text
    listed = daemon.call("GET", f"/v1/incidents?from={day}&to={day}", coordinator).json()["items"]
    assert len(listed) == 1 and codes(listed[0]) == [MUNICIPALITY]
    assert retag(daemon, coordinator, day) == ([], {"read": 1, "changed": 0, "dry_run": True})
    teach(daemon, coordinator, "Järvstigen", "2007-08-20")
    lines, _ = retag(daemon, coordinator, day, dry_run=False)
    assert fields(lines, listed[0]["id"])["areas"] == ([MUNICIPALITY], ["brunna"])
    now = stored(daemon, coordinator, listed[0]["id"])
    assert now["category"] == listed[0]["category"] and now["title"] == listed[0]["title"]


def test_personal_data_that_was_found_is_not_forgotten(daemon, coordinator):
    day = "2007-09-09"
    seen = observe(daemon, coordinator, "Ring 070-123 45 67 om bråket på Hermelinvägen", day)
    assert "pii" in seen["review"]
    teach(daemon, coordinator, "Hermelinvägen", "2007-09-20")
    retag(daemon, coordinator, day, dry_run=False)
    now = stored(daemon, coordinator, seen["id"])
    assert codes(now) == ["brunna"] and "pii" in now["review"] and now["status"] == "review"


def test_many_pages_of_reports_lying_across_each_other(daemon, coordinator):
    """Two reports of the same night, whose incidents come in turns, and more incidents than a page."""
    day = "2007-10-10"
    text = "\n\n".join(f"kl {hour:02d}.{{minute}} Bråk på Bäversvängen, nummer {hour}." for hour in range(10, 20))
    for minute in ("05", "35"):
        answer = daemon.call("POST", f"/v1/reports?date={day_after(day)}&municipality={MUNICIPALITY}&source=polis", coordinator,
                             data=text.replace("{minute}", minute).encode(), headers={"Content-Type": "text/plain; charset=utf-8"})
        assert answer.status_code == 201 and len(answer.json()["incidents"]) == 10, answer.text
    for n in range(230):
        put_incident(daemon, MUNICIPALITY, f"2007-10-10 {n % 24:02d}:{n % 60:02d}", areas=["bro"],
                     text="Bråk på Bäversvängen" if n % 5 == 0 else "Ett samtal om väder i Bro")
    teach(daemon, coordinator, "Bäversvängen", "2007-10-20")
    lines, summary = retag(daemon, coordinator, day)
    assert summary["read"] == 250
    moved = {line["incident"] for line in lines if line["field"] == "areas" and line["after"] == ["brunna"]}
    assert len(moved) == 20 + 46
    retag(daemon, coordinator, day, dry_run=False)
    assert len(daemon.call("GET", f"/v1/incidents?area=brunna&from={day}&to={day}&limit=1000", coordinator).json()["items"]) == 66
    assert not [line for line in retag(daemon, coordinator, day)[0] if line["field"] == "areas"]


def test_it_holds_over_a_restart(own_daemon):
    daemon = own_daemon()
    token = daemon.make_token("coordinator", MUNICIPALITY)
    day = "2007-05-05"
    old = report(daemon, token, "Grävlingsgränd", day)
    teach(daemon, token, "Grävlingsgränd", "2007-05-20")
    daemon.stop()
    daemon.start()
    assert fields(retag(daemon, token, day)[0], old["id"])["areas"][1] == ["brunna"]
    retag(daemon, token, day, dry_run=False)
    daemon.stop()
    daemon.start()
    assert codes(stored(daemon, token, old["id"])) == ["brunna"]
    assert codes(report(daemon, token, "Grävlingsgränd", "2007-05-06")) == ["brunna"]
    assert retag(daemon, token, day)[0] == []


def test_only_the_askers_municipality_and_areas(daemon, coordinator):
    other = daemon.make_token("coordinator", "stockholm")
    assert retag(daemon, other, "2007-05-05")[1]["read"] == 0
    assert retag(daemon, coordinator, "2007-05-05", area="kungsangen")[1]["read"] == 0
    retag(daemon, other, "2007-05-05", 403, municipality=MUNICIPALITY)
    retag(daemon, coordinator, "2007-05-05", 404, area="ingenstans")
    assert retag(daemon, daemon.admin_token, "2007-05-05")[1]["read"] >= 2


@pytest.mark.parametrize("question, pointer", [
    ({"dry_run": "nej"}, "/dry_run"), ({"from": "igår"}, "/from"), ({"to": 7}, "/to"), ({"from": "2007-05-06"}, "/to"), ({"apply": True}, "/apply"),
])
def test_what_cannot_be_asked(daemon, coordinator, question, pointer):
    problem = retag(daemon, coordinator, "2007-05-05", 400, **question)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize("role", ["police", "reporter", "group", "analyst"])
def test_others_may_not(daemon, role):
    retag(daemon, daemon.make_token(role, MUNICIPALITY), "2007-05-05", 403)


def test_the_command_line_shows_first_and_applies_when_asked(daemon, coordinator, tmp_path):
    day = "2007-11-11"
    cli = Cli(tmp_path, daemon.url)
    cli.environment["LAGESBILD_TOKEN"] = coordinator
    old = report(daemon, coordinator, "Mårdstigen", day)
    other = observe(daemon, coordinator, "Klotter på Mårdstigen", "2007-11-20")
    assert cli("correct", other["id"], "--learn-place", "Mårdstigen").returncode == USAGE
    taught = cli("correct", other["id"], "--area", "brunna", "--learn-place", "Mårdstigen")
    assert taught.returncode == DONE, taught.err
    phrase = cli("correct", other["id"], "--category", "skadegorelse", "--learn-phrase", "mårdklotter*")
    assert phrase.returncode == DONE, phrase.err
    shown = cli("retag", "--from", day, "--to", day)
    assert shown.returncode == DONE, shown.err
    assert old["id"] in shown.out and "brunna" in shown.out and "--apply" in shown.err
    assert codes(stored(daemon, coordinator, old["id"])) == codes(old)
    lines = cli("retag", "--from", day, "--to", day, "--apply", "--format", "ndjson")
    assert lines.returncode == DONE and json.loads(lines.out.splitlines()[-1])["summary"]["changed"] == 1
    assert codes(stored(daemon, coordinator, old["id"])) == ["brunna"]
    nothing = cli("retag", "--from", day, "--to", day)
    assert nothing.returncode == DONE and nothing.out == ""
