"""Observations: one, and many."""

import concurrent.futures
import json
import pathlib
import time
import unicodedata

import psycopg2
import pytest
from harness import ROOT, wait_until


@pytest.fixture(scope="module")
def reporter(daemon):
    return daemon.make_token("reporter", "upplands-bro", organisation="Fältgruppen")


@pytest.fixture(scope="module")
def coordinator(daemon):
    return daemon.make_token("coordinator")


def observe(daemon, token, headers=None, **observation):
    return daemon.call("POST", "/v1/observations", token, json=observation, headers=headers or {})


def test_an_observation_is_tagged(daemon, reporter):
    answer = observe(daemon, reporter, text="Ca 30 ungdomar samlade framför gymmet i Bro centrum 20.45. Hög musik.",
                     observed_at="2026-02-13T22:05:00+01:00", source="vaktare")
    assert answer.status_code == 201
    incident = answer.json()
    assert incident["occurred_at"] == "2026-02-13T20:45:00+01:00" and incident["precision"] == "minute"
    assert [a["code"] for a in incident["areas"]] == ["bro"]
    assert incident["category"]["code"] == "samling" and "ungdomar" in incident["flags"]
    assert incident["source"] == "vaktare" and incident["organisation"] == "Fältgruppen"
    assert incident["report_id"] is None
    assert answer.headers["Location"] == f"/v1/incidents/{incident['id']}"


def test_what_the_sender_says_decides(daemon, reporter):
    incident = observe(daemon, reporter, text="Något har hänt", category="skadegorelse", place="Kungsängens station",
                       observed_at="2026-02-13T22:05:00+01:00").json()
    assert incident["category"] == {"code": "skadegorelse", "confidence": 1.0, "evidence": "", "rule": "sender"}
    assert [a["code"] for a in incident["areas"]] == ["kungsangen"]
    assert incident["place"] == "Kungsängens station"
    assert incident["occurred_at"] == "2026-02-13T22:05:00+01:00" and incident["precision"] == "minute"


def apart(text):
    """As macOS and some PDF write it: "ö" as "o" and a mark."""
    return unicodedata.normalize("NFD", text)


def test_letters_and_their_marks_are_one_however_they_are_sent(daemon, coordinator):
    incident = observe(daemon, coordinator, text=apart("Två mopeder körde på gångvägen, ring Åsa Öberg 070-123 45 67."),
                       place=apart("Kungsängens station"), observed_at="2011-04-07T20:00:00+02:00",
                       source=apart(" fält "), organisation=apart("Fältgruppen i Låssa "), municipality="upplands-bro").json()
    for member in ("title", "text", "place", "source", "organisation"):
        assert incident[member] == unicodedata.normalize("NFC", incident[member]), member
    assert incident["place"] == "Kungsängens station" and incident["source"] == "fält"
    assert incident["organisation"] == "Fältgruppen i Låssa", "and names have no white space at their ends"
    for name, value in (("q", "körde"), ("place", "Kungsängens station"), ("source", "fält")):
        for written in (value, apart(value)):
            found = daemon.call("GET", "/v1/incidents", coordinator, params={
                "municipality": "upplands-bro", "from": "2011-04-07", "to": "2011-04-07", name: written})
            assert [i["id"] for i in found.json()["items"]] == [incident["id"]], (name, written)


def test_a_reports_text_and_sender_are_composed_too(daemon, coordinator):
    report = daemon.call("POST", "/v1/reports", coordinator, json={
        "source": "polis", "report_date": "2011-05-02", "municipality": "upplands-bro", "organisation": apart("Polisen Kungsängen"),
        "text": apart("Kl 21.40 slagsmål på Bro station, två män åkte därifrån.")}).json()
    assert "slagsmål på Bro station, två män åkte därifrån" in report["incidents"][0]["text"]
    assert report["incidents"][0]["organisation"] == "Polisen Kungsängen"


@pytest.mark.parametrize("member", ["source", "organisation"])
def test_a_name_of_white_space_is_none(daemon, coordinator, member):
    answer = observe(daemon, coordinator, text="Klotter", **{member: "  "})
    assert answer.status_code == 400 and answer.json()["errors"][0]["pointer"] == f"/{member}"


def test_a_position_gives_the_area(daemon, reporter):
    incident = observe(daemon, reporter, text="Klotter på en vägg", position={"lat": 59.5117, "lon": 17.6360}).json()
    assert [a["code"] for a in incident["areas"]] == ["bro"]
    assert incident["areas"][0]["rule"] == "position"
    assert incident["position"] == {"lat": 59.5117, "lon": 17.636}


def ordered(text):
    """Members in their order, numbers as they are written."""
    return json.loads(text, object_pairs_hook=list, parse_float=str, parse_int=str)


def awkward():
    """Observations whose answers are hardest to write as the database does."""
    yield {"text": "Citat: \"hej\" \\ snedstreck / tabb\toch\nny rad, \u0001 och \u007f, 😀 i Bro"}
    yield {"text": "Ring Anna Andersson på 070-123 45 67, hon såg bråket vid Bro station. Personnummer 19850709-9805."}
    yield {"text": "Klotter", "position": {"lat": 59.51170000000001, "lon": 17.1}, "place": "Bro \"torg\""}
    yield {"text": "Klotter", "position": {"lat": 59.1234567890123, "lon": 18}, "category": "skadegorelse"}
    yield {"text": "Klockan 02.30 natten till söndag hördes skott i Brunna", "observed_at": "2026-03-29T12:00:00+02:00"}
    yield {"text": "Klockan 02.30 hördes smällar i Bro", "observed_at": "2025-10-26T12:00:00+01:00"}
    yield {"text": "Stöld i Kungsängen och bråk i Bro, Brunna och Kungsängens centrum"}
    yield {"text": "x"}


def samples():
    for line in (ROOT / "schema" / "samples" / "observations.ndjson").read_text().splitlines():
        observation = json.loads(line)
        observation.pop("idempotency_key")
        yield observation


@pytest.mark.parametrize("observation", [*awkward(), *samples()])
def test_the_answer_is_what_is_stored(daemon, coordinator, observation):
    answer = observe(daemon, coordinator, **observation)
    assert answer.status_code == 201
    stored = daemon.call("GET", answer.headers["Location"], coordinator)
    made, whole = ordered(answer.text), ordered(stored.text)
    assert made == [pair for pair in whole if pair[0] in dict(made)]
    assert {name for name, _ in whole} - {name for name, _ in made} <= {"history"}


def test_the_same_key_is_the_same_incident(daemon, reporter):
    headers = {"Idempotency-Key": "telefon-7"}
    first = observe(daemon, reporter, headers, text="Krossad ruta vid Bro station")
    again = observe(daemon, reporter, headers, text="Krossad ruta vid Bro station")
    other = observe(daemon, reporter, headers, text="Något annat")
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 422)
    assert again.json()["id"] == first.json()["id"]


@pytest.mark.parametrize("observation, pointer", [
    ({}, "/text"),
    ({"text": ""}, "/text"),
    ({"text": "  \n"}, "/text"),
    ({"text": None}, "/text"),
    ({"text": 5}, "/text"),
    ({"text": "x", "observed_at": "2026-02-13T22:05:00"}, "/observed_at"),
    ({"text": "x", "observed_at": "2999-02-13T22:05:00Z"}, "/observed_at"),
    ({"text": "x", "category": "finns-inte"}, "/category"),
    ({"text": "x", "position": {"lat": 17.6, "lon": 59.5}}, "/position"),
    ({"text": "x", "position": {"lat": 59.5}}, "/position"),
    ({"text": "x", "position": {"lat": 0, "lon": 0}}, "/position"),
    ({"text": "x", "municipality": "stockholm"}, "/municipality"),
    ({"text": "x", "kategori": "ran"}, "/kategori"),
    ({"text": "x" * 70000}, "/text"),
    ([], ""),
])
def test_faults_are_pointed_at(daemon, reporter, observation, pointer):
    answer = daemon.call("POST", "/v1/observations", reporter, json=observation)
    assert answer.status_code == 400, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_swapped_coordinates_get_a_hint(daemon, reporter):
    answer = observe(daemon, reporter, text="x", position={"lat": 17.6, "lon": 59.5})
    assert "omkastade" in answer.json()["errors"][0]["detail"]


def ndjson(daemon, token, lines):
    body = b"".join(line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
    answer = daemon.call("POST", "/v1/observations", token, data=body, headers={"Content-Type": "application/x-ndjson"})
    return answer, [json.loads(line) for line in answer.text.splitlines()] if answer.status_code == 200 else []


def test_each_line_gets_its_verdict_in_order(daemon, reporter):
    answer, verdicts = ndjson(daemon, reporter, [
        {"text": "Klotter på Broskolan", "idempotency_key": "rad-1"},
        b"{inte json}\n",
        b"\n",
        {"text": "Klotter på Broskolan", "idempotency_key": "rad-1"},
        {"tekst": "x"},
        {"text": "En annan text", "idempotency_key": "rad-1"},
        {"text": "Brand i container, Brunna", "idempotency_key": "rad-2"},
    ])
    assert answer.status_code == 200
    assert [(v["line"], v["status"]) for v in verdicts] == [(1, 201), (2, 400), (4, 200), (5, 400), (6, 422), (7, 201)]
    assert verdicts[0]["id"] == verdicts[2]["id"]
    assert verdicts[5]["areas"] == ["brunna"] and verdicts[5]["category"] == "brand"
    again, verdicts = ndjson(daemon, reporter, [{"text": "Klotter på Broskolan", "idempotency_key": "rad-1"}])
    assert [v["status"] for v in verdicts] == [200]


def test_twenty_thousand_lines_all_count(daemon, reporter):
    count = 20000
    answer, verdicts = ndjson(daemon, reporter, ({"text": f"Krossad ruta vid Bro station, nummer {i}"} for i in range(count)))
    assert [v["line"] for v in verdicts] == list(range(1, count + 1))
    assert {v["status"] for v in verdicts} == {201}
    stored = daemon.sql("SELECT count(*), count(DISTINCT text) FROM lagesbild.incident"
                        " WHERE text LIKE 'Krossad ruta vid Bro station, nummer %%'")
    assert stored == [(count, count)]


def test_waiting_for_the_database_costs_nothing(own_daemon):
    """While lines wait and the input is full, the loop sleeps."""
    running = own_daemon("--threads=1")

    def processor():
        return sum(int(task.read_text().split()[0]) for task in pathlib.Path(f"/proc/{running.process.pid}/task").glob("*/schedstat")) / 1e9

    connection = psycopg2.connect(host=str(running.data / "socket"), user="lagesbild", dbname="lagesbild")
    with connection.cursor() as cursor, concurrent.futures.ThreadPoolExecutor(1) as crew:
        cursor.execute("LOCK TABLE lagesbild.incident")
        sent = crew.submit(ndjson, running, running.admin_token, [{"text": f"Väntan i Bro, nummer {i}"} for i in range(5000)])
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        wait_until(lambda: running.sql(waiting) > [(0,)], 60, "a unit that waits")
        time.sleep(1)
        before = processor()
        time.sleep(2)
        spent = processor() - before
        connection.rollback()
        assert {v["status"] for v in sent.result()[1]} == {201}
    connection.close()
    assert spent < 0.5


def test_an_empty_list_is_no_fault(daemon, reporter):
    answer = daemon.call("POST", "/v1/observations", reporter, data=b"", headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200 and answer.text == ""


def test_a_sender_that_goes_away_leaves_whole_lines_only(daemon, reporter):
    before = daemon.metric("lagesbild_http_connections")
    line = json.dumps({"text": "Avbrott vid Bro station"}).encode() + b"\n"
    with daemon.connect() as raw:
        raw.send(b"POST /v1/observations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + reporter.encode() +
                 b"\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n" + line * 3 + line[:10])
    wait_until(lambda: daemon.metric("lagesbild_http_connections") <= before, 60, "an end of the connection")
    stored = daemon.sql("SELECT count(*) FROM lagesbild.incident WHERE text LIKE 'Avbrott%%'")
    assert stored in ([(0,)], [(3,)])


def test_tables_that_grow_are_looked_at_at_once(own_daemon):
    """Plans are kept; one made for an empty table must not wait for autovacuum to be made anew."""
    running = own_daemon("--threads=1")
    looked_at = "SELECT analyze_count FROM pg_stat_user_tables WHERE schemaname = 'lagesbild' AND relname = 'incident'"
    before = running.sql(looked_at)
    assert running.call("POST", "/v1/observations", running.admin_token, json={"text": "Klotter i Bro"}).status_code == 201
    wait_until(lambda: running.sql(looked_at) > before, 60, "statistics")
