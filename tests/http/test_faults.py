"""What is acknowledged is stored once, whatever breaks: the daemon and its clients. (Its database: test_faults_database.py.)

The short forms run always; LAGESBILD_FAULTS=long makes them long."""

import collections
import datetime
import json
import os
import random
import re
import resource
import selectors
import signal
import socket
import time

import psycopg2
import psycopg2.extras
import pytest
from faults import LONG, GuestDaemon, Ledger, Proxy, kill, launch, postmaster, socket_conninfo
from harness import Daemon, quickest, wait_until


def test_killed_at_random_moments(victim):
    """SIGKILL under load, again and again; the database goes down with the daemon."""
    ledger = Ledger(lambda: victim.port, victim.make_token("coordinator"))
    for _ in range(50 if LONG else 6):
        ledger.wait_for_an_answer(60)
        time.sleep(random.uniform(0, 1.2))
        kill(victim)
        victim.start()
    ledger.wait_for_items(6)
    assert ledger.settle(victim.sql) > 5
    assert ledger.answers["none"] > 0, "the kills hit nothing"
    print(f"{len(ledger.items)} items, answers {dict(ledger.answers)}")


def gone(pid):
    """Ended, though perhaps not reaped yet by whoever has inherited it."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def test_killed_together_with_its_server(victim):
    """Nobody is left to tell a session that is in the middle of a statement: it must not write beside the next server."""
    session = psycopg2.connect(host=str(victim.data / "socket"), user="lagesbild", dbname="lagesbild", async_=True)
    psycopg2.extras.wait_select(session)
    cursor = session.cursor()
    cursor.execute("SELECT pg_backend_pid()")
    psycopg2.extras.wait_select(session)
    pid = cursor.fetchone()[0]
    cursor.execute("DO 'BEGIN LOOP END LOOP; END'")
    wait_until(lambda: victim.sql("SELECT state = 'active' FROM pg_stat_activity WHERE pid = %s", (pid,)) == [(True,)], 30,
               "a statement under way")
    server = postmaster(victim)
    os.kill(victim.process.pid, signal.SIGSTOP)  # so that it cannot start the server again first
    os.kill(server, signal.SIGKILL)
    kill(victim)
    time.sleep(0.2)
    assert os.path.exists(f"/proc/{pid}"), "the session has ended by itself"
    victim.start()  # it found the session, and ended it
    wait_until(lambda: gone(pid), 30, "the session's end")
    assert victim.call("GET", "/readyz").status_code == 200


def test_killed_while_it_starts():
    """Killed in the middle of making its database, filling it, or making the first token, it starts well the next time."""
    running = Daemon()
    try:
        for _ in range(20 if LONG else 3):
            launch(running)
            time.sleep(random.uniform(0, 2.5))
            kill(running)
        running.start()
        assert running.call("GET", "/v1/tokens", running.admin_token).status_code == 200
        assert running.sql("SELECT count(*) FROM lagesbild.token") == [(1,)]
    finally:
        running.finish()


# --- the network between client and daemon ---


def some_cuts():
    """Where a connection is reset: somewhere in the request, somewhere in the answer, or nowhere."""
    kind = random.randrange(4)
    if kind == 0:
        return random.choice((random.randrange(1, 600), random.randrange(1, 20000))), None
    if kind == 1:
        return None, random.choice((random.randrange(1, 300), random.randrange(1, 5000)))
    return None, None


def test_clients_are_cut_off_anywhere(victim):
    """Reset in the middle of requests and answers, all bytes in pieces of 1 to 1,000."""
    proxy = Proxy(lambda: victim.port, some_cuts)
    ledger = Ledger(lambda: proxy.port, victim.make_token("coordinator"))
    started = time.monotonic()
    while time.monotonic() < started + (300 if LONG else 3) or ledger.answers["none"] <= 5:
        assert time.monotonic() < started + 600, ledger.answers
        proxy.pieces = random.choice((0, 1, 7, 1000))
        time.sleep(0.3)
        proxy.cut()
    proxy.plan, proxy.pieces = None, 0
    ledger.wait_for_items(6)
    ledger.settle(victim.sql)
    proxy.close()


def test_one_byte_at_a_time(victim):
    """Through a daemon with the usual deadlines, which one byte at a time does not come near."""
    running = GuestDaemon(socket_conninfo(victim)).start()
    proxy = Proxy(lambda: running.port)
    proxy.pieces = 1
    ledger = Ledger(lambda: proxy.port, victim.make_token("coordinator"), senders=2, timeout=60)
    time.sleep(60 if LONG else 1.5)
    ledger.settle(victim.sql)
    assert ledger.answers["none"] == 0 and ledger.answers[503] == 0, ledger.answers
    proxy.close()
    running.finish()


def test_a_stalled_network_is_given_up_by_the_client(victim):
    """Nothing moves, the client gives up and sends again: what had reached the daemon is not stored twice."""
    proxy = Proxy(lambda: victim.port)
    ledger = Ledger(lambda: proxy.port, victim.make_token("coordinator"), timeout=0.7)
    for _ in range(60 if LONG else 2):
        ledger.wait_for_an_answer(60)
        time.sleep(random.uniform(0, 0.2))
        given_up = ledger.answers["none"]
        proxy.stalled = True
        wait_until(lambda: ledger.answers["none"] > given_up, 30, "clients that give up")
        proxy.stalled = False
    ledger.timeout = 20
    ledger.settle(victim.sql)
    proxy.close()


# --- more than it can do ---


class Crowd:
    """Many keep-alive clients in one thread, each with one request under way at a time."""

    def __init__(self, port, count, request):
        self.port, self.request = port, request
        self.selector = selectors.DefaultSelector()
        self.answers, self.waits = collections.Counter(), collections.defaultdict(list)
        self.without_retry = 0
        self.buffers, self.sent_at = {}, {}
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", port), 20)
            self.selector.register(client, selectors.EVENT_READ)
            self.buffers[client] = b""

    def send(self, client):
        self.sent_at[client] = time.monotonic()
        client.sendall(self.request())

    def run(self, seconds, enough=lambda: True):
        """For so long, and until there is enough."""
        for client in list(self.buffers):
            self.send(client)
        until = time.monotonic() + seconds
        waiting = set(self.buffers)
        while waiting:
            ready = self.selector.select(20)
            assert ready, f"{len(waiting)} clients hear nothing for 20 s: {self.answers}"
            for key, _ in ready:
                client = key.fileobj
                data = client.recv(65536)
                assert data, f"a client was dropped without an answer: {self.answers}"
                self.buffers[client] += data
                if not self._whole(client):
                    continue
                if time.monotonic() < until or not enough():
                    self.send(client)
                else:
                    waiting.discard(client)

    def _whole(self, client):
        head, separator, rest = self.buffers[client].partition(b"\r\n\r\n")
        if not separator or len(rest) < int(re.search(rb"Content-Length: (\d+)", head).group(1)):
            return False
        status = int(head[9:12])
        self.answers[status] += 1
        self.waits[status].append(time.monotonic() - self.sent_at[client])
        self.without_retry += status == 503 and b"Retry-After" not in head
        self.buffers[client] = b""
        return True

    def close(self):
        for client in self.buffers:
            client.close()


def resident_mb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024


def percentile(values, share):
    return sorted(values)[int(len(values) * share)]


@pytest.fixture(scope="module")
def small():
    """A daemon with one loop, one connection to its database and a short queue."""
    running = Daemon(["--threads=1", "--connections=1", "--queue=32"]).start()
    yield running
    running.finish()


def test_overload_is_refused_at_once_and_passes(small):
    """300 clients without pause on a queue of 32: those the queue has room for are served, the others told to come again."""
    running, token = small, small.make_token("coordinator")
    body = json.dumps({"text": "Krossad ruta vid Bro station"}).encode()
    request = (f"POST /v1/observations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n"
               f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body

    def one():
        assert running.call("POST", "/v1/observations", token, data=body,
                            headers={"Content-Type": "application/json"}).status_code == 201

    def storm():
        """How long 99 of 100 of those refused and of those served waited, and the first one afterwards."""
        already = running.sql("SELECT count(*) FROM lagesbild.incident")[0][0]
        one()
        crowd = Crowd(running.port, 300, lambda: request)
        before = resident_mb(running.process.pid)
        crowd.run(60 if LONG else 2, lambda: crowd.answers[201] > 50)
        grown = resident_mb(running.process.pid) - before
        crowd.close()
        afterwards = quickest(one, 1, tries=1)
        assert set(crowd.answers) == {201, 503} and not crowd.without_retry, crowd.answers
        assert grown < 32
        assert running.sql("SELECT count(*) FROM lagesbild.incident")[0][0] - already == crowd.answers[201] + 2
        waits = {status: percentile(crowd.waits[status], 0.99) for status in (503, 201)}
        print(f"{dict(crowd.answers)}, p99 of 201 {waits[201]:.3f} s, of 503 {waits[503]:.3f} s, afterwards {afterwards:.3f} s, "
              f"memory grew {grown:.1f} MB")
        return waits[503] < 1 and waits[201] < 2 and afterwards < 1

    # A machine that is busy with other things holds one storm up; a daemon that is too slow, each of them.
    assert any(storm() for _ in range(1 if LONG else 4))


def test_without_descriptors_clients_are_refused(small):
    """The process may open nothing more: those who wait hear so, the connected are served, and it passes."""
    running, pid = small, small.process.pid
    get = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    early = running.connect()
    early.send(get)
    assert early.answer().status == 200
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    # The limit is on numbers, not on how many are open: five above the highest in use.
    highest = max(int(name) for name in os.listdir(f"/proc/{pid}/fd"))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (highest + 5, limits[1]))
    taken, refused = [], 0
    started = time.monotonic()
    late = [running.connect() for _ in range(200)]
    for raw in late:
        raw.send(get)
    for raw in late:
        answer = raw.answer()
        if answer.status == 503:
            assert answer.headers["retry-after"] and raw.is_closed()
            refused += 1
        else:
            assert answer.status == 200
            taken.append(raw)
    # At once: five a second, as it once was, would take 40 s.
    assert refused >= 150 and time.monotonic() - started < 15
    early.send(get)
    assert early.answer().status == 200
    for raw in taken:
        raw.socket.close()
    wait_until(lambda: running.call("GET", "/readyz").status_code == 200, 20, "served again")
    resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
    crowd = Crowd(running.port, 100, lambda: get)
    crowd.run(0)
    assert crowd.answers == {200: 100}
    crowd.close()


# --- the nights when clocks are set ---

NIGHTS = [(day, instants) for day, instants in (
    # What a clock means, in UTC; "-" is the day before. 23.30 is the evening before, 01.30 before the clocks are set, 03.30
    # after. In spring 02.30 does not exist: an hour later is meant. In autumn it comes twice: the second is taken.
    ("2025-03-30", {"23.30": "-01:30", "01.30": "00:30", "02.30": "01:30", "03.30": "01:30"}),
    ("2025-10-26", {"23.30": "-02:30", "01.30": "-00:30", "02.30": "01:30", "03.30": "02:30"}),
    ("2026-03-29", {"23.30": "-01:30", "01.30": "00:30", "02.30": "01:30", "03.30": "01:30"}),
    ("2026-10-25", {"23.30": "-02:30", "01.30": "-00:30", "02.30": "01:30", "03.30": "02:30"}),
) if datetime.date.fromisoformat(day) < datetime.date.today()]


def utc(day, clock):
    midnight = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.timezone.utc)
    hours, minutes = map(int, clock.lstrip("-").split(":"))
    sign = -1 if clock.startswith("-") else 1
    return midnight + sign * datetime.timedelta(hours=hours, minutes=minutes)


@pytest.mark.parametrize("day,instants", NIGHTS)
def test_reports_of_the_nights_when_clocks_are_set(daemon, day, instants):
    police = daemon.make_token("police", "upplands-bro")
    text = "\n\n".join(f"{clock} Skadegörelse i Bro centrum." for clock in instants)
    answer = daemon.call("POST", f"/v1/reports?date={day}", police, data=text.encode(), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 201
    stored = daemon.sql("SELECT occurred_at FROM lagesbild.incident WHERE report = %s ORDER BY ordinal", (answer.json()["id"],))
    assert [at for at, in stored] == [utc(day, clock) for clock in instants.values()]


@pytest.mark.parametrize("offset,expected", [("+02:00", "00:30"), ("+01:00", "01:30")])
def test_an_observation_in_the_doubled_hour_keeps_its_instant(daemon, offset, expected):
    reporter = daemon.make_token("reporter", "upplands-bro")
    answer = daemon.call("POST", "/v1/observations", reporter,
                         json={"text": "Klotter på en vägg i Bro", "observed_at": f"2025-10-26T02:30:00{offset}"})
    assert answer.status_code == 201 and answer.json()["occurred_at"] == f"2025-10-26T02:30:00{offset}"
    assert daemon.sql("SELECT occurred_at FROM lagesbild.incident WHERE incident = %s", (answer.json()["id"],))[0][0] \
        == utc("2025-10-26", expected)
