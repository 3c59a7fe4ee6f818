"""One daemon takes the port over from another: no client is refused, reset, or left without an answer.

The short form runs always; LAGESBILD_FAULTS=long makes it long."""

import os
import random
import select
import shutil
import socket
import subprocess
import sys
import threading
import time

import pytest
from faults import LONG, Client, GuestDaemon, Ledger, kill, launch, socket_conninfo
from harness import Daemon, program, wait_until

GET = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


class Callers:
    """Clients that never send a request twice: what goes wrong with one is a fault. Some keep their connection for as long
    as they may, with pauses now and then; the others take a new one for each request. Where they are not `trusting`, they
    look whether a connection that they kept was closed meanwhile, as the common libraries do."""

    def __init__(self, port, count=4, trusting=True):
        self.port, self.trusting, self.faults, self.answered = port, trusting, [], 0
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._call, args=(n % 2 == 0,), daemon=True) for n in range(count)]
        for thread in self.threads:
            thread.start()

    def _call(self, keep):
        client = Client(lambda: self.port, "none", timeout=60)
        while not self.stopping.is_set():
            if not self.trusting and client.connection and select.select([client.connection.sock], [], [], 0)[0]:
                client.close()
            answer = client.call("GET", "/healthz", None, "text/plain")
            if not answer or answer[0] != 200:
                self.faults.append((keep, answer and answer[0], time.strftime("%X")))
            self.answered += 1
            if not keep:
                client.close()
            elif random.random() < 0.05:
                self.stopping.wait(random.uniform(0, 1.5))
        client.close()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        assert not self.faults, self.faults[:5]


def successor(daemon, made, *options):
    """A daemon on the same database and with the same path, which serves when this returns."""
    made.append(GuestDaemon(daemon.conninfo, [*daemon.options[:1], *options]).start())
    return made[-1]


@pytest.fixture
def chain(victim, tmp_path):
    """A daemon that offers its port, first of a list of daemons that end well."""
    made = [GuestDaemon(socket_conninfo(victim), [f"--handover={tmp_path}/port", "--threads=2", "--drain-timeout=60"]).start()]
    yield made
    for running in made:
        running.finish()


def test_no_request_is_refused_while_daemons_take_turns(victim, chain):
    """One after the other, with other numbers of loops, under load; what was acknowledged is there once."""
    first = chain[0]
    callers = Callers(first.port)
    ledger = Ledger(lambda: first.port, victim.make_token("coordinator"), senders=3, timeout=60)
    for turn in range(30 if LONG else 4):
        ledger.wait_for_an_answer(60)
        before = chain[-1]
        after = successor(before, chain, f"--threads={(1, 3, 2)[turn % 3]}", "--drain-timeout=60")
        assert after.port == first.port
        assert before.process.wait(90) == 0
    ledger.wait_for_an_answer(30)
    ledger.settle(victim.sql)
    callers.stop()
    assert ledger.answers["none"] == 0 and ledger.answers[503] == 0, ledger.answers
    print(f"{callers.answered} requests of callers, answers to senders {dict(ledger.answers)}")


def test_an_idle_connection_is_told_before_it_is_closed(chain):
    """The old daemon waits for the next request of a client that keeps its connection, and tells it with the answer."""
    raw = chain[0].connect()
    raw.send(GET)
    assert "connection" not in raw.answer().headers
    successor(chain[0], chain)
    time.sleep(1.5)  # longer than a stop by a signal would wait for it
    raw.send(GET)
    answer = raw.answer()
    assert answer.status == 200 and answer.headers["connection"] == "close" and raw.is_closed()
    assert chain[0].process.wait(50) == 0, "it waited for nobody else"
    assert "taken over" in chain[0].log()
    assert chain[1].call("GET", "/readyz").status_code == 200


def test_a_signal_hurries_the_one_that_was_taken_over(chain):
    idle = chain[0].connect()
    idle.send(GET)
    assert idle.answer().status == 200
    successor(chain[0], chain)
    assert chain[0].stop(30) == 0, "not only at the end of its drain timeout"
    assert idle.is_closed()
    assert chain[1].call("GET", "/readyz").status_code == 200


def test_who_cannot_serve_changes_nothing(chain, tmp_path):
    """Killed in the middle of its start, started for another port, or not of those who may ask: the old one goes on."""
    serving = chain[0]
    for delay in [0.001 * n for n in (range(40) if LONG else (0, 5, 15, 30))]:  # a start takes longer than the longest
        other = GuestDaemon(serving.conninfo, serving.options)
        launch(other)
        time.sleep(delay)
        kill(other)
        shutil.rmtree(other.directory)
        assert serving.call("GET", "/readyz").status_code == 200
    wrong = subprocess.run([program(), *serving.database(), serving.options[0], "--listen=127.0.0.1:1"], check=False,
                           capture_output=True, text=True, timeout=60)
    assert wrong.returncode == 1 and f"listens on 127.0.0.1:{serving.port}" in wrong.stderr
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asker:
        asker.connect(str(tmp_path / "port"))
        message, descriptors, _, _ = socket.recv_fds(asker, 100, 64)
        assert message == b"lagesbild 1" and len(descriptors) == 2
        second = subprocess.run([program(), *serving.database(), serving.options[0], "--listen=127.0.0.1:0"], check=False,
                                capture_output=True, text=True, timeout=60)
        assert second.returncode == 1 and "already" in second.stderr
        asker.send(b"nonsense")
        assert asker.recv(100) == b""
        for descriptor in descriptors:
            os.close(descriptor)
    assert serving.call("GET", "/readyz").status_code == 200
    assert successor(serving, chain).call("GET", "/readyz").status_code == 200


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try as somebody else")
def test_strangers_are_not_given_the_port(chain, tmp_path):
    path = tmp_path / "port"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o777)
    for above in (tmp_path, *tmp_path.parents):
        above.chmod(above.stat().st_mode | 0o111)
    script = ("import socket, sys; s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.connect(sys.argv[1]);"
              "m, f, _, _ = socket.recv_fds(s, 100, 64); print(m.decode(), len(f))")
    told = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", sys.executable, "-c", script, str(path)],
                          capture_output=True, text=True, check=True, timeout=20)
    assert told.stdout.split() == ["busy", "0"]


def test_with_a_private_database_clients_wait(tmp_path):
    """Only one can have the directory: the new one takes the port at once, and clients wait until it serves."""
    options = [f"--handover={tmp_path}/port", "--drain-timeout=60"]
    first = Daemon(options).start()
    second = Daemon(options, directory=first.directory)
    try:
        callers = Callers(first.port, trusting=False)
        ledger = Ledger(lambda: first.port, first.make_token("coordinator"), senders=3, timeout=60)
        for before, after in ((first, second), (second, first), (first, second)) if LONG else ((first, second),):
            ledger.wait_for_an_answer(30)
            old = before.process
            after.start()
            assert after.port == before.port and old.wait(90) == 0
        ledger.wait_for_an_answer(30)
        ledger.settle(second.sql)
        callers.stop()
        assert ledger.answers["none"] == 0 and ledger.answers[503] == 0, ledger.answers
    finally:
        second.finish()
        first.finish()


def test_sockets_of_systemd_outlive_the_daemon(victim):
    """Socket activation (sd_listen_fds): while no daemon runs, clients wait in the queue of the socket."""
    script = ("import os, sys; os.dup2(int(sys.argv[1]), 3, inheritable=True); os.environ['LISTEN_PID'] = str(os.getpid());"
              "os.environ['LISTEN_FDS'] = '1'; os.execv(sys.argv[2], sys.argv[2:])")

    class Activated(GuestDaemon):
        def start(self):
            with open(self.log_path, "ab") as log, open(self.output_path, "wb") as output:
                self.process = subprocess.Popen(
                    [sys.executable, "-c", script, str(listener.fileno()), program(), *self.database(), *self.options],
                    stdin=subprocess.DEVNULL, stdout=output, stderr=log, env=self.environment, pass_fds=[listener.fileno()])
            wait_until(lambda: f"listens on http://127.0.0.1:{self.port}" in self.output_path.read_text(), 120, "start")

    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        running = Activated(socket_conninfo(victim), ["--threads=2"])
        running.port = listener.getsockname()[1]
        running.start()
        callers = Callers(running.port, trusting=False)
        try:
            for _ in range(20 if LONG else 2):
                time.sleep(0.5)
                assert running.stop() == 0
                answered = callers.answered
                running.start()
                wait_until(lambda: callers.answered > answered, 60, "an answer")
            callers.stop()
        finally:
            running.finish()


@pytest.mark.parametrize("count,says", [("1", "not a listening"), ("many", "LISTEN_FDS"), ("65", "LISTEN_FDS")])
def test_what_is_no_socket_of_systemd_is_refused(count, says):
    script = ("import os, sys; os.dup2(1, 3, inheritable=True); os.environ.update(LISTEN_PID=str(os.getpid()),"
              "LISTEN_FDS=sys.argv[1]); os.execv(sys.argv[2], sys.argv[2:])")
    told = subprocess.run([sys.executable, "-c", script, count, program(), "--database=host=/nowhere"], check=False,
                          capture_output=True, text=True, timeout=60)
    assert told.returncode == 1 and says in told.stderr, told.stderr
