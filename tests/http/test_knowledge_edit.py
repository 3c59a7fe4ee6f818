"""Areas and places as coordinators change them, what a correction teaches, and that every loop takes it up."""

import time
import uuid
from urllib.parse import quote

import pytest

MUNICIPALITY = "upplands-bro"
SQUARE = {"type": "Polygon", "coordinates": [[[17.60, 59.60], [17.62, 59.60], [17.62, 59.61], [17.60, 59.60]]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[17.60, 59.60], [17.62, 59.61], [17.62, 59.60], [17.60, 59.61], [17.60, 59.60]]]}


@pytest.fixture(scope="module")
def coordinator(daemon):
    return daemon.make_token("coordinator", MUNICIPALITY)


def edit(daemon, token, method, path, status, body=None):
    answer = daemon.call(method, path, token, json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def area_of(daemon, code):
    return daemon.sql("SELECT name, parent, ST_AsText(polygon) IS NOT NULL, updated_by FROM lagesbild.area"
                      " WHERE municipality = %s AND area = %s", (MUNICIPALITY, code))


def observe(daemon, token, text):
    """An observation as it is read now."""
    answer = daemon.call("POST", "/v1/observations", token, json={"text": text})
    assert answer.status_code == 201, answer.text
    return answer.json()


def codes(incident):
    return [area["code"] for area in incident["areas"]]


def until(condition, seconds=60):
    """Waits for what every loop of the daemon is to have taken up."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the daemon has not taken it up"
        time.sleep(0.1)


def make_place(daemon, token, name, area="bro", kind="street", **more):
    return edit(daemon, token, "POST", "/v1/places", 201, {"area": area, "name": name, "kind": kind, **more})


# --- areas ---

def test_an_area_is_made_changed_and_taken_away(daemon, coordinator):
    made = edit(daemon, coordinator, "PUT", "/v1/areas/nyby", 201, {"name": "Nyby", "parent": "bro", "geometry": SQUARE})
    assert made == {"municipality": MUNICIPALITY, "code": "nyby", "name": "Nyby", "parent": "bro"}
    assert area_of(daemon, "nyby")[0][:3] == ("Nyby", "bro", True)
    edit(daemon, coordinator, "PUT", "/v1/areas/nyby", 200, {"name": "Nya Nyby"})
    assert area_of(daemon, "nyby")[0][:3] == ("Nya Nyby", MUNICIPALITY, True)  # the polygon stays
    edit(daemon, coordinator, "PUT", "/v1/areas/nyby", 200, {"name": "Nya Nyby", "geometry": None})
    assert area_of(daemon, "nyby")[0][2] is False
    until(lambda: "nyby" in codes(observe(daemon, coordinator, "Skadegörelse i Nya Nyby")))
    edit(daemon, coordinator, "DELETE", "/v1/areas/nyby", 409)
    daemon.sql("DELETE FROM lagesbild.incident_area WHERE area = 'nyby'")
    edit(daemon, coordinator, "DELETE", "/v1/areas/nyby", 204)
    assert area_of(daemon, "nyby") == []
    until(lambda: daemon.call("DELETE", "/v1/areas/nyby", coordinator).status_code == 404)


@pytest.mark.parametrize("code, body, pointer", [
    ("nyby", {"name": "Nyby", "geometry": BOW_TIE}, "/geometry"),
    ("nyby", {"name": "Nyby", "geometry": {"type": "Point", "coordinates": [17.6, 59.6]}}, "/geometry"),
    ("nyby", {"name": "Nyby", "geometry": {"type": "Polygon", "coordinates": [[[17.6, 59.6], [17.7, 59.6]]]}}, "/geometry"),
    ("nyby", {"name": "Nyby", "geometry": {"type": "Polygon", "coordinates": [[[59.6, 17.6], [59.7, 17.6], [59.6, 17.7], [59.6, 17.6]]]}}, "/geometry"),
    ("nyby", {"name": "Nyby", "parent": "ingenstans"}, "/parent"),
    ("nyby", {"name": "Nyby", "parent": "nyby"}, "/parent"),
    ("bro", {"name": "Bro", "parent": "bro"}, "/parent"),
    ("upplands-bro", {"name": "Upplands-Bro", "parent": "bro"}, "/parent"),
    ("nyby", {"name": "a|b"}, "/name"), ("nyby", {"name": "!?"}, "/name"), ("nyby", {}, "/name"),
    ("nyby", {"name": "Nyby", "colour": "blå"}, "/colour"),
])
def test_what_no_area_can_be_is_refused(daemon, coordinator, code, body, pointer):
    problem = edit(daemon, coordinator, "PUT", f"/v1/areas/{code}", 400, body)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert area_of(daemon, "nyby") == []


def test_a_code_is_letters_digits_and_hyphens(daemon, coordinator):
    edit(daemon, coordinator, "PUT", "/v1/areas/Ny%20by", 400, {"name": "Ny by"})


def test_areas_cannot_be_made_to_lie_in_each_other(daemon, coordinator):
    edit(daemon, coordinator, "PUT", "/v1/areas/yttre", 201, {"name": "Yttre kvarteret"})
    edit(daemon, coordinator, "PUT", "/v1/areas/inre", 201, {"name": "Inre kvarteret", "parent": "yttre"})
    edit(daemon, coordinator, "PUT", "/v1/areas/yttre", 400, {"name": "Yttre kvarteret", "parent": "inre"})
    assert "områden i sig" in edit(daemon, coordinator, "DELETE", "/v1/areas/yttre", 409)["detail"]
    edit(daemon, coordinator, "DELETE", "/v1/areas/inre", 204)
    edit(daemon, coordinator, "DELETE", "/v1/areas/yttre", 204)


def test_what_is_in_use_stays(daemon, coordinator):
    assert "eget område" in edit(daemon, coordinator, "DELETE", f"/v1/areas/{MUNICIPALITY}", 409)["detail"]
    assert area_of(daemon, "bro")


# --- places ---

def test_a_place_is_added_changed_and_taken_away(daemon, coordinator):
    made = make_place(daemon, coordinator, "Zebravägen", aliases=["Randiga gatan"], position={"lat": 59.51, "lon": 17.63})
    assert made["aliases"] == ["Randiga gatan"] and made["position"] == {"lat": 59.51, "lon": 17.63}
    listed = daemon.call("GET", "/v1/places?area=bro", coordinator).json()["items"]
    assert made in listed
    until(lambda: codes(observe(daemon, coordinator, "Bråk på Randiga gatan")) == ["bro"])
    moved = {"area": "brunna", "name": "Zebravägen", "kind": "street"}
    assert edit(daemon, coordinator, "PUT", f"/v1/places/{made['id']}", 200, moved) == {
        **moved, "municipality": MUNICIPALITY, "id": made["id"], "aliases": [], "position": None}
    until(lambda: codes(observe(daemon, coordinator, "Bråk på Zebravägen")) == ["brunna"])
    edit(daemon, coordinator, "DELETE", f"/v1/places/{made['id']}", 204)
    edit(daemon, coordinator, "DELETE", f"/v1/places/{made['id']}", 404)
    edit(daemon, coordinator, "PUT", f"/v1/places/{made['id']}", 404, moved)
    until(lambda: codes(observe(daemon, coordinator, "Bråk på Zebravägen")) == [MUNICIPALITY])  # somewhere in it


def test_the_same_place_twice_is_a_conflict(daemon, coordinator):
    made = make_place(daemon, coordinator, "Giraffgränd")
    edit(daemon, coordinator, "POST", "/v1/places", 409, {"area": "bro", "name": "Giraffgränd", "kind": "street"})
    edit(daemon, coordinator, "DELETE", f"/v1/places/{made['id']}", 204)


@pytest.mark.parametrize("body, pointer", [
    ({"area": "ingenstans", "name": "X-vägen", "kind": "street"}, "/area"),
    ({"area": "bro", "kind": "street"}, "/name"),
    ({"area": "bro", "name": "X-vägen"}, "/kind"),
    ({"area": "bro", "name": "X-vägen", "kind": "street", "aliases": [1]}, "/aliases"),
    ({"area": "bro", "name": "X-vägen", "kind": "street", "position": {"lat": 17.6, "lon": 59.5}}, "/position"),
    ({"area": "bro", "name": " ".join("abcdefghijklmn"), "kind": "street"}, "/name"),
])
def test_what_no_place_can_be_is_refused(daemon, coordinator, body, pointer):
    problem = edit(daemon, coordinator, "POST", "/v1/places", 400, body)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_nobody_changes_another_municipality(daemon, coordinator):
    other = daemon.make_token("coordinator", "stockholm")
    made = make_place(daemon, coordinator, "Antilopstigen")
    edit(daemon, other, "DELETE", f"/v1/places/{made['id']}", 404)
    edit(daemon, other, "PUT", f"/v1/places/{made['id']}", 404, {"area": "bro", "name": "Stulen", "kind": "street"})
    edit(daemon, other, "PUT", f"/v1/areas/bro?municipality={MUNICIPALITY}", 403, {"name": "Stulet"})
    edit(daemon, other, "DELETE", "/v1/areas/brunna", 404)
    edit(daemon, daemon.admin_token, "DELETE", f"/v1/places/{made['id']}", 204)


@pytest.mark.parametrize("role", ["police", "reporter", "group", "analyst"])
def test_others_only_read(daemon, role):
    token = daemon.make_token(role, MUNICIPALITY)
    for method, path in (("PUT", "/v1/areas/bro"), ("DELETE", "/v1/areas/bro"), ("POST", "/v1/places"),
                         ("PUT", f"/v1/places/{uuid.uuid4()}"), ("DELETE", f"/v1/places/{uuid.uuid4()}"),
                         ("GET", "/v1/cues"), ("DELETE", "/v1/cues?phrase=abc")):
        edit(daemon, token, method, path, 403, {"name": "Bro"} if method in ("PUT", "POST") else None)


def test_who_covers_all_municipalities_says_which(daemon):
    token = daemon.make_token("coordinator")
    edit(daemon, token, "PUT", "/v1/areas/nyby", 400, {"name": "Nyby"})
    edit(daemon, token, "PUT", "/v1/areas/nyby?municipality=umea", 201, {"name": "Nyby"})
    edit(daemon, token, "DELETE", "/v1/areas/nyby?municipality=umea", 204)


# --- what a correction teaches ---

def correct(daemon, token, incident, answered=200, **fields):
    answer = daemon.call("PATCH", f"/v1/incidents/{incident}", token, json=fields)
    assert answer.status_code == answered, answer.text
    return answer.json()


def test_a_corrected_street_is_known_the_next_time(daemon, coordinator):
    first = observe(daemon, coordinator, "Bråk på Noshörningsvägen 4")
    assert codes(first) == [MUNICIPALITY]
    corrected = correct(daemon, coordinator, first["id"], areas=["brunna"],
                        learn={"place": {"name": "Noshörningsvägen", "area": "brunna", "kind": "street"}})
    assert codes(corrected) == ["brunna"] and corrected["status"] == "confirmed"
    until(lambda: codes(observe(daemon, coordinator, "Bråk på Noshörningsvägen 9")) == ["brunna"])
    again = observe(daemon, coordinator, "Stulen cykel på Noshörningsvägen")
    correct(daemon, coordinator, again["id"], learn={"place": {"name": "Noshörningsvägen", "area": "brunna", "kind": "street",
                                                               "aliases": ["Noshörnan"]}})
    rows = daemon.sql("SELECT aliases FROM lagesbild.place WHERE name = 'Noshörningsvägen'")
    assert rows == [(["Noshörnan"],)]


def test_an_alias_is_taught(daemon, coordinator):
    place = make_place(daemon, coordinator, "Elefanttorget", kind="square")
    first = observe(daemon, coordinator, "Bråk vid Snabelplattan")
    correct(daemon, coordinator, first["id"], learn={"alias": {"place": place["id"], "name": "Snabelplattan"}})
    until(lambda: codes(observe(daemon, coordinator, "Bråk vid Snabelplattan")) == ["bro"])


def test_a_cue_is_taught_to_its_own_municipality_only(daemon, coordinator):
    text = "Någon hade åter flumsat i backen"
    first = observe(daemon, coordinator, text)
    assert first["category"]["code"] != "djur"
    correct(daemon, coordinator, first["id"], category="narkotika", learn={"cue": {"phrase": "flumsa*", "category": "narkotika"}})
    until(lambda: observe(daemon, coordinator, text)["category"]["rule"] == "learned")
    tagged = observe(daemon, coordinator, "De flumsade vid skolan")["category"]
    assert (tagged["code"], tagged["evidence"]) == ("narkotika", "flumsade")
    assert observe(daemon, coordinator, "Ingen flumsade vid skolan")["category"]["rule"] != "learned"
    other = daemon.make_token("coordinator", "stockholm")
    assert observe(daemon, other, text)["category"]["rule"] != "learned"


def test_a_taught_cue_is_listed_and_unlearned(daemon, coordinator):
    text = "En gubbe krumelurade i parken"
    before = observe(daemon, coordinator, text)
    phrase = "krumelura* i _ parken"
    correct(daemon, coordinator, before["id"], category="narkotika", learn={"cue": {"phrase": phrase, "category": "narkotika"}})
    until(lambda: observe(daemon, coordinator, text)["category"]["rule"] == "learned")
    listed = {cue["phrase"]: cue for cue in daemon.call("GET", "/v1/cues", coordinator).json()["items"]}
    assert (listed[phrase]["municipality"], listed[phrase]["category"]) == (MUNICIPALITY, "narkotika")
    assert listed[phrase]["taught_by"]
    other = daemon.make_token("coordinator", "stockholm")
    assert phrase not in [cue["phrase"] for cue in daemon.call("GET", "/v1/cues", other).json()["items"]]
    path = f"/v1/cues?phrase={quote(phrase)}"
    edit(daemon, other, "DELETE", path, 404)
    edit(daemon, coordinator, "DELETE", "/v1/cues", 400)
    edit(daemon, coordinator, "DELETE", "/v1/cues?phrase=krumelura*", 404)
    edit(daemon, daemon.make_token("coordinator", MUNICIPALITY, areas=["bro"]), "DELETE", path, 403)
    edit(daemon, daemon.make_token("coordinator", MUNICIPALITY, areas=[MUNICIPALITY]), "DELETE", path, 204)
    edit(daemon, coordinator, "DELETE", path, 404)
    until(lambda: observe(daemon, coordinator, text)["category"]["rule"] != "learned")
    changes = daemon.sql("SELECT before, after, changed_by IS NOT NULL FROM lagesbild.cue_change WHERE phrase = %s ORDER BY changed_at",
                         (phrase,))
    assert changes == [(None, "narkotika", True), ("narkotika", None, True)]


@pytest.mark.parametrize("learn, pointer", [
    ({}, "/learn"), ([], "/learn"), ({"place": {"name": "A-vägen", "area": "bro"}, "cue": {"phrase": "abc", "category": "ran"}}, "/learn"),
    ({"place": {"name": "A-vägen", "area": "ingenstans"}}, "/learn/place/area"),
    ({"place": {"name": "A-vägen", "area": "tensta"}}, "/learn"),  # another municipality's
    ({"alias": {"place": str(uuid.uuid4()), "name": "A"}}, "/learn"),
    ({"alias": {"place": "x", "name": "Aa"}}, "/learn/alias/place"),
    ({"cue": {"phrase": "på", "category": "ran"}}, "/learn/cue/phrase"),
    ({"cue": {"phrase": "ett två tre fyra fem sex sju", "category": "ran"}}, "/learn/cue/phrase"),
    ({"cue": {"phrase": "abc", "category": "finns-inte"}}, "/learn/cue/category"),
])
def test_a_lesson_that_cannot_be_learned_leaves_nothing(daemon, coordinator, learn, pointer):
    incident = observe(daemon, coordinator, "Klotter i Bro")
    problem = correct(daemon, coordinator, incident["id"], 400, status="rejected", learn=learn)
    assert [error["pointer"] for error in problem["errors"]][-1] in (pointer, "/learn/place/area")
    assert daemon.call("GET", f"/v1/incidents/{incident['id']}", coordinator).json()["status"] != "rejected"


def test_who_may_not_correct_it_teaches_nothing(daemon, coordinator):
    incident = observe(daemon, coordinator, "Klotter i Bro")
    other = daemon.make_token("coordinator", "stockholm")
    correct(daemon, other, incident["id"], 404, learn={"cue": {"phrase": "stulen lärdom", "category": "ran"}})
    assert daemon.sql("SELECT count(*) FROM lagesbild.learned_cue WHERE phrase = 'stulen lärdom'") == [(0,)]


# --- over a restart, and what cannot be loaded ---

def test_edits_of_what_the_files_hold_survive_a_restart(own_daemon):
    daemon = own_daemon()
    token = daemon.make_token("coordinator", MUNICIPALITY)
    places = daemon.call("GET", "/v1/places?area=bro", token).json()["items"]
    gone, renamed, kept = places[:3]
    edit(daemon, token, "DELETE", f"/v1/places/{gone['id']}", 204)
    new = {"area": renamed["area"], "name": "Omdöpta platsen", "kind": renamed["kind"]}
    edit(daemon, token, "PUT", f"/v1/places/{renamed['id']}", 200, new)
    leaf = "hasselby-gard" if daemon.sql("SELECT FROM lagesbild.area WHERE area = 'hasselby-gard'") else None
    edit(daemon, token, "PUT", "/v1/areas/bro", 200, {"name": "Bro centralort", "parent": MUNICIPALITY})
    if leaf:
        daemon.sql("DELETE FROM lagesbild.place WHERE area = %s", (leaf,))
        edit(daemon, daemon.admin_token, "DELETE", f"/v1/areas/{leaf}", 204)
    incident = observe(daemon, token, "De flumsade i backen")
    correct(daemon, token, incident["id"], learn={"cue": {"phrase": "flumsa*", "category": "narkotika"}})
    daemon.stop()
    daemon.start()
    names = [place["name"] for place in daemon.call("GET", "/v1/places?area=bro", token).json()["items"]]
    assert gone["name"] not in names and renamed["name"] not in names
    assert "Omdöpta platsen" in names and kept["name"] in names
    assert daemon.call("GET", "/v1/areas?area=bro", token).json()["items"][0]["name"] == "Bro centralort"
    assert observe(daemon, token, "De flumsade i backen")["category"]["rule"] == "learned"
    if leaf:
        assert daemon.sql("SELECT count(*) FROM lagesbild.area WHERE area = %s", (leaf,)) == [(0,)]
    edit(daemon, token, "POST", "/v1/places", 201, {key: gone[key] for key in ("area", "name", "kind")})
    daemon.stop()
    daemon.start()
    assert gone["name"] in [place["name"] for place in daemon.call("GET", "/v1/places?area=bro", token).json()["items"]]


def test_knowledge_that_cannot_be_loaded_leaves_the_old(own_daemon):
    daemon = own_daemon()
    token = daemon.make_token("coordinator", MUNICIPALITY)
    make_place(daemon, token, "Zebravägen")
    until(lambda: codes(observe(daemon, token, "Bråk på Zebravägen")) == ["bro"])
    daemon.sql("INSERT INTO lagesbild.place (municipality, area, name, kind) VALUES (%s, 'bro', '!!!', 'street')", (MUNICIPALITY,))
    daemon.sql("INSERT INTO lagesbild.place (municipality, area, name, kind) VALUES (%s, 'bro', 'a b c d e f g h i j k l m n o', 'street')",
               (MUNICIPALITY,))
    daemon.sql("UPDATE lagesbild.knowledge_version SET version = version + 1")
    until(lambda: "the one before stays" in daemon.log())
    assert codes(observe(daemon, token, "Bråk på Zebravägen")) == ["bro"]
    daemon.sql("DELETE FROM lagesbild.place WHERE name IN ('!!!', 'a b c d e f g h i j k l m n o')")
    make_place(daemon, token, "Gnuvägen")
    until(lambda: codes(observe(daemon, token, "Bråk på Gnuvägen")) == ["bro"])
