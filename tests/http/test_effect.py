"""GET /v1/effect: did it help? Over incidents that are known one by one (2010, in municipalities of their own)."""

import datetime
import math

import pytest
from incidents import put_incident, put_report

MUNICIPALITY = "stockholm"
AREA = "hasselby-torg"


@pytest.fixture(scope="module")
def counts(daemon):
    def put(times, first, **more):
        for n in range(times):
            day = datetime.date.fromisoformat(first) + datetime.timedelta(days=n % 28)
            put_incident(daemon, MUNICIPALITY, f"{day} 12:00", **{"areas": [AREA], **more})

    put_report(daemon, MUNICIPALITY, "2009-01-01")
    put_report(daemon, MUNICIPALITY, "2009-03-10")
    put_report(daemon, MUNICIPALITY, "2010-02-10")
    put_report(daemon, MUNICIPALITY, "2010-03-10")
    put(30, "2010-02-01", category="stold", place="Gröna garaget")
    put(9, "2010-03-01", category="stold", place="gröna Garaget")
    put(12, "2009-03-02", category="stold", place="Gröna garaget")
    put(5, "2010-03-01", category="stold", place="Gröna garaget", status="rejected")
    put(7, "2010-03-01", category="vald", place="Torget")
    put(20, "2010-02-01", category="stold", areas=["hasselby-vallingby"])
    put(18, "2010-03-01", category="stold", areas=["hasselby-vallingby"])
    put(4, "2010-02-01", category="trafikbrott", place="Torget")
    return daemon


def ask(daemon, query, status=200, token=None, **headers):
    answer = daemon.call("GET", f"/v1/effect?municipality={MUNICIPALITY}&" + query, token or daemon.admin_token, **headers)
    assert answer.status_code == status, answer.text
    return answer


def test_before_and_after(counts):
    effect = ask(counts, f"area={AREA}&category=stold&place=gröna garaget&date=2010-03-01&days=28").json()
    assert effect["before"] == {"from": "2010-02-01", "to": "2010-02-28", "count": 30}
    assert effect["after"] == {"from": "2010-03-01", "to": "2010-03-28", "count": 9}
    assert effect["year_ago"] == {"from": "2009-03-02", "to": "2009-03-29", "count": 12}
    assert effect["days"] == 28 and effect["complete"] is True
    assert effect["verdict"] == "fewer" and effect["comparison"] is None and effect["adjusted"] is None
    # scipy: beta.ppf(.025, 9, 31) and beta.ppf(.975, 10, 30) as odds; binom(39, .5) for p
    change = effect["change"]
    assert math.isclose(change["ratio"], 0.3)
    assert math.isclose(change["low"], 0.125286, rel_tol=1e-3) and math.isclose(change["high"], 0.648157, rel_tol=1e-3)
    assert math.isclose(change["p_value"], 0.0010650, rel_tol=1e-3)
    assert "mot 30 händelser under lika lång tid före" in effect["text"]
    assert "Samma tid ett år tidigare: 12 händelser." in effect["text"]


def test_against_a_comparison_area(counts):
    """A parent as the comparison holds the area too, with 20 + 30 and 18 + 9: what is left of it is compared with."""
    effect = ask(counts, f"area={AREA}&category=stold&date=2010-03-01&days=28&compare_area=hasselby-vallingby").json()
    assert effect["comparison"]["before"] == 20 and effect["comparison"]["after"] == 18
    assert effect["adjusted"]["low"] < effect["adjusted"]["ratio"] < effect["adjusted"]["high"]
    assert math.isclose(effect["adjusted"]["ratio"], (9 / 30) / (18 / 20))
    assert effect["verdict"] == "fewer" and "I resten av Hässelby-Vällingby gick antalet från 20 till 18" in effect["text"]


def test_a_place_against_the_rest_of_its_area(counts):
    effect = ask(counts, f"area={AREA}&place=Torget&date=2010-03-01&days=28&compare_area={AREA}").json()
    assert (effect["before"]["count"], effect["after"]["count"]) == (4, 7)
    assert (effect["comparison"]["before"], effect["comparison"]["after"]) == (30, 9)


def test_none_since_is_an_answer(counts):
    effect = ask(counts, f"area={AREA}&category=trafikbrott&date=2010-03-01&days=28").json()
    assert (effect["before"]["count"], effect["after"]["count"]) == (4, 0)
    assert effect["change"]["ratio"] == 0 and effect["change"]["high"] > 1 and effect["verdict"] == "unclear"
    assert "inga händelser av slaget" in effect["text"] and "Talen är små" in effect["text"]
    more = ask(counts, f"area={AREA}&category=vald&date=2010-03-01&days=28").json()
    assert more["change"]["ratio"] is None and more["change"]["high"] is None and more["verdict"] == "more"


def test_nobody_reported_is_not_none(counts):
    early = ask(counts, f"area={AREA}&category=stold&date=1995-03-01&days=28").json()
    assert early["after"]["count"] is None and early["change"] is None and early["verdict"] == "silent"
    assert "Ingen har rapporterat" in early["text"]


def test_what_has_not_passed_is_left_out(counts):
    day = counts.sql("SELECT (now() AT TIME ZONE 'Europe/Stockholm')::date - 3")[0][0]
    effect = ask(counts, f"area={AREA}&date={day}&days=90").json()
    assert effect["complete"] is False and effect["days"] in (3, 4), "four where midnight comes in between"
    assert "av 90 dagar har gått" in effect["text"]


def test_as_text(counts):
    answer = ask(counts, f"area={AREA}&category=stold&date=2010-03-01&days=28&format=txt")
    assert answer.headers["Content-Type"].startswith("text/plain") and answer.text.startswith("Under 28 dagar från 2010-03-01")
    ask(counts, f"area={AREA}&date=2010-03-01", 406, headers={"Accept": "image/png"})


@pytest.mark.parametrize("query, status", [
    ("date=2010-03-01", 400), (f"area={AREA}", 400), (f"area={AREA},bro&date=2010-03-01", 400), (f"area={AREA}&date=3 mars", 400),
    (f"area={AREA}&date=2010-03-01&days=0", 400), (f"area={AREA}&date=2010-03-01&days=365", 400), (f"area={AREA}&date=2099-01-01", 400),
    (f"area={AREA}&date=2010-03-01&category=finns-ej", 400), ("area=finns-ej&date=2010-03-01", 404),
    (f"area={AREA}&date=2010-03-01&compare_area={AREA}", 400),
    (f"area=hasselby-vallingby&date=2010-03-01&compare_area={AREA}", 400),
    (f"area={AREA}&date=2010-03-01&compare_area=finns-ej", 404), (f"area={AREA}&date=2010-03-01&fel=1", 400)])
def test_refusals(counts, query, status):
    assert ask(counts, query, status).json()["title"]


def test_a_group_sees_its_own_area_only(counts):
    token = counts.make_token("group", MUNICIPALITY, areas=[AREA])
    assert ask(counts, f"area={AREA}&date=2010-03-01", token=token).json()["area"]
    ask(counts, f"area={AREA}&date=2010-03-01&compare_area=hasselby-vallingby", 403, token=token)
