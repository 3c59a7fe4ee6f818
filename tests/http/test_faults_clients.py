"""Clients that are slow, silent or many, descriptors over a long time, and a wall clock that jumps.

The short forms run always; LAGESBILD_FAULTS=long makes them long."""

import concurrent.futures
import contextlib
import json
import os
import random
import resource
import selectors
import socket
import struct
import threading
import time

import pytest
from failing import FailingDaemon
from faults import LONG, Client, Ledger, socket_conninfo
from harness import Daemon, wait_until
from test_faults import percentile

GET = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
HEAD = b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: "
DAY_US = 86400 * 1000000
EXPORTED = "municipality=knivsta&from=2012-01-01&to=2012-12-31"


@pytest.fixture(scope="module")
def patient():
    """A daemon whose deadlines slow clients do not reach in the short form."""
    running = Daemon(["--threads=2", "--head-timeout=60", "--body-timeout=60", "--idle-timeout=60"]).start()
    yield running
    running.finish()


# --- slow and silent ---


class SlowClients:
    """Many connections that hold on to the daemon: silent ones, heads and bodies that come a byte a second, and answers that
    nobody reads. One thread; those that the daemon gives up come again, as slowhttptest's do."""

    def __init__(self, port, count, token, small_window):
        self.port, self.token = port, token
        self.stopping = threading.Event()
        self.again = 0
        self.selector = selectors.DefaultSelector()
        self.clients = {}
        self.small_window = small_window
        for n in range(count):
            self._open(n % 4)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _open(self, kind):
        client = socket.socket()
        if kind == 3:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.small_window)
        client.settimeout(20)
        client.connect(("127.0.0.1", self.port))
        first = {0: b"", 1: HEAD, 3: GET * 20,
                 2: (f"POST /v1/observations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {self.token}\r\n"
                     "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n").encode()}[kind]
        client.sendall(first)
        client.setblocking(False)
        self.clients[client] = kind
        if kind != 3:
            self.selector.register(client, selectors.EVENT_READ)

    def _drip(self):
        for client, kind in list(self.clients.items()):
            if kind in (1, 2):
                try:
                    client.send(b"x")
                except OSError:
                    pass

    def _run(self):
        dripped = 0.0
        while not self.stopping.is_set():
            for key, _ in self.selector.select(0.2):
                kind = self.clients.pop(key.fileobj)
                self.selector.unregister(key.fileobj)
                key.fileobj.close()
                self.again += 1
                self._open(kind)
            if time.monotonic() - dripped > 1:
                dripped = time.monotonic()
                self._drip()

    def stop(self):
        self.stopping.set()
        self.thread.join(60)
        for client in self.clients:
            client.close()


def healthy(port, token, seconds):
    """The waits of four keep-alive clients, half of which store something."""
    waits, faults = [], []
    until = time.monotonic() + seconds

    def call(index):
        client = Client(lambda: port, token)
        while time.monotonic() < until:
            started = time.monotonic()
            if index % 2:
                answer = client.call("POST", "/v1/observations", json.dumps({"text": "Krossad ruta vid Bro station"}),
                                     "application/json")
            else:
                answer = client.call("GET", "/v1/incidents?area=bro&limit=5", None, "text/plain")
            waits.append(time.monotonic() - started)
            if not answer or answer[0] not in (200, 201):
                faults.append(answer)
            time.sleep(0.005)
        client.close()

    threads = [threading.Thread(target=call, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults[:3]
    return percentile(waits, 0.99)


def test_slow_and_silent_clients_harm_nobody(patient):
    count = 5000 if LONG else 400
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, count + 1000)), hard))
    token = patient.make_token("coordinator")
    healthy(patient.port, token, 0.5)
    before = percentile([healthy(patient.port, token, 10 if LONG else 1) for _ in range(3)], 0.5)
    slow = SlowClients(patient.port, count, token, 2048)
    try:
        wait_until(lambda: patient.metric("lagesbild_http_connections") > count * 0.9, 60, "slow clients that are connected")
        during = percentile([healthy(patient.port, token, 30 if LONG else 1) for _ in range(3)], 0.5)
    finally:
        slow.stop()
    print(f"{count} slow and silent clients ({slow.again} came again): p99 of healthy ones {before * 1e3:.1f} ms before, "
          f"{during * 1e3:.1f} ms with them, ratio {during / before:.2f}")
    assert during < max(20 * before, 1) if not LONG else during < max(4 * before, 0.1)
    wait_until(lambda: patient.metric("lagesbild_http_connections") < 20, 60, "an end of the slow ones")


# --- a year's worth of descriptors ---


def rough_client(port, token):
    """A client as they come: proper, impatient, rude, or gone before its answer."""
    with socket.create_connection(("127.0.0.1", port), 20) as client:
        kind = random.randrange(6)
        post = (f"POST /v1/observations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
                "Content-Type: application/x-ndjson\r\nContent-Length: 40\r\n\r\n").encode()
        client.sendall({0: GET, 1: GET[:20], 2: b"nonsense\r\n\r\n", 3: post, 4: post + b'{"text": "Krossad ruta i Bro"}\n\n\n\n\n\n\n\n\n\n',
                        5: f"GET /v1/incidents?{EXPORTED}&format=csv HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n".encode()}[kind])
        if kind not in (1, 3) and random.random() < 0.5:  # those have not asked for anything yet
            with contextlib.suppress(ConnectionResetError):
                client.recv(100)
        if random.random() < 0.3:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_no_descriptor_is_lost_over_time(patient):
    """Thousands of connections of every kind later, as many descriptors are open as before."""
    token = patient.make_token("coordinator")
    pid = patient.process.pid
    # What is exported does not grow with what the clients store.
    patient.sql("INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category, category_confidence,"
                " category_rule, title, text, source, status) SELECT 'knivsta', gen_random_uuid(), timestamptz '2012-03-04'"
                " + n * interval '1 minute', 'minute', 'ran', 1, 'cue', 'Rån', repeat('x', 300), 'polis', 'tagged'"
                " FROM generate_series(1, 400) AS n")

    def run(count):
        with concurrent.futures.ThreadPoolExecutor(4) as crew:
            for _ in crew.map(lambda _: rough_client(patient.port, token), range(count)):
                pass

    def open_now():
        return len(os.listdir(f"/proc/{pid}/fd"))

    run(200)  # the connections for exports are opened when they are needed
    wait_until(lambda: patient.metric("lagesbild_http_connections") < 5, 80, "an end of the connections")
    before = open_now()
    run(200000 if LONG else 1200)
    wait_until(lambda: patient.metric("lagesbild_http_connections") < 5, 80, "an end of the connections")
    wait_until(lambda: open_now() <= before + 2, 90, f"{before} descriptors again")
    print(f"{before} descriptors before, {open_now()} afterwards")


# --- the wall clock ---


@pytest.fixture
def jumping(victim):
    """A daemon whose wall clock the test sets; not that of its database."""
    running = FailingDaemon(socket_conninfo(victim), ["--idle-timeout=5", "--head-timeout=5"]).start()
    yield running
    running.finish()


def test_the_wall_clock_jumps(victim, jumping):
    """Days and years ahead and back under load: nobody waits longer, is cut off or told nonsense, and all is stored once."""
    ledger = Ledger(lambda: jumping.port, victim.make_token("coordinator"), timeout=60)
    ledger.wait_for_an_answer(60)
    for days in (1, -1, 3650, -60, 0, 0.04, -0.04) * (20 if LONG else 1):
        jumping["clock_us"] = int(days * DAY_US)
        time.sleep(0.3)
        ledger.wait_for_an_answer(30)
    ledger.settle(victim.sql)
    assert ledger.answers["none"] == 0 and ledger.answers[503] == 0, ledger.answers


@pytest.mark.parametrize("days", [3650, -60])
def test_deadlines_do_not_follow_the_wall_clock(jumping, days):
    idle, slow = jumping.connect(), jumping.connect()
    idle.send(GET)
    assert idle.answer().status == 200
    slow.send(GET[:10])
    jumping["clock_us"] = int(days * DAY_US)
    time.sleep(0.5)
    slow.send(GET[10:])
    assert slow.answer().status == 200, "a jump ahead is no reason to give a client up"
    started = time.monotonic()
    idle.send(GET)
    assert idle.answer().status == 200
    assert idle.is_closed(), "a jump back is no reason to wait for ever (this client waits for 20 s)"
    assert time.monotonic() - started > 4.9
    half = jumping.connect()
    half.send(GET[:10])
    assert half.answer().status == 408
