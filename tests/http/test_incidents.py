"""GET /v1/incidents and its filters, one incident and its corrections, what waits for review, the knowledge."""

import csv
import io
import socket
import time

import pytest
from incidents import put_incident

MUNICIPALITY = "upplands-bro"
YEAR = "from=2008-01-01&to=2008-12-31"


@pytest.fixture(scope="module")
def log(daemon):
    """Thirty incidents a day apart in 2008 in Bro, and a few that differ."""
    daemon.days = [put_incident(daemon, MUNICIPALITY, f"2008-04-{1 + n:02d} 12:00", areas=["bro"], title=f"Dag {n}",
                                category="narkotika" if n % 3 else "brand", source="vakt" if n % 2 else "skola",
                                place="Parken i listan" if n < 5 else None, text="Bilarna stod vid skolorna")
                   for n in range(30)]
    daemon.same = [put_incident(daemon, MUNICIPALITY, "2008-06-01 12:00", areas=["brunna"], text="Samma ögonblick")
                   for n in range(7)]
    daemon.point = put_incident(daemon, MUNICIPALITY, "2008-07-01 12:00", areas=["bro"], position=(59.51, 17.63),
                                title='Sade "nej", gick', text="rad ett\nrad två")
    daemon.rejected = put_incident(daemon, MUNICIPALITY, "2008-07-02 12:00", areas=["bro"], status="rejected")
    daemon.withdrawn = put_incident(daemon, MUNICIPALITY, "2008-07-03 12:00", areas=["bro"], withdrawn=2)
    return daemon


def ask(daemon, query, status=200, token=None, path="/v1/incidents", **arguments):
    answer = daemon.call("GET", f"{path}?{query}", token or daemon.admin_token, **arguments)
    assert answer.status_code == status, answer.text
    return answer


def ids(daemon, query, **arguments):
    return [item["id"] for item in ask(daemon, query, **arguments).json()["items"]]


def test_newest_first(log):
    listed = ids(log, f"municipality={MUNICIPALITY}&{YEAR}&area=bro&limit=1000")
    assert listed == [log.point] + log.days[::-1]


@pytest.mark.parametrize("query, count", [
    ("category=brand", 10), ("category=brand,narkotika", 30), ("source=vakt", 15), ("place=PARKEN i listan", 5),
    ("q=bil skola", 30), ("q=bil -skola", 0), ("q=%22nej%22", 1), ("status=rejected", 1), ("status=tagged", 38),
    ("bbox=17.6,59.5,17.7,59.6", 1), ("bbox=17.6,59.6,17.7,59.7", 0), ("area=upplands-bro", 38),
    ("area=bro,brunna", 38), ("area=brunna", 7), ("area=bro&category=brand&source=skola", 5),
])
def test_filters(log, query, count):
    assert len(ids(log, f"municipality={MUNICIPALITY}&{YEAR}&limit=1000&{query}")) == count


@pytest.mark.parametrize("window, count", [
    ("from=2008-04-02&to=2008-04-03", 2),
    ("from=2008-04-02T12:00:00%2B02:00&to=2008-04-03T12:00:00%2B02:00", 1),
    ("from=2008-04-02T10:00:01Z&to=2008-04-03T10:00:01Z", 1),
])
def test_days_are_whole_and_instants_exact(log, window, count):
    assert len(ids(log, f"municipality={MUNICIPALITY}&{window}")) == count


def test_pages_neither_skip_nor_repeat_though_rows_come_in_between(log):
    seen, path = [], f"/v1/incidents?municipality={MUNICIPALITY}&{YEAR}&limit=4&place=&q=".replace("&place=&q=", "")
    while path:
        answer = log.call("GET", path, log.admin_token)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        seen += [item["id"] for item in page["items"]]
        link = answer.links.get("next")
        assert bool(link) == bool(page["next_cursor"])
        path = link and link["url"]
        if len(seen) == 8:
            log.late = put_incident(log, MUNICIPALITY, "2008-12-30 12:00", areas=["bro"], status="rejected")
    assert len(seen) == len(set(seen)) == 38
    assert set(seen) == set(log.days + log.same + [log.point])


def test_the_link_keeps_the_filters(log):
    answer = ask(log, f"municipality={MUNICIPALITY}&{YEAR}&place=Parken%20i%20listan&limit=2")
    assert "place=Parken%20i%20listan" in answer.headers["Link"] and answer.headers["Link"].endswith('>; rel="next"')
    page = log.call("GET", answer.links["next"]["url"], log.admin_token).json()
    assert [item["id"] for item in page["items"]] == log.days[:3][::-1][0:2]


def test_geojson(log):
    answer = ask(log, f"municipality={MUNICIPALITY}&{YEAR}&area=bro", headers={"Accept": "application/geo+json"})
    assert answer.headers["Content-Type"] == "application/geo+json"
    features = answer.json()["features"]
    assert len(features) == 31
    assert features[0]["id"] == log.point
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [17.63, 59.51]}
    assert features[1]["geometry"] is None
    assert features[0]["properties"]["category"]["code"] == "skadegorelse"


def test_csv_has_the_rows_of_the_list(log):
    query = f"municipality={MUNICIPALITY}&{YEAR}&area=bro"
    answer = ask(log, query + "&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    assert [row["id"] for row in rows] == ids(log, query + "&limit=1000")
    assert rows[0]["title"] == 'Sade "nej", gick' and rows[0]["text"] == "rad ett\nrad två"
    assert rows[0]["areas"] == "bro" and rows[0]["lat"] == "59.510000"


@pytest.fixture(scope="module")
def country(daemon):
    """Forty incidents in 1994 in several municipalities: most in one, several at the same moment."""
    for n in range(40):
        put_incident(daemon, ["ljusdal", "mora", "mora", "mora", "kiruna"][n % 5], f"1994-0{1 + n // 10}-0{1 + n % 3} 12:00",
                     place=f"Orten {n}", title="Landet; \"hela\"", position=(62.1234567 + n / 10, 15.5) if n % 2 else None)
    return [row[0] for row in daemon.sql(
        "SELECT incident::text FROM lagesbild.incident WHERE occurred_at >= '1994-01-01' AND occurred_at < '1995-01-01'"
        " ORDER BY occurred_at DESC, incident DESC")]


@pytest.mark.parametrize("limit", [1, 3, 7, 1000])
def test_the_country_is_one_list(daemon, country, limit):
    seen, path = [], f"/v1/incidents?from=1994-01-01&to=1994-12-31&limit={limit}"
    while path:
        answer = daemon.call("GET", path, daemon.admin_token)
        seen += [item["id"] for item in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else None
    assert seen == country


@pytest.mark.parametrize("query", ["", "&municipality=mora", "&area=bro&municipality=upplands-bro"])
def test_every_form_of_an_export_has_the_rows_of_the_list(log, country, query):
    query = ("from=1994-01-01&to=1994-12-31" if "area" not in query else YEAR) + query
    listed = ask(log, f"{query}&limit=1000").json()["items"]
    assert len(listed) > 5
    features = ask(log, f"{query}&format=geojson").json()["features"]
    assert [feature["id"] for feature in features] == [item["id"] for item in listed]
    rows = list(csv.DictReader(io.StringIO(log.call("GET", f"/v1/incidents?{query}&format=csv", log.admin_token).text, newline="")))
    page = log.call("GET", f"/v1/incidents?{query}&format=csv&limit=1000", log.admin_token).text
    assert rows == list(csv.DictReader(io.StringIO(page, newline=""))), "a page and a whole file are written alike"
    for row, item in zip(rows, listed, strict=True):
        for name in ("id", "municipality", "occurred_at", "precision", "title", "text", "source", "status", "created_at"):
            assert row[name] == item[name], name
        for name in ("place", "organisation", "report_id"):
            assert row[name] == (item[name] or "")
        assert row["areas"] == " ".join(area["code"] for area in item["areas"])
        assert row["category"] == item["category"]["code"] and row["flags"] == " ".join(item["flags"])
        for name in ("lat", "lon"):
            assert row[name] == (f"{item['position'][name]:.6f}" if item["position"] else "")


@pytest.fixture(scope="module")
def many(daemon):
    """Twenty thousand incidents of 1 kB, in a municipality of their own."""
    daemon.sql("INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category,"
               " category_confidence, category_rule, title, text, source, status)"
               " SELECT 'karlstad', gen_random_uuid(), timestamptz '2009-01-01' + n * interval '1 minute', 'minute', 'ran',"
               " 1, 'cue', 'Nummer ' || n, repeat('x', 1000), 'polis', 'tagged' FROM generate_series(1, 20000) AS n")
    return daemon


def test_a_file_is_whole(many):
    token = many.make_token("analyst", "karlstad")
    answer = ask(many, "format=csv", token=token)
    assert answer.headers.get("Transfer-Encoding") == "chunked" and "Link" not in answer.headers
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["title"] for row in rows] == [f"Nummer {n}" for n in range(20000, 0, -1)]
    features = ask(many, "format=geojson&from=2009-01-02&to=2009-01-02", token=token).json()["features"]
    assert len(features) == 1440
    part = ask(many, "format=csv&limit=10", token=token)
    assert part.text.count("Nummer") == 10 and "next" in part.links
    nothing = ask(many, "format=csv&q=finnsinte", token=token)
    assert nothing.text.count("\r\n") == 1
    assert ask(many, "format=geojson&q=finnsinte", token=token).json() == {"type": "FeatureCollection", "features": [], "numberReturned": 0}
    assert many.call("HEAD", "/v1/incidents?format=csv", token).content == b""


def test_one_who_stops_reading_holds_nobody_up(many):
    token = many.make_token("analyst", "karlstad")
    request = f"GET /v1/incidents?format=csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    waiting = [many.connect() for _ in range(3)]
    for raw in waiting:
        raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.send(request.encode())
    time.sleep(0.5)
    for _ in range(8):  # on every loop
        assert ask(many, "limit=1", token=token).json()["items"]
    for raw in waiting:
        raw.socket.close()
    time.sleep(0.5)
    assert ask(many, "format=csv&from=2009-01-02&to=2009-01-02", token=token).text.count("Nummer") == 1440


@pytest.mark.parametrize("query, says", [
    ("colour=red", "colour"), ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=1001&format=csv", "limit"), ("limit=ten", "limit"),
    ("cursor=nonsense", "cursor"), ("cursor=MjAwOHxpbnRl", "cursor"), ("from=yesterday", "from"),
    ("from=2008-04-01T12:00:00", "from"), ("from=2008-04-02&to=2008-04-01", "to"), ("status=lost", "status"), ("category=kubism", "category"),
    ("bbox=1,2,3", "bbox"), ("bbox=59.5,17.6,59.6,97.7", "bbox"), ("bbox=59.5,17.6,59.6,17.7", "bbox"), ("bbox=a,b,c,d", "bbox"), ("area=bro,,brunna", "area"),
    ("format=xml", "format"), ("limit=1&limit=2", "limit"),
])
def test_what_cannot_be_asked(log, query, says):
    problem = ask(log, query, 400)
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert any(error["pointer"] == "?" + says for error in problem.json()["errors"])


def test_only_ones_own(log):
    group = log.make_token("group", MUNICIPALITY, areas=["brunna"])
    assert set(ids(log, YEAR, token=group)) == set(log.same)
    ask(log, "area=bro", 403, token=group)
    assert ids(log, YEAR, token=log.make_token("analyst", "kristinehamn")) == []
    ask(log, YEAR, 403, token=log.make_token("reporter", MUNICIPALITY))
    one = f"/v1/incidents/{log.point}"
    assert log.call("GET", one, group).status_code == 403
    assert log.call("GET", one, log.make_token("analyst", "kristinehamn")).status_code == 404
    assert log.call("PATCH", one, log.make_token("analyst", MUNICIPALITY), json={"status": "rejected"}).status_code == 403
    assert log.call("PATCH", one, log.make_token("police", "kristinehamn"), json={"status": "rejected"}).status_code == 404


def test_no_such_incident(log):
    for name in ("00000000-0000-0000-0000-000000000000", "seventeen"):
        assert log.call("GET", f"/v1/incidents/{name}", log.admin_token).status_code == 404
        assert log.call("PATCH", f"/v1/incidents/{name}", log.admin_token, json={"status": "confirmed"}).status_code == 404
    assert log.call("PATCH", f"/v1/incidents/{log.withdrawn}", log.admin_token, json={"category": "ran"}).status_code == 404


def test_a_correction_is_kept_with_who_and_what_it_was(log):
    incident = put_incident(log, MUNICIPALITY, "2007-05-01 12:00", areas=["bro"], status="review", review=["category"],
                            place="Fel plats")
    coordinator = log.make_token("coordinator", MUNICIPALITY)
    answer = log.call("PATCH", f"/v1/incidents/{incident}", coordinator, json={
        "category": "ran", "areas": ["brunna", "kungsangen"], "occurred_at": "2007-05-02T23:40:00+02:00",
        "place": None, "position": {"lat": 59.5, "lon": 17.6}})
    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert now["category"] == {"code": "ran", "confidence": 1.0, "evidence": "", "rule": "person"}
    assert {a["code"] for a in now["areas"]} == {"brunna", "kungsangen"}
    assert now["occurred_at"] == "2007-05-02T23:40:00+02:00" and now["precision"] == "minute"
    assert now["place"] is None and now["position"] == {"lat": 59.5, "lon": 17.6}
    assert now["status"] == "confirmed" and now["review"] == []
    assert set(now["decided"]) == {"areas", "category", "occurred_at", "place", "status"}
    history = {change["field"]: change for change in now["history"]}
    assert history["category"]["before"] == "skadegorelse" and history["category"]["after"] == "ran"
    assert history["areas"]["before"] == ["bro"] and history["areas"]["after"] == ["brunna", "kungsangen"]
    assert history["place"]["before"] == "Fel plats" and history["place"]["after"] is None
    assert history["status"]["before"] == "review"
    assert all(change["actor"] == "coordinator" and change["changed_by"] for change in now["history"])
    assert "precision" not in history, "what did not change is no change"
    assert log.call("GET", f"/v1/incidents/{incident}", coordinator).json() == now


def test_the_same_correction_again_changes_nothing(log):
    incident = put_incident(log, MUNICIPALITY, "2007-05-01 12:00", areas=["bro"])
    for _ in range(2):
        answer = log.call("PATCH", f"/v1/incidents/{incident}", log.admin_token, json={"area": "brunna"})
    assert [change["field"] for change in answer.json()["history"]] == ["status", "areas"]


def test_personal_data_in_a_corrected_place_is_masked(log):
    incident = put_incident(log, MUNICIPALITY, "2007-05-01 12:00", areas=["bro"])
    answer = log.call("PATCH", f"/v1/incidents/{incident}", log.admin_token,
                      json={"place": "hos Anna Lindqvist, 070-123 45 67"})
    assert answer.json()["place"] == "hos [namn], [telefon]"
    assert [change["after"] for change in answer.json()["history"] if change["field"] == "place"] == ["hos [namn], [telefon]"]
    street = log.call("PATCH", f"/v1/incidents/{incident}", log.admin_token, json={"place": "Per Albin Hanssons väg 3"})
    assert street.json()["place"] == "Per Albin Hanssons väg 3"


def test_the_rejected_count_nowhere(log):
    incident = put_incident(log, MUNICIPALITY, "2007-09-03 12:00", areas=["bro"])
    show = lambda: log.call("GET", "/v1/lagesbilder/bro/2007-W36", log.admin_token).json()["total"]["count"]
    trend = lambda: log.call("GET", "/v1/trends?area=bro&from=2007-09-03&to=2007-09-09",
                             log.admin_token).json()["rows"][0]["count"]
    assert (show(), trend()) == (1, 1)
    log.call("PATCH", f"/v1/incidents/{incident}", log.admin_token, json={"status": "rejected"})
    assert (show(), trend()) == (0, 0)


@pytest.mark.parametrize("body, pointer", [
    ({}, ""), ([], ""), ({"colour": "red"}, "/colour"), ({"category": "kubism"}, "/category"), ({"category": 1}, "/category"),
    ({"areas": "bro"}, "/areas"), ({"areas": ["ingenstans"]}, "/areas"), ({"areas": ["hasselby-torg"]}, "/areas"),
    ({"area": 7}, "/areas"), ({"area": "bro", "areas": ["bro"]}, "/areas"),
    ({"occurred_at": "2007-05-01"}, "/occurred_at"), ({"occurred_at": "2099-05-01T12:00:00+02:00"}, "/occurred_at"), ({"precision": "second"}, "/precision"), ({"place": ""}, "/place"),
    ({"position": [59, 17]}, "/position"), ({"position": {"lat": 159, "lon": 17}}, "/position"), ({"status": "lost"}, "/status"),
])
def test_a_correction_that_is_none(log, body, pointer):
    answer = log.call("PATCH", f"/v1/incidents/{log.point}", log.admin_token, json=body)
    assert answer.status_code == 400, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert log.call("GET", f"/v1/incidents/{log.point}", log.admin_token).json()["history"] == []


def test_review_has_the_most_doubtful_first(log):
    doubts = {c: put_incident(log, "kristinehamn", "2007-05-01 12:00", areas=["kristinehamn"], status="review",
                              review=["category"], confidence=c) for c in (0.7, 0.3, 0.5)}
    secret = put_incident(log, "kristinehamn", "2007-05-01 12:00", areas=["kristinehamn"], status="review", review=["pii"])
    put_incident(log, "kristinehamn", "2007-05-01 12:00", areas=["kristinehamn"], confidence=0.1)
    token = log.make_token("coordinator", "kristinehamn")
    expected = [secret, doubts[0.3], doubts[0.5], doubts[0.7]]
    assert ids(log, "", path="/v1/review", token=token) == expected
    first = log.call("GET", "/v1/review?limit=2", token)
    rest = log.call("GET", first.links["next"]["url"], token)
    assert [i["id"] for i in first.json()["items"] + rest.json()["items"]] == expected
    assert "next" not in rest.links
    ask(log, "", 403, path="/v1/review", token=log.make_token("group", MUNICIPALITY, areas=["bro"]))


def test_the_knowledge(log):
    reporter = log.make_token("reporter", MUNICIPALITY)
    areas = log.call("GET", "/v1/areas", reporter).json()["items"]
    assert {"bro", "brunna", "kungsangen", MUNICIPALITY} <= {area["code"] for area in areas}
    assert {area["municipality"] for area in areas} == {MUNICIPALITY}
    assert next(a for a in areas if a["code"] == "bro")["parent"] == MUNICIPALITY
    collection = log.call("GET", "/v1/areas?format=geojson&area=bro", reporter).json()
    assert collection["type"] == "FeatureCollection" and collection["features"][0]["id"] == "bro"
    categories = log.call("GET", "/v1/categories", reporter).json()["items"]
    assert {"code": "skadegorelse", "name": "Skadegörelse och klotter"} in categories and len(categories) == 23
    places = log.call("GET", "/v1/places?area=bro", reporter).json()["items"]
    assert places and {place["area"] for place in places} == {"bro"}
    points = log.call("GET", "/v1/places?area=bro", reporter, headers={"Accept": "application/geo+json"}).json()["features"]
    assert len(points) == len(places) and any(p["geometry"] for p in points)
    assert log.call("GET", "/v1/areas?municipality=stockholm", reporter).status_code == 403
    assert log.call("GET", "/v1/areas").status_code == 401
