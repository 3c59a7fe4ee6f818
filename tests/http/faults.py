"""What the fault tests share: senders that keep a ledger, a proxy that breaks connections, and the look at the database
that says whether each acknowledged item is there exactly once."""

import collections
import http.client
import itertools
import json
import os
import random
import re
import signal
import socket
import struct
import subprocess
import threading
import time

from harness import Daemon, program, wait_until

LONG = os.environ.get("LAGESBILD_FAULTS") == "long"
DATE = "2026-03-14"
LETTERS = "bdfghjklmnprstvx"  # no vowels: marks are no words, no names and no numbers, so nothing is made of them
_serial = itertools.count()


def new_mark():
    """A word that stands in one item's texts and nowhere else."""
    number, word = next(_serial), ""
    for _ in range(5):
        word = LETTERS[number % 16] + word
        number //= 16
    return "z" + word + "z"


# --- a client that is honest about what it does not know ---


class Client:
    """One keep-alive connection; opened again after anything that broke it. `port` is asked each time, because a daemon
    that starts again listens elsewhere."""

    def __init__(self, port, token, timeout=20):
        self.port, self.token, self.timeout = port, token, timeout
        self.connection = None

    def call(self, method, path, body, kind, headers=None):
        """(status, headers, body), or None where no whole answer came: then nobody knows what became of it."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port(), timeout=self.timeout)
            self.connection.request(method, path, body, {"Authorization": f"Bearer {self.token}", "Content-Type": kind,
                                                         **(headers or {})})
            answer = self.connection.getresponse()
            data = answer.read()
            # http.client takes a head that was cut short for a whole one.
            whole = answer.headers["Transfer-Encoding"] or answer.headers["Content-Length"] == str(len(data))
            if answer.will_close or not whole:
                self.close()
            if not whole:
                return None
            return answer.status, answer.headers, data
        except (OSError, http.client.HTTPException):
            self.close()
            return None

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None


# --- what is sent, and what the database must hold of it afterwards ---


class Observation:
    def __init__(self):
        self.mark, self.acknowledged = new_mark(), False

    def step(self, client):
        body = json.dumps({"text": f"Krossad ruta vid Bro station, märke {self.mark}"})
        answer = client.call("POST", "/v1/observations", body, "application/json", {"Idempotency-Key": self.mark})
        self.acknowledged = bool(answer) and answer[0] in (200, 201)
        return answer

    def check(self, found):
        assert len(found.incidents[self.mark]) == 1, (self.mark, found.incidents[self.mark])
        assert found.incidents[self.mark][0].areas == 1


class Bulk:
    """Lines with a key each; those that were not acknowledged are sent again."""

    def __init__(self):
        self.left = [new_mark() for _ in range(90)]
        self.marks, self.acknowledged = list(self.left), False

    def step(self, client):
        sent = list(self.left)
        body = "".join(json.dumps({"text": f"Klotter vid Broskolan, märke {m}", "idempotency_key": m}) + "\n" for m in sent)
        answer = client.call("POST", "/v1/observations", body, "application/x-ndjson")
        if answer and answer[0] == 200:
            for verdict in map(json.loads, answer[2].splitlines()):
                if verdict["status"] in (200, 201):
                    self.left.remove(sent[verdict["line"] - 1])
                else:
                    assert verdict["status"] == 503, verdict
        self.acknowledged = not self.left
        return answer

    def check(self, found):
        for mark in self.marks:
            assert len(found.incidents[mark]) == 1 and found.incidents[mark][0].areas == 1, (mark, found.incidents[mark])


class Report:
    """A report by POST, then its corrections by PUT, one after the other."""

    REVISIONS = 3

    def __init__(self):
        self.mark, self.stored, self.id, self.acknowledged = new_mark(), 0, None, False
        self.with_key = random.random() < 0.5

    def text(self, revision):
        return (f"22.30 Skadegörelse i Bro centrum, märke {self.mark}.\n\n"
                f"23.10 Brand i en container i Brunna, märke {self.mark}, upplaga {LETTERS[revision]}.\n")

    def step(self, client):
        text = self.text(self.stored + 1).encode()
        if self.id is None:
            answer = client.call("POST", f"/v1/reports?municipality=upplands-bro&date={DATE}", text, "text/plain",
                                 {"Idempotency-Key": self.mark} if self.with_key else {})
        else:
            # A client that gave up must not be heard after its next correction: the revision it corrects is named.
            answer = client.call("PUT", f"/v1/reports/{self.id}", text, "text/plain", {"If-Match": f'"{self.stored}"'})
        if answer and answer[0] in (200, 201):
            self.id = json.loads(answer[2])["id"]
            self.stored += 1
        self.acknowledged = self.stored == self.REVISIONS
        return answer

    def check(self, found):
        texts = found.revisions[self.mark]
        assert [number for number, _, _ in texts] == list(range(1, self.REVISIONS + 1)), (self.mark, texts)
        assert [text.rstrip(".\n")[-1] for _, text, _ in texts] == list(LETTERS[1:self.REVISIONS + 1]), texts
        assert {report for _, _, report in texts} == {self.id}
        live = [row.text for row in found.incidents[self.mark] if not row.withdrawn]
        assert len(live) == 2 and sum(f"upplaga {LETTERS[self.REVISIONS]}" in text for text in live) == 1, live
        assert all(row.areas >= 1 for row in found.incidents[self.mark])


class Notices:
    """Notices of the feed, then the same with one of them edited."""

    _ids = itertools.count(random.randrange(10**6) * 1000)

    def __init__(self):
        self.marks = [(next(self._ids), new_mark()) for _ in range(120)]
        self.round, self.acknowledged = 0, False

    def step(self, client):
        rows = []
        for index, (number, mark) in enumerate(self.marks):
            edited = " Rättad." if index == 0 and self.round == 1 else ""
            rows.append({"id": number, "datetime": "2026-03-14 08:05:01 +01:00", "type": "Brand", "url": f"/a/{number}/",
                         "name": "13 mars 22:00, Brand, Upplands-Bro", "summary": f"Brand i Bro, märke {mark}.{edited}",
                         "location": {"name": "Upplands-bro", "gps": "59.5,17.7"}})
        answer = client.call("POST", "/v1/import/polisen", json.dumps(rows), "application/json")
        if answer and answer[0] == 200:
            assert json.loads(answer[2])["skipped_count"] == 0, answer[2]
            self.round += 1
        self.acknowledged = self.round == 2
        return answer

    def check(self, found):
        for index, (_, mark) in enumerate(self.marks):
            live = [row for row in found.incidents[mark] if not row.withdrawn]
            assert len(live) == 1 and live[0].areas == 1, (mark, found.incidents[mark])
            assert ("Rättad" in live[0].text) == (index == 0), live
            assert [n for n, _, _ in found.revisions[mark]] == ([1, 2] if index == 0 else [1]), found.revisions[mark]


ALL = (Observation, Report, Bulk, Observation, Notices)


# --- the ledger ---


class Ledger:
    """Senders in threads. Each sends an item until it is acknowledged, then the next; what every answer was is noted."""

    def __init__(self, port, token, kinds=ALL, senders=5, timeout=20):
        self.port, self.token, self.kinds, self.timeout = port, token, kinds, timeout
        self.items, self.faults = [], []
        self.answers = collections.Counter()
        self.slowest = 0.0
        self.acknowledged_at = time.monotonic()
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._send, args=(i,), daemon=True) for i in range(senders)]
        for thread in self.threads:
            thread.start()

    def _note(self, item, client):
        started = time.monotonic()
        answer = item.step(client)
        self.slowest = max(self.slowest, time.monotonic() - started)
        status = answer[0] if answer else "none"
        self.answers[status] += 1
        if status == 503 and not answer[1]["Retry-After"]:
            self.faults.append("a 503 without Retry-After")
        elif status not in (200, 201, 503, "none"):
            self.faults.append((type(item).__name__, status, answer[2][:500]))
        if status in (200, 201):
            self.acknowledged_at = time.monotonic()

    def _send(self, index):
        client = Client(self.port, self.token, self.timeout)
        try:
            for number in itertools.count(index):
                item = self.kinds[number % len(self.kinds)]()
                self.items.append(item)
                while not item.acknowledged:
                    if self.stopping.is_set():
                        return
                    before = self.answers["none"] + self.answers[503]
                    self._note(item, client)
                    if self.answers["none"] + self.answers[503] != before:
                        self.stopping.wait(0.05)
        except Exception as error:  # an item that did not like its answer
            self.faults.append(repr(error))
        finally:
            client.close()

    def wait_for_an_answer(self, seconds):
        """Until something is acknowledged that was not before the call: the service works again. The time it took."""
        since = time.monotonic()
        while self.acknowledged_at <= since:
            assert time.monotonic() - since < seconds, f"nothing was acknowledged for {seconds} s: {self.answers}"
            assert not self.faults, self.faults[:5]
            time.sleep(0.01)
        return time.monotonic() - since

    def wait_for_items(self, count, seconds=120):
        """Until so many items have been begun since the start, and the service works."""
        self.wait_for_an_answer(seconds)
        wait_until(lambda: len(self.items) >= count or self.faults, seconds, f"{count} items")

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a sender hangs"

    def settle(self, sql, seconds=60):
        """Stops, sends again what nobody acknowledged, and looks into the database."""
        self.stop()
        client = Client(self.port, self.token)
        deadline = time.monotonic() + seconds
        for item in self.items:
            while not item.acknowledged:
                assert time.monotonic() < deadline, f"not acknowledged within {seconds} s: {self.answers}"
                before = self.answers["none"] + self.answers[503]
                self._note(item, client)
                if self.answers["none"] + self.answers[503] != before:
                    time.sleep(0.1)
        client.close()
        assert not self.faults, self.faults[:5]
        found = Found(sql)
        for item in self.items:
            item.check(found)
        check_whole(sql)
        return len(self.items)


Row = collections.namedtuple("Row", "text withdrawn areas")


class Found:
    """What the database holds, by mark."""

    def __init__(self, sql):
        self.incidents = collections.defaultdict(list)
        self.revisions = collections.defaultdict(list)
        for text, withdrawn, areas in sql(
            "SELECT text, withdrawn_revision, (SELECT count(*) FROM lagesbild.incident_area a"
            "   WHERE a.municipality = i.municipality AND a.incident = i.incident) FROM lagesbild.incident i"
        ):
            for mark in re.findall(r"märke (z\w+z)", text):
                self.incidents[mark].append(Row(text, withdrawn, areas))
        for revision, text, report in sql(
            "SELECT revision, text, report::text FROM lagesbild.report_revision ORDER BY report, revision"
        ):
            for mark in set(re.findall(r"märke (z\w+z)", text)):
                self.revisions[mark].append((revision, text, report))


def check_whole(sql):
    """No report is half written, whoever sent it."""
    questions = {
        "a report's revisions are 1 to its newest":
            "SELECT r.report FROM lagesbild.report r LEFT JOIN lagesbild.report_revision v USING (municipality, report)"
            " GROUP BY r.municipality, r.report, r.revision"
            " HAVING count(v.*) <> r.revision OR max(v.revision) IS DISTINCT FROM r.revision",
        "a report has a key":
            "SELECT report FROM lagesbild.report r WHERE NOT EXISTS (SELECT FROM lagesbild.report_key k"
            " WHERE k.municipality = r.municipality AND k.report = r.report)",
        "a report that says nothing else has incidents":
            "SELECT report FROM lagesbild.report r WHERE NOT EXISTS (SELECT FROM lagesbild.incident i"
            " WHERE i.municipality = r.municipality AND i.report = r.report) AND EXISTS (SELECT FROM"
            " lagesbild.report_revision v WHERE v.report = r.report AND v.text LIKE '%%märke%%')",
        "nothing is withdrawn by a revision that is not there":
            "SELECT i.incident FROM lagesbild.incident i JOIN lagesbild.report r USING (municipality, report)"
            " WHERE i.withdrawn_revision > r.revision",
        "an incident is in its report once":
            "SELECT report, text FROM lagesbild.incident WHERE report IS NOT NULL AND withdrawn_revision IS NULL"
            " GROUP BY report, text HAVING count(*) > 1",
        "an incident is withdrawn by a revision once":
            "SELECT incident FROM lagesbild.incident_change WHERE field = 'withdrawn' GROUP BY incident, actor"
            " HAVING count(*) > 1",
    }
    for promise, question in questions.items():
        assert sql(question) == [], promise


# --- daemons ---


class GuestDaemon(Daemon):
    """A daemon on the database of another one, straight (`conninfo`) or through a proxy."""

    def __init__(self, conninfo, options=()):
        super().__init__(options)
        self.conninfo = conninfo

    def database(self):
        return ["--database", self.conninfo]


def socket_conninfo(host):
    return f"host={host.data}/socket user=lagesbild dbname=lagesbild"


def kill(daemon):
    daemon.process.send_signal(signal.SIGKILL)
    daemon.process.wait()


def postmaster(daemon):
    """The process of its PostgreSQL; None where there is none just now."""
    try:
        return int((daemon.data / "cluster" / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError):
        return None


def launch(daemon):
    """Starts without waiting until it listens."""
    with open(daemon.log_path, "ab") as log, open(daemon.output_path, "wb") as output:
        daemon.process = subprocess.Popen([program(), *daemon.database(), "--listen", "127.0.0.1:0", *daemon.options],
                                          stdin=subprocess.DEVNULL, stdout=output, stderr=log, env=daemon.environment)


# --- a network that fails ---


class Proxy:
    """Forwards TCP to `target` (a port, or the path of a unix socket; or a function that gives one).

    `pieces` bytes at a time (0: as they come), nothing at all while `stalled`. `plan`, where given, is asked for each new
    connection how many bytes it lets through each way before it resets: (up, down), None for no end."""

    def __init__(self, target, plan=None):
        self.target, self.plan = target, plan
        self.pieces, self.stalled, self.refusing = 0, False, False
        self.pairs, self.lock = set(), threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            target = self.target() if callable(self.target) else self.target
            try:
                if self.refusing:
                    raise ConnectionRefusedError
                if isinstance(target, int):
                    server = socket.create_connection(("127.0.0.1", target))
                else:
                    server = socket.socket(socket.AF_UNIX)
                    server.connect(str(target))
            except OSError:
                self._reset(client)
                continue
            up, down = self.plan() if self.plan else (None, None)
            with self.lock:
                self.pairs.add((client, server))
            for one, other, limit in ((client, server, up), (server, client, down)):
                threading.Thread(target=self._forward, args=(one, other, limit, (client, server)), daemon=True).start()

    @staticmethod
    def _reset(one):
        try:
            if one.family != socket.AF_UNIX:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        one.close()

    def _forward(self, one, other, limit, pair):
        try:
            while True:
                data = one.recv(65536)
                if limit is not None and len(data) >= limit:
                    other.sendall(data[:limit])
                    break
                if limit is not None:
                    limit -= len(data)
                while self.stalled:
                    time.sleep(0.01)
                if not data:
                    other.shutdown(socket.SHUT_WR)
                    return
                step = self.pieces or len(data)
                for at in range(0, len(data), step):
                    other.sendall(data[at:at + step])
        except OSError:
            pass
        self._end(pair)

    def _end(self, pair):
        with self.lock:
            self.pairs.discard(pair)
        for one in pair:
            self._reset(one)

    def cut(self):
        """Resets all that is open."""
        with self.lock:
            pairs = list(self.pairs)
        for pair in pairs:
            self._end(pair)

    def close(self):
        self.stalled = False
        self.listener.close()
        self.cut()
