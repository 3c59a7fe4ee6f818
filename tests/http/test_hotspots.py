"""GET /v1/hotspots: ranked places, clusters, near-repeats and what is new (2011, known one by one)."""

import pytest
from incidents import put_incident, put_report

MUNICIPALITY = "stockholm"
AREA = "hasselby-torg"
METRE_NORTH = 1 / 111_320  # degrees of latitude


@pytest.fixture(scope="module")
def spots(daemon):
    def put(day, place, metres=None, category="stold", **more):
        position = (59.3600 + metres * METRE_NORTH, 17.8300) if metres is not None else None
        put_incident(daemon, MUNICIPALITY, f"{day} 12:00", areas=[AREA], place=place, position=position, category=category, **more)

    put_report(daemon, MUNICIPALITY, "2009-01-01")
    put_report(daemon, MUNICIPALITY, "2011-02-10")
    for n in range(5):  # a chain of 40 m between neighbours, in four days
        put(f"2011-03-0{n + 1}", "Torget", 40 * n)
    put("2011-03-20", "torget", 80)  # at the same spot, but more than fourteen days after
    for n in range(3):  # two kilometres away, where there were some before too
        put(f"2011-03-1{n}", "Stationen", 2000 + 10 * n, category="vald")
        put(f"2011-02-1{n}", "Stationen", 2000 + 10 * n, category="vald")
    put("2011-02-15", "Stationen", 2000)
    put("2011-03-09", "Skolan", 9000)
    put("2011-03-09", "Hässelby torg")
    put("2011-03-09", "Skolan", 9000, status="rejected")
    return daemon


def ask(daemon, query, status=200):
    answer = daemon.call("GET", f"/v1/hotspots?municipality={MUNICIPALITY}&" + query, daemon.admin_token)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_places_are_ranked_and_new_ones_told(spots):
    found = ask(spots, f"area={AREA}&from=2011-03-01&to=2011-03-28")
    assert found["previous"] == {"from": "2011-02-01", "to": "2011-02-28", "known": True}
    assert [(p["name"].lower(), p["count"], p["previous"], p["new"], p["top_category"]) for p in found["places"]] == [
        ("torget", 6, 0, True, "stold"), ("stationen", 3, 4, False, "vald"), ("skolan", 1, 0, True, "stold")]


def test_clusters_of_positions(spots):
    found = ask(spots, f"area={AREA}&from=2011-03-01&to=2011-03-28&distance=50")
    assert [(c["place"].lower(), c["count"], c["previous"], c["new"]) for c in found["clusters"]] == [
        ("torget", 6, 0, True), ("stationen", 3, 4, False)]
    assert found["clusters"][0]["radius_m"] in range(75, 86) and found["clusters"][0]["position"]["lat"] == pytest.approx(59.36072, abs=1e-4)
    assert (found["positions"], found["positions_of_places"], found["without_position"]) == (11, 1, 0)
    # Neighbours too far apart are none; with a kilometre more all but the school is one.
    assert len(ask(spots, f"area={AREA}&from=2011-03-01&to=2011-03-28&distance=30")["clusters"]) == 1
    assert [c["count"] for c in ask(spots, f"area={AREA}&from=2011-03-01&to=2011-03-28&distance=2000")["clusters"]] == [10]
    assert ask(spots, f"area={AREA}&from=2011-03-01&to=2011-03-28&distance=50&least=7")["clusters"] == []


def test_near_repeats(spots):
    found = ask(spots, f"area={AREA}&from=2011-03-01&to=2011-03-28&distance=50&days=14")["near_repeats"]
    # four pairs of neighbours in the chain, three at the station; 20 March is within 50 m of three, but too late
    assert found["pairs"] == 7 and found["incidents"] == 8
    later = ask(spots, f"area={AREA}&from=2011-03-01&to=2011-03-28&distance=50&days=28")["near_repeats"]
    assert later["pairs"] == 10 and later["incidents"] == 9
    assert later["expected"] == 10.0, "all pairs are within 28 days, so the pairs close in place are those expected"


def test_a_kind_alone(spots):
    found = ask(spots, f"area={AREA}&category=vald&from=2011-03-01&to=2011-03-28")
    assert [p["name"] for p in found["places"]] == ["Stationen"] and len(found["clusters"]) == 1


def test_a_time_nobody_reported_for_makes_nothing_new(spots):
    # Two years before all that other tests have put there, and away again, for whoever comes after.
    [(year,)] = spots.sql("SELECT extract(year FROM min(occurred_at))::int - 2 FROM lagesbild.incident WHERE municipality = %s",
                          (MUNICIPALITY,))
    incident = put_incident(spots, MUNICIPALITY, f"{year}-01-20 12:00", areas=[AREA], place="Torget", position=(59.36, 17.83))
    try:
        found = ask(spots, f"area={AREA}&from={year}-01-15&to={year}-02-15")
    finally:
        spots.sql("DELETE FROM lagesbild.incident WHERE municipality = %s AND incident = %s", (MUNICIPALITY, incident))
    assert found["previous"]["known"] is False
    assert [(p["name"], p["previous"], p["new"]) for p in found["places"]] == [("Torget", None, None)]


def test_nothing_is_an_answer(spots):
    found = ask(spots, f"area={AREA}&from=1996-01-01&to=1996-01-31")
    assert found["places"] == found["clusters"] == [] and found["near_repeats"] == {"pairs": 0, "incidents": 0, "expected": None}


@pytest.mark.parametrize("query, status", [
    ("", 400), (f"area={AREA}&from=2011-03-02&to=2011-03-01", 400), (f"area={AREA}&from=2010-01-01&to=2011-03-01", 400),
    (f"area={AREA}&distance=0", 400), (f"area={AREA}&least=1", 400), (f"area={AREA}&days=x", 400), (f"area={AREA}&category=finns-ej", 400),
    ("area=finns-ej", 404), (f"area={AREA},bro", 400), (f"area={AREA}&q=x", 400)])
def test_refusals(spots, query, status):
    assert ask(spots, query, status)["title"]


def test_too_many_incidents_are_refused_with_advice(spots):
    spots.sql("WITH i AS (INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category,"
              " category_confidence, category_rule, title, text, source, status)"
              " SELECT 'stockholm', gen_random_uuid(), timestamptz '2012-06-01', 'day', 'stold', 1, 'cue', 't', 't', 'polis', 'tagged'"
              " FROM generate_series(1, 5001) RETURNING municipality, incident)"
              " INSERT INTO lagesbild.incident_area SELECT municipality, incident, 'hasselby-torg', 1, 'place', '' FROM i")
    assert "mindre område" in ask(spots, f"area={AREA}&from=2012-06-01&to=2012-06-02", 422)["detail"]


def test_an_incident_without_a_point_is_at_its_place(spots):
    """Most reports name a place and no point. Two places of one name say nothing, as long as both may be meant."""
    for name, area, lat in (("Gröna huset", AREA, 59.40), ("Dubbelgatan", AREA, 59.41), ("Dubbelgatan", "hasselby-vallingby", 59.42)):
        spots.sql("INSERT INTO lagesbild.place (municipality, area, name, kind, position) VALUES (%s, %s, %s, 'prov',"
                  " ST_SetSRID(ST_MakePoint(17.83, %s), 4326))", (MUNICIPALITY, area, name, lat))
    for day in (3, 4, 5):
        put_incident(spots, MUNICIPALITY, f"2013-03-0{day} 12:00", areas=[AREA], place="gröna huset")
        put_incident(spots, MUNICIPALITY, f"2013-03-0{day} 13:00", areas=[AREA], place="Dubbelgatan")
    put_incident(spots, MUNICIPALITY, "2013-03-06 12:00", areas=[AREA], place="Gröna huset", position=(59.4003, 17.83))
    put_incident(spots, MUNICIPALITY, "2013-03-06 12:00", areas=[AREA], place="Okänd plats")
    found = ask(spots, f"area={AREA}&from=2013-03-01&to=2013-03-28&distance=50")
    assert [(c["place"], c["count"]) for c in found["clusters"]] == [("gröna huset", 4), ("Dubbelgatan", 3)]
    assert (found["positions"], found["positions_of_places"], found["without_position"]) == (7, 6, 1)
    assert found["near_repeats"]["pairs"] == 6 + 3
    wider = ask(spots, "area=hasselby-vallingby&from=2013-03-01&to=2013-03-28&distance=50")
    assert (wider["positions"], wider["positions_of_places"], wider["without_position"]) == (4, 3, 4)
