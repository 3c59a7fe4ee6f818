"""PATCH /v1/lagesbilder/{area}/{period}: the coordinator's own parts, and the decisions followed up the next time."""

import concurrent.futures

import pytest
from incidents import put_incident, put_report

MUNICIPALITY = "upplands-bro"
DECISION = {"measure": "Laga belysningen", "owner": "Tekniska kontoret", "place": "Tunneln i test",
            "start": "1998-03-02", "check": "1998-03-13"}


@pytest.fixture(scope="module")
def weeks(daemon):
    """1998-W10 with three incidents at the place of the decision, W11 with one."""
    for day in ("1998-03-02", "1998-03-09", "1998-03-16"):
        put_report(daemon, MUNICIPALITY, day)
    for n in range(3):
        put_incident(daemon, MUNICIPALITY, f"1998-03-0{3 + n} 12:00", areas=["bro"], place="Tunneln i test")
    put_incident(daemon, MUNICIPALITY, "1998-03-10 12:00", areas=["bro"], place="tunneln i test")
    daemon.coordinator = daemon.make_token("coordinator", MUNICIPALITY, organisation="Trygghetsenheten")
    return daemon


def edit(daemon, area, period, json, status=200, token=None, **arguments):
    answer = daemon.call("PATCH", f"/v1/lagesbilder/{area}/{period}", token or daemon.coordinator, json=json, **arguments)
    assert answer.status_code == status, answer.text
    return answer


def show(daemon, area, period, **arguments):
    answer = daemon.call("GET", f"/v1/lagesbilder/{area}/{period}", daemon.coordinator, **arguments)
    assert answer.status_code == 200, answer.text
    return answer


def test_the_parts_are_in_every_form(weeks):
    before = show(weeks, "bro", "1998-W10").json()
    assert before["edited"] is None and before["summary_by"] == "service"
    answer = edit(weeks, "bro", "1998-W10", {
        "summary": "Det har varit lugnt & stilla.", "worries": ["Valborg <närmar> sig"], "causes": "Trasigt ljus",
        "decisions": [DECISION]}).json()
    assert answer["summary"] == "Det har varit lugnt & stilla." and answer["summary_by"] == "coordinator"
    assert answer["edited"]["revision"] == 1 and answer["edited"]["by"] == "Trygghetsenheten"
    assert answer["decisions"] == [{**DECISION, "status": None, "effect": None}]
    assert show(weeks, "bro", "1998-W10").json()["worries"] == ["Valborg <närmar> sig"]
    text, html = show(weeks, "bro", "1998-W10.txt").text, show(weeks, "bro", "1998-W10.html").text
    for words in ("Det har varit lugnt", "Trasigt ljus", "Laga belysningen", "Tekniska kontoret"):
        assert words in text and words in html
    assert "Valborg &lt;närmar&gt; sig" in html
    rows = show(weeks, "bro", "1998-W10.csv").text
    assert "Laga belysningen – Plats: Tunneln i test. Start: 2 mars 1998. Stäms av: 13 mars 1998." in rows
    assert "Trasigt ljus" in rows

    again = edit(weeks, "bro", "1998-W10", {"summary": None, "worries": []}).json()
    assert again["summary"] == before["summary"] and again["summary_by"] == "service"
    assert again["worries"] == [] and again["causes"] == ["Trasigt ljus"], "what is not given stays"
    kept = weeks.sql("SELECT revision, actor, edited_by IS NOT NULL, parts ->> 'summary' FROM lagesbild.lagesbild_edit"
                     " WHERE area = 'bro' AND period = '1998-W10' ORDER BY revision")
    assert kept == [(1, "Trygghetsenheten", True, "Det har varit lugnt & stilla."), (2, "Trygghetsenheten", True, None)]


def test_what_was_decided_is_followed_up_the_next_time(weeks):
    edit(weeks, "bro", "1998-W10", {"decisions": [
        DECISION, {"measure": "Senare", "owner": "Polisen", "check": "1998-03-16"}, {"measure": "Utan dag", "owner": "Skolan"}]})
    followup = show(weeks, "bro", "1998-W11").json()["followup"]
    assert [d["measure"] for d in followup] == ["Laga belysningen", "Utan dag"], "not what is to be checked after the week"
    assert followup[0]["effect"] == "1 händelse på platsen den här perioden, mot 3 i beslutets period."
    assert followup[1]["effect"] is None
    assert "Laga belysningen" in show(weeks, "bro", "1998-W11.txt").text
    assert len(show(weeks, "bro", "1998-W12").json()["followup"]) == 3
    longer = show(weeks, "bro", "1998-W10..1998-W11").json()["followup"]
    assert longer == [], "its own weeks are not before it"
    month = show(weeks, "bro", "1998-04").json()["followup"]
    assert month[0]["effect"] == "Ingen har rapporterat för den här perioden, så uppgifterna säger inget om platsen."
    put_report(weeks, MUNICIPALITY, "1998-05-02")
    month = show(weeks, "bro", "1998-05").json()["followup"]
    assert month[0]["effect"] == "0 händelser på platsen den här perioden.", "a month is not compared with a week"
    assert show(weeks, "brunna", "1998-W11").json()["followup"] == []
    edit(weeks, "bro", "1998-W10", {"decisions": [{**DECISION, "status": "klart"}]})
    assert show(weeks, "bro", "1998-W11").json()["followup"][0]["status"] == "klart"


@pytest.mark.parametrize("sent, pointer", [
    ({"summary": 1}, "/summary"), ({"colour": "red"}, "/colour"), ({}, ""), ({"worries": [None]}, "/worries/0"),
    ({"decisions": [{"measure": "a"}]}, "/decisions/0/owner"), ({"decisions": [{**DECISION, "check": "snart"}]}, "/decisions/0/check"),
])
def test_what_cannot_be_read_is_pointed_at(weeks, sent, pointer):
    problem = edit(weeks, "kungsangen", "1998-W10", sent, 400).json()
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_the_parts_need_json_and_strict_json(weeks):
    path = "/v1/lagesbilder/bro/1998-W10"
    kind = {"Content-Type": "application/json"}
    assert weeks.call("PATCH", path, weeks.coordinator, data="x", headers={"Content-Type": "text/plain"}).status_code == 415
    assert weeks.call("PATCH", path, weeks.coordinator, data='{"summary": "a", "summary": "b"}', headers=kind).status_code == 400
    assert weeks.call("PATCH", path + "?format=json", weeks.coordinator, json={"summary": "a"}).status_code == 400


def test_personal_data_is_masked(weeks):
    answer = edit(weeks, "kungsangen", "1998-W11", {"summary": "Ring 070-123 45 67 om det."}).json()
    assert answer["summary"] == "Ring [telefon] om det."


def test_who_may(weeks):
    for role in ("police", "group", "analyst", "reporter"):
        edit(weeks, "bro", "1998-W10", {"summary": "x"}, 403, weeks.make_token(role, MUNICIPALITY))
    edit(weeks, "bro", "1998-W10", {"summary": "x"}, 403, weeks.make_token("coordinator", "stockholm"))
    edit(weeks, "ingenstans", "1998-W10", {"summary": "x"}, 404)
    edit(weeks, "bro", "1998-W99", {"summary": "x"}, 400)
    edit(weeks, "bro", "1998-W13", {"summary": "Av admin"}, 200, weeks.admin_token)


def test_if_match(weeks):
    tag = show(weeks, "brunna", "1998-W10").headers["ETag"]
    put_incident(weeks, MUNICIPALITY, "1998-03-04 12:00", areas=["brunna"])
    after = show(weeks, "brunna", "1998-W10").headers["ETag"]
    assert after != tag
    first = edit(weeks, "brunna", "1998-W10", {"summary": "Ett"}, headers={"If-Match": tag})
    assert first.json()["summary"] == "Ett", "a new incident does not stop an edit"
    assert edit(weeks, "brunna", "1998-W10", {"summary": "Två"}, 412, headers={"If-Match": tag}).json()["status"] == 412
    edit(weeks, "brunna", "1998-W10", {"summary": "Två"}, 412, headers={"If-Match": '"nonsense"'})
    edit(weeks, "brunna", "1998-W10", {"summary": "Två"}, headers={"If-Match": f'"x", {first.headers["ETag"]}'})
    edit(weeks, "brunna", "1998-W10", {"summary": "Tre"}, headers={"If-Match": "*"})
    edit(weeks, "brunna", "1998-W10", {"summary": "Fyra"})
    assert show(weeks, "brunna", "1998-W10").json()["edited"]["revision"] == 4


def test_edits_at_once_are_all_kept(weeks):
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(
            lambda n: weeks.call("PATCH", "/v1/lagesbilder/kungsangen/1998-W20", weeks.coordinator,
                                 json={["summary", "worries", "causes"][n % 3]: f"Nummer {n}"}).status_code, range(12)))
    assert set(answers) <= {200, 409} and answers.count(200) >= 4
    stored = weeks.sql("SELECT count(*), max(revision) FROM lagesbild.lagesbild_edit WHERE period = '1998-W20'")
    assert stored == [(answers.count(200), answers.count(200))]
    parts = show(weeks, "kungsangen", "1998-W20").json()
    assert parts["summary_by"] == "coordinator" and len(parts["worries"]) == len(parts["causes"]) == 1


def test_a_draft_is_sent_once(weeks):
    for suffix in ("", ".html", ".txt", ".csv"):
        answer = show(weeks, "bro", "1998-W11" + suffix)
        tag = answer.headers["ETag"]
        assert tag.startswith('W/"') and "no-cache" in answer.headers["Cache-Control"]
        again = weeks.call("GET", "/v1/lagesbilder/bro/1998-W11" + suffix, weeks.coordinator,
                           headers={"If-None-Match": f'"other", {tag}'})
        assert again.status_code == 304 and again.content == b"" and again.headers["ETag"] == tag
    put_incident(weeks, MUNICIPALITY, "1998-03-11 12:00", areas=["bro"])
    new = weeks.call("GET", "/v1/lagesbilder/bro/1998-W11.csv", weeks.coordinator, headers={"If-None-Match": tag})
    assert new.status_code == 200 and new.headers["ETag"] != tag
