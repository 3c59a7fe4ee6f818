"""OGC API - Features under /ogc/: by its rules, by GDAL's driver (ogrinfo, ogr2ogr), and by what QGIS 3.22 asks (1992)."""

import base64
import json
import os
import subprocess
import urllib.parse

import pytest
from incidents import put_incident

MUNICIPALITY = "upplands-bro"
ITEMS = "/ogc/collections/incidents/items"
SPRING = "datetime=1992-01-01/1992-12-31"


@pytest.fixture(scope="module")
def world(daemon):
    for n in range(30):
        put_incident(daemon, MUNICIPALITY, f"1992-03-{n % 28 + 1:02} 10:00", areas=["bro"], title=f"Nummer {n}",
                     position=(59.51 + n / 10000, 17.64), category="stold" if n % 2 else "vald")
    put_incident(daemon, MUNICIPALITY, "1992-04-01 10:00", areas=["bro", "brunna"], place="Torget", title="Utan punkt")
    put_incident(daemon, MUNICIPALITY, "1992-04-02 10:00", areas=["bro"], status="rejected", position=(59.5, 17.6))
    put_incident(daemon, "stockholm", "1992-04-03 10:00", areas=["hasselby-torg"], position=(59.36, 17.83))
    put_incident(daemon, MUNICIPALITY, "1992-05-01 10:00", position=(-17.0, 178.0), title="Långt bort")
    daemon.sql("ANALYZE lagesbild.incident")
    return daemon


@pytest.fixture(scope="module")
def token(world):
    return world.make_token("analyst", MUNICIPALITY)


def get(daemon, path, token, status=200, **headers):
    answer = daemon.call("GET", path, token, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def href(page, rel):
    found = [link["href"] for link in page["links"] if link["rel"] == rel]
    return found[0] if found else None


def follow(daemon, page, token):
    """The features of a page and of all that come after it."""
    while page:
        yield from page["features"]
        after = href(page, "next")
        assert after is None or after.startswith(daemon.url + "/ogc/"), "QGIS does not resolve relative addresses"
        page = get(daemon, after.removeprefix(daemon.url), token) if after else None


# --- by the standard ---

def test_from_the_landing_page_on(world, token):
    landing = get(world, "/ogc/", token)
    assert get(world, "/ogc", token) == landing
    assert href(landing, "self") == world.url + "/ogc/"
    for rel in ("service-desc", "conformance", "data"):
        assert world.call("GET", href(landing, rel).removeprefix(world.url), token).status_code == 200
    assert get(world, "/ogc/conformance", token)["conformsTo"] == [
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson"]
    found = get(world, "/ogc/collections", token)["collections"]
    assert [c["id"] for c in found] == ["incidents", "incident-points", "areas"]
    for collection in found:
        assert "http://www.opengis.net/def/crs/OGC/1.3/CRS84" in collection["crs"]
        assert get(world, f"/ogc/collections/{collection['id']}", token) == collection
        page = get(world, href(collection, "items").removeprefix(world.url), token)
        one = page["features"][0]
        alone = get(world, f"/ogc/collections/{collection['id']}/items/{urllib.parse.quote(one['id'])}", token)
        assert {k: v for k, v in alone.items() if k != "links"} == one
        assert href(alone, "self").endswith("/items/" + one["id"])
        assert href(alone, "collection") == href(collection, "self") == href(page, "collection")
    interval = found[0]["extent"]["temporal"]["interval"][0]
    assert interval[0] <= "1992-03-01T10:00:00+01:00" and interval[1] is None
    west, south, east, north = found[0]["extent"]["spatial"]["bbox"][0]
    assert west < 17.64 < east and south < 59.51 < north


def test_features_are_flat_and_in_crs84(world, token):
    page = get(world, f"{ITEMS}?{SPRING}&limit=3", token)
    assert [f["properties"]["title"] for f in page["features"][:2]] == ["Långt bort", "Utan punkt"]
    nowhere, somewhere = page["features"][1:3]
    assert nowhere["geometry"] is None and somewhere["geometry"]["coordinates"][0] == 17.64
    assert set(nowhere["properties"]["areas"].split(",")) == {"bro", "brunna"} and nowhere["properties"]["flags"] is None
    assert nowhere["properties"]["category_name"] == "Skadegörelse och klotter" and page["numberReturned"] == 3
    answer = world.call("GET", f"{ITEMS}?{SPRING}&limit=1", token)
    assert answer.headers["Content-Type"] == "application/geo+json"


def test_what_can_be_drawn_comes_first_or_by_itself(world, token):
    """QGIS takes a layer's geometry from its first ten features, and draws nothing where none of them has any."""
    points = get(world, f"/ogc/collections/incident-points/items?{SPRING}&limit=1000", token)["features"]
    everything = get(world, f"{ITEMS}?{SPRING}&limit=1000", token)["features"]
    assert points == [f for f in everything if f["geometry"]] and len(points) == len(everything) - 1
    inside = "/ogc/collections/incident-points/items?bbox=17.6,59.51,17.7,59.5105&"
    assert get(world, inside + SPRING, token)["numberReturned"] == 6
    bare = next(f["id"] for f in everything if not f["geometry"])
    get(world, f"/ogc/collections/incident-points/items/{bare}", token, 404)
    get(world, f"/ogc/collections/incidents/items/{bare}", token)
    page = get(world, "/ogc/collections/areas/items?limit=5", world.admin_token)
    areas = [f["geometry"] is None for f in follow(world, page, world.admin_token)]
    assert not areas[0] and areas[-1] and areas == sorted(areas)


def test_areas_have_their_polygons(world, token):
    page = get(world, "/ogc/collections/areas/items?limit=1000", token)
    areas = {f["id"]: f for f in page["features"]}
    assert areas["upplands-bro.bro"]["geometry"]["type"] == "MultiPolygon"
    assert areas["upplands-bro.bro"]["properties"] == {
        "municipality": MUNICIPALITY, "code": "bro", "name": "Bro", "parent": MUNICIPALITY}
    assert all(f["properties"]["municipality"] == MUNICIPALITY for f in page["features"])
    inside = get(world, "/ogc/collections/areas/items?bbox=17.64,59.51,17.641,59.511", token)["features"]
    assert "upplands-bro.bro" in [f["id"] for f in inside] and "upplands-bro.brunna" not in [f["id"] for f in inside]


def test_pages_never_skip_or_repeat(world, token):
    """Rows come in between the pages, before and behind the cursor."""
    before = {f["id"] for f in get(world, f"{ITEMS}?{SPRING}&limit=1000", token)["features"]}
    page, seen, added = get(world, f"{ITEMS}?{SPRING}&limit=4", token), [], []
    while page:
        seen += [f["id"] for f in page["features"]]
        added.append(put_incident(world, MUNICIPALITY, f"1992-03-{1 + len(added) % 28:02} 10:00", areas=["kungsangen"]))
        after = href(page, "next")
        page = get(world, after.removeprefix(world.url), token) if after else None
    assert len(seen) == len(set(seen)) and before <= set(seen) <= before | set(added)
    assert len(added) > 8
    world.sql("DELETE FROM lagesbild.incident WHERE incident = ANY (%s::uuid[])", (added,))
    areas = list(follow(world, get(world, "/ogc/collections/areas/items?limit=2", token), token))
    assert len(areas) == len({f["id"] for f in areas}) == len(
        get(world, "/ogc/collections/areas/items?limit=1000", token)["features"])


@pytest.mark.parametrize("query, count", [
    ("", 32), ("&bbox=17.6,59.51,17.7,59.5105", 6), ("&bbox=17.6,59.51,0,17.7,59.5105,100", 6), ("&bbox=-180,-90,180,90", 31),
    ("&bbox=170,-20,-170,-10", 1), ("&bbox=-170,-20,170,-10", 0), ("&category=vald", 15), ("&area=brunna", 1),
    ("&place=torget", 1), ("&q=nummer", 30), ("&status=rejected", 1), ("&category=vald&bbox=17.6,59.51,17.7,59.5105", 3),
])
def test_filters(world, token, query, count):
    assert get(world, f"{ITEMS}?{SPRING}&limit=1000{query}", token)["numberReturned"] == count


@pytest.mark.parametrize("datetime, count", [
    ("1992-03-02", 2), ("1992-03-02T10:00:00%2B01:00", 2), ("1992-03-02T09:00:00Z", 2), ("1992-03-02T09:00:01Z", 0),
    ("1992-04-01/..", 2), ("1992-04-01T08:00:00Z/9999-12-31T00:00:00Z", 2), ("1992-03-01/1992-03-02", 4), ("../1992-03-01", 2),
    ("/1992-03-01T09:00:00Z", 2), ("1992-03-28T09:00:00.000Z/1992-03-28T09:00:00.000Z", 1), ("../..", 32),
])
def test_datetime(world, token, datetime, count):
    """Other tests store incidents of other years, of which there may be more than a page holds."""
    page = get(world, f"{ITEMS}?datetime={datetime}&limit=1000&q=nummer or punkt or bort", token)
    ours = [f for f in follow(world, page, token) if f["properties"]["occurred_at"].startswith("1992")]
    assert len(ours) == count
    assert get(world, f"/ogc/collections/areas/items?datetime={datetime}", token)["numberReturned"] > 3


@pytest.mark.parametrize("query", [
    "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=a,b,c,d", "bbox=17,60,18,59", "bbox=200,0,210,1", "bbox=nan,0,1,1",
    "datetime=igår", "datetime=/", "datetime=1992-03-05T10:00:00", "datetime=1992-01-01/1992-01-02/1992-01-03", "datetime=",
    "limit=0", "limit=x", "limit=-1", "colour=red", "f=html", "cursor=%21", "category=finns-ej", "limit=1&limit=2"])
def test_refusals(world, token, query):
    answer = world.call("GET", f"{ITEMS}?{query}", token)
    assert answer.status_code == 400 and answer.headers["Content-Type"] == "application/problem+json"
    if query[0] in "bdl" and not query.startswith("limit=1&"):
        assert world.call("GET", "/ogc/collections/areas/items?" + query, token).status_code == 400


def test_a_long_question_has_a_long_address(world, token):
    words = "å" * 900  # six bytes each in an address
    page = get(world, f"{ITEMS}?{SPRING}&q={urllib.parse.quote(words + ' or nummer')}&limit=1", token)
    assert len(href(page, "next")) > 5400 and page["numberReturned"] == 1


def test_a_limit_over_the_most_is_the_most(world, token):
    assert get(world, f"{ITEMS}?{SPRING}&limit=100000", token)["numberReturned"] == 32


@pytest.mark.parametrize("path", [
    "/ogc/collections/persons", "/ogc/collections/persons/items", f"{ITEMS}/0", "/ogc/collections/areas/items/bro",
    f"{ITEMS}/00000000-0000-0000-0000-000000000000", "/ogc/collections/areas/items/upplands-bro.finns-ej"])
def test_what_is_not_there(world, token, path):
    get(world, path, token, 404)


def test_forms(world, token):
    for accept in ("application/geo+json, application/json", "application/json", "*/*"):
        get(world, f"{ITEMS}?limit=1", token, Accept=accept)
    get(world, f"{ITEMS}?limit=1&f=json", token, Accept="text/html")
    get(world, "/ogc/?f=json", token)
    get(world, "/ogc/", token, 406, Accept="text/html")


# --- whose data ---

def test_rights_are_those_of_the_lists(world, token):
    titles = [f["properties"]["municipality"] for f in follow(world, get(world, f"{ITEMS}?{SPRING}&limit=20", token), token)]
    assert set(titles) == {MUNICIPALITY}
    group = world.make_token("group", MUNICIPALITY, areas=["brunna"])
    found = get(world, f"{ITEMS}?{SPRING}", group)["features"]
    assert [f["properties"]["title"] for f in found] == ["Utan punkt"]
    other = get(world, f"{ITEMS}?{SPRING}&limit=1000", token)["features"]
    outside = next(f["id"] for f in other if f["properties"]["areas"] == "bro")
    get(world, f"{ITEMS}/{outside}", group, 404)
    get(world, f"{ITEMS}?municipality=stockholm", token, 403)
    get(world, "/ogc/collections/areas/items/stockholm.hasselby-torg", token, 403)
    get(world, "/ogc/", world.make_token("reporter", MUNICIPALITY), 403)
    withdrawn = put_incident(world, MUNICIPALITY, "1992-06-01 10:00", areas=["bro"], withdrawn=2)
    get(world, f"{ITEMS}/{withdrawn}", token, 404)


def test_personal_data_is_masked_here_too(world):
    coordinator = world.make_token("coordinator", MUNICIPALITY)
    answer = world.call("POST", "/v1/observations", coordinator, json={
        "text": "Ring 070-174 06 05 om mopeden i Bro centrum", "observed_at": "1992-07-01T12:00:00+02:00"})
    assert answer.status_code == 201
    told = [f["properties"] for f in get(world, f"{ITEMS}?datetime=1992-07-01", coordinator)["features"]]
    text = " ".join(t["title"] + t["text"] for t in told)  # an id or a time may well have 070 in it
    assert "mopeden" in text and "070" not in text
    world.sql("DELETE FROM lagesbild.incident WHERE incident = %s", (answer.json()["id"],))


def test_a_map_program_is_asked_for_a_password(world, token):
    answer = world.call("GET", "/ogc/")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Basic")
    basic = base64.b64encode(f"qgis:{token}".encode()).decode()
    assert world.call("GET", f"{ITEMS}?limit=1", headers={"Authorization": f"Basic {basic}"}).status_code == 200
    assert world.call("GET", f"{ITEMS}?limit=1", "lb_upplands-bro_fel").status_code == 401


def test_behind_a_proxy(world, token):
    page = get(world, f"{ITEMS}?limit=1", token, **{"X-Forwarded-Proto": "https", "X-Forwarded-Host": "karta.example, inre"})
    assert href(page, "next").startswith("https://karta.example/ogc/collections/incidents/items?limit=1&cursor=")


# --- by GDAL, and as QGIS does ---

def gdal(world, token, *command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env={
        **os.environ, "GDAL_HTTP_HEADERS": f"Authorization: Bearer {token}", "CPL_CURL_VERBOSE": "NO", **environment})
    assert done.returncode == 0 and "ERROR" not in done.stderr, done.stderr
    return done.stdout


def test_ogrinfo_reads_every_layer(world, token):
    found = gdal(world, token, "ogrinfo", f"OAPIF:{world.url}/ogc/", "-al", "-so", "-oo", "PAGE_SIZE=1000")
    incidents, areas = found.split("Layer name: areas")
    incidents, points = incidents.split("Layer name: incident-points")
    assert "Geometry: Point" in points and "Geometry: Multi Polygon" in areas
    assert "Layer name: incidents" in incidents and "CRS84" not in found and "WGS 84" in incidents
    assert "occurred_at: DateTime" in incidents and "category_confidence: Real" in incidents
    assert f"Feature Count: {len(get(world, '/ogc/collections/areas/items?limit=1000', token)['features'])}" in areas
    everything = sum(1 for _ in follow(world, get(world, f"{ITEMS}?limit=1000", token), token))
    assert f"Feature Count: {everything}" in incidents


def test_a_certain_category_does_not_make_the_column_one_of_integers(world):
    """GDAL looks at the first ten."""
    put_incident(world, "sollentuna", "1992-06-01 10:00", confidence=0.5)
    for n in range(12):
        put_incident(world, "sollentuna", f"1992-06-02 10:{n:02}", confidence=1)
    token = world.make_token("analyst", "sollentuna")
    found = gdal(world, token, "ogrinfo", f"OAPIF:{world.url}/ogc/", "-al", "incidents")
    assert "category_confidence (Real) = 0.5" in found, found[:2000]


def test_ogr2ogr_takes_every_page_of_a_filter(world, token, tmp_path):
    """Basic authentication, small pages, a box and a time that the driver sends to us."""
    out = tmp_path / "ut.geojson"
    gdal(world, token, "ogr2ogr", "-f", "GeoJSON", str(out), f"OAPIF:{world.url}/ogc/", "incidents", "-oo", "PAGE_SIZE=7",
         "-spat", "17.6", "59.5", "17.7", "59.6", "-where",
         "occurred_at >= '1992-01-01T00:00:00Z' AND occurred_at <= '1992-12-31T00:00:00Z'",
         GDAL_HTTP_HEADERS="", GDAL_HTTP_USERPWD=f"gdal:{token}")
    features = json.loads(out.read_text())["features"]
    assert sorted(f["properties"]["title"] for f in features) == sorted(f"Nummer {n}" for n in range(30))


def test_a_filter_by_day_is_understood_as_gdal_sends_it(world, token):
    found = gdal(world, token, "ogrinfo", "-q", f"OAPIF:{world.url}/ogc/", "incidents", "-oo", "PAGE_SIZE=1000",
                 "-where", "occurred_at >= '1992-03-20' AND occurred_at <= '1992-03-23'")
    assert found.count("OGRFeature(") == 4, "a day is all of it"


def test_what_qgis_322_asks(world, token):
    """The calls of QGIS' OAPIF provider, in its order: landing page, its service-desc, the collection under its data link,
    ten features to learn the fields from, then pages of what the description says is the most."""
    accept = {"Accept": "application/json"}
    landing = get(world, "/ogc", token, **accept)
    api = get(world, href(landing, "service-desc").removeprefix(world.url), token,
              Accept="application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json")
    most = api["components"]["parameters"]["limit"]["schema"]["maximum"]
    collection = href(landing, "data").removeprefix(world.url) + "/incidents"
    assert len(get(world, collection, token, **accept)["extent"]["spatial"]["bbox"][0]) == 4
    geo = {"Accept": "application/geo+json, application/json"}
    assert get(world, collection + "/items?limit=10", token, **geo)["features"]
    page = get(world, f"{collection}/items?limit={most}&bbox=17.6,59.5,17.7,59.6&{SPRING}", token, **geo)
    assert len(page["features"]) == 30 and href(page, "next") is None
