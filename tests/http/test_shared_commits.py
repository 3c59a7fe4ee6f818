"""Observations that wait at once are stored together: one commit, a verdict each."""

import collections
import contextlib
import json
import os
import signal

import psycopg2
import pytest
from harness import Daemon


@pytest.fixture(scope="module")
def single():
    """One loop, so that all who come at once come to the same one."""
    running = Daemon(["--threads=1", "--connections=1"]).start()
    running.token = running.make_token("coordinator")
    running.call("POST", "/v1/observations", running.token, json={"text": "Krossad ruta vid Bro station"})  # warm
    yield running
    running.finish()


def request(daemon, text, key=None):
    body = json.dumps({"text": text, "municipality": "upplands-bro"}).encode()
    header = f"Idempotency-Key: {key}\r\n" if key else ""
    return (f"POST /v1/observations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {daemon.token}\r\n{header}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


def at_once(daemon, requests):
    """Connections whose requests are all in their sockets before the daemon looks at the first."""
    clients = [daemon.connect() for _ in requests]
    os.kill(daemon.process.pid, signal.SIGSTOP)
    try:
        for raw, one in zip(clients, requests):
            raw.send(one)
    finally:
        os.kill(daemon.process.pid, signal.SIGCONT)
    return clients


@contextlib.contextmanager
def locked(daemon):
    """Nobody can store an incident meanwhile."""
    with psycopg2.connect(host=str(daemon.data / "socket"), user="lagesbild", dbname="lagesbild") as connection:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE lagesbild.incident IN EXCLUSIVE MODE")
            yield
    connection.close()


def test_they_share_commits(single):
    texts = [f"Klotter på garage nummer {n} i Bro" for n in range(60)]
    answers = [raw.answer() for raw in at_once(single, [request(single, text) for text in texts])]
    assert [a.status for a in answers] == [201] * 60
    assert [json.loads(a.body)["text"] for a in answers] == texts  # each client got its own
    commits = single.sql("SELECT count(*), count(DISTINCT xmin::text) FROM lagesbild.incident WHERE text LIKE 'Klotter på garage%%'")
    assert commits[0][0] == 60 and commits[0][1] <= 15, commits


def test_a_bad_one_harms_no_neighbour(single):
    """The database refuses two of many: they hear so, the others are stored."""
    single.sql("ALTER TABLE lagesbild.incident ADD CONSTRAINT refused CHECK (text NOT LIKE 'Fel %%') NOT VALID")
    try:
        texts = [f"Fel rad {n}" if n in (3, 17) else f"Rätt rad {n} vid Bro station" for n in range(30)]
        answers = [raw.answer() for raw in at_once(single, [request(single, text) for text in texts])]
        assert [a.status for a in answers] == [500 if n in (3, 17) else 201 for n in range(30)]
    finally:
        single.sql("ALTER TABLE lagesbild.incident DROP CONSTRAINT refused")
    stored = single.sql("SELECT text FROM lagesbild.incident WHERE text LIKE 'Fel rad%%' OR text LIKE 'Rätt rad%%'")
    assert sorted(row[0] for row in stored) == sorted(text for text in texts if text.startswith("Rätt"))


def test_one_key_many_times_at_once(single):
    """Of the same key, one is stored; the same text again is known, another text is told that the key is used."""
    texts = ["Ruta ett krossad i Bro" if n % 2 else "Ruta två krossad i Bro" for n in range(12)]
    clients = at_once(single, [request(single, text, "samma-nyckel") for text in texts])
    answers = [raw.answer() for raw in clients]
    stored = [n for n, a in enumerate(answers) if a.status == 201]
    assert len(stored) == 1
    for n, answer in enumerate(answers):
        if n in stored:
            continue
        assert answer.status == (200 if texts[n] == texts[stored[0]] else 422)
    assert len({json.loads(a.body)["id"] for a in answers if a.status in (200, 201)}) == 1
    assert single.sql("SELECT text FROM lagesbild.incident WHERE text LIKE 'Ruta %% krossad i Bro'") == [(texts[stored[0]],)]


def test_clients_that_go_away_meanwhile(single):
    """Half of the clients hang up while their observations wait: the others are answered, and nothing is stored twice."""
    texts = [f"Cykel stulen i Bro, nummer {n}" for n in range(20)]
    with locked(single):
        clients = at_once(single, [request(single, text, f"cykel-{n}") for n, text in enumerate(texts)])
        for raw in clients[::2]:
            raw.socket.close()
        assert single.call("GET", "/healthz").status_code == 200  # the loop has seen them go
    assert [raw.answer().status for raw in clients[1::2]] == [201] * 10
    again = [raw.answer().status for raw in at_once(single, [request(single, text, f"cykel-{n}") for n, text in enumerate(texts)])]
    assert again[1::2] == [200] * 10 and set(again) <= {200, 201}
    stored = collections.Counter(row[0] for row in single.sql("SELECT text FROM lagesbild.incident WHERE text LIKE 'Cykel stulen%%'"))
    assert stored == collections.Counter(texts)


def test_stopped_meanwhile(own_daemon):
    """What waits when the daemon is told to stop is still stored and answered."""
    running = own_daemon("--threads=1", "--connections=1")
    running.token = running.make_token("coordinator")
    running.call("POST", "/v1/observations", running.token, json={"text": "Krossad ruta vid Bro station"})
    with locked(running):
        clients = at_once(running, [request(running, f"Moped stulen i Bro {n}") for n in range(20)])
        assert running.call("GET", "/healthz").status_code == 200
        running.process.send_signal(signal.SIGTERM)
    assert [raw.answer().status for raw in clients] == [201] * 20
    assert running.stop() == 0
