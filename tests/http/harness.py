"""A real daemon with a private PostgreSQL, and clients that speak to it: proper ones and raw sockets."""

import base64
import hashlib
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import contract
import psycopg2
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROLES = ("admin", "coordinator", "police", "reporter", "group", "analyst")
START_SECONDS = 120  # a slow machine, sanitizers, and a cluster to create
STOP_SECONDS = 120
SANITIZER_WORDS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "ThreadSanitizer")


def wait_until(condition, seconds, what):
    """Until the condition holds; its value then. `seconds` is what a machine that is busy with other things may take."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)
    return value


def quickest(action, limit, tries=5):
    """Calls `action` until it has taken less than `limit` seconds, at most so many times; the shortest time it took. Where the
    machine is busy with other things, some tries are held up; where the daemon is slow, all are."""
    shortest = float("inf")
    while tries and shortest >= limit:
        started = time.monotonic()
        action()
        shortest = min(shortest, time.monotonic() - started)
        tries -= 1
    return shortest


def program() -> str:
    """The daemon under test: $LAGESBILDD, or the newest build in the checkout."""
    given = os.environ.get("LAGESBILDD")
    if given:
        return given
    for build in ("build-san", "build"):
        path = ROOT / build / "daemon" / "lagesbildd"
        if path.exists():
            return str(path)
    raise FileNotFoundError("no lagesbildd: build it, or name it in LAGESBILDD")


class Daemon:
    """One daemon, and the directory of its private PostgreSQL."""

    def __init__(self, options=(), directory=None, environment=None):
        self.own_directory = directory is None
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="lagesbild-http-", dir="/tmp"))
        self.directory.chmod(0o755)  # PostgreSQL runs as another user when we are root
        self.data = self.directory / "data"
        self.log_path = self.directory / "daemon.log"
        self.output_path = self.directory / "daemon.out"
        self.options = list(options)
        self.environment = {**os.environ, **(environment or {})}
        self.environment.setdefault("ASAN_OPTIONS", "detect_leaks=1:quarantine_size_mb=4")
        suppressions = pathlib.Path(__file__).with_name("lsan.supp")
        self.environment.setdefault("LSAN_OPTIONS", f"suppressions={suppressions}:print_suppressions=0")
        self.process = None
        self.port = None

    # --- life ---

    def database(self):
        """The options that say which database it works with."""
        return ["--embedded", str(self.data)]

    def start(self):
        with open(self.log_path, "ab") as log, open(self.output_path, "wb") as output:
            self.process = subprocess.Popen(
                [program(), *self.database(), "--listen", "127.0.0.1:0", *self.options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                env=self.environment,
                preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # also where the tests run under nohup
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            found = re.search(r"listens on http://127\.0\.0\.1:(\d+)", self.output_path.read_text())
            if found:
                self.port = int(found.group(1))
                return self
            if self.process.poll() is not None:
                raise RuntimeError(f"the daemon did not start (status {self.process.returncode}):\n{self.log()}")
            time.sleep(0.05)
        raise RuntimeError(f"the daemon did not start in {START_SECONDS} s:\n{self.log()}")

    def stop(self, seconds=STOP_SECONDS):
        """Ends it as an operator would; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def finish(self):
        """Stops it, and fails where it did not end well."""
        try:
            status = self.stop()
            text = self.log()
            found = [word for word in SANITIZER_WORDS if word in text]
            assert status == 0 and not found, f"exit status {status}, {found}:\n{text[-8000:]}"
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            if self.own_directory:
                shutil.rmtree(self.directory, ignore_errors=True)

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    # --- proper clients ---

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin_token(self) -> str:
        return (self.data / "admin-token").read_text().strip()

    def call(self, method, path, token=None, **arguments):
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **arguments.pop("headers", {})}
        answer = requests.request(method, self.url + path, headers=headers, timeout=120, **arguments)
        contract.check(method, path, answer)
        answer.encoding = "utf-8"  # JSON names none, and requests would guess
        return answer

    def metric(self, name, **labels) -> float:
        """A number of /metrics; 0 where it is not there yet."""
        text = self.call("GET", "/metrics").text
        wanted = name + ("{" + ",".join(f'{k}="{v}"' for k, v in labels.items()) + "}" if labels else "")
        for line in text.splitlines():
            if line.startswith(wanted + " "):
                return float(line.rsplit(" ", 1)[1])
        return 0.0

    # --- the database ---

    def sql(self, query, parameters=()):
        """Runs a query as the database's owner; its rows, where it has any."""
        connection = psycopg2.connect(host=str(self.data / "socket"), user="lagesbild", dbname="lagesbild")
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def make_token(self, role, municipality="sverige", areas=None, organisation=None):
        """A token stored as the daemon's documentation says it is, by other code than the daemon's."""
        secret = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
        token = f"lb_{municipality}_{secret}"
        self.sql(
            "INSERT INTO lagesbild.token (municipality, sha256, role, areas, organisation) VALUES (%s, %s, %s, %s, %s)",
            (municipality, hashlib.sha256(token.encode()).digest(), role,
             areas or (["bro"] if role == "group" else None), organisation),
        )
        return token

    # --- raw sockets ---

    def connect(self, timeout=20):
        return Raw(self.port, timeout)

    def exchange(self, *pieces, timeout=20, half_close=False):
        """Sends bytes and reads all that comes until the other end closes. Returns the list of answers."""
        with self.connect(timeout) as raw:
            for piece in pieces:
                raw.send(piece)
            if half_close:
                raw.socket.shutdown(socket.SHUT_WR)
            answers = []
            while True:
                answer = raw.answer()
                if answer is None:
                    return answers
                answers.append(answer)


class Answer:
    def __init__(self, status, headers, body, trailers=None):
        self.status, self.headers, self.body, self.trailers = status, headers, body, trailers or {}

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:200]!r}>"


class Raw:
    """A socket that sends what it is told and reads answers strictly."""

    def __init__(self, port, timeout):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Sends; a peer that has closed is not an error here, its answer tells."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.buffer += data
        return bool(data)

    def _line(self):
        while b"\r\n" not in self.buffer:
            if not self._more():
                return None
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def _bytes(self, count):
        while len(self.buffer) < count:
            assert self._more(), f"the answer was cut: {self.buffer[:200]!r}"
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def answer(self, method="GET"):
        """The next answer, or None at the end of the connection."""
        line = self._line()
        if line is None:
            assert not self.buffer, f"half an answer: {self.buffer[:200]!r}"
            return None
        found = re.fullmatch(rb"HTTP/1\.1 (\d{3}) [ -~]+", line)
        assert found, f"no status line: {line!r}"
        headers = {}
        while line := self._line():
            name, value = line.decode().split(": ", 1)
            assert name.lower() not in headers, f"{name} twice"
            headers[name.lower()] = value
        status = int(found.group(1))
        if status == 100 or status in (204, 304) or method == "HEAD":
            return Answer(status, headers, b"")
        trailers = {}
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._line(), 16):
                body += self._bytes(size)
                assert self._bytes(2) == b"\r\n"
            while line := self._line():
                name, value = line.decode().split(": ", 1)
                trailers[name.lower()] = value
        else:
            body = self._bytes(int(headers["content-length"]))
        return Answer(status, headers, body, trailers)

    def is_closed(self):
        """Waits for the other end to close; False where it does not within the timeout or sends more."""
        try:
            return not self.buffer and not self._more()
        except socket.timeout:
            return False
