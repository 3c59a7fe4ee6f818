"""How the daemon starts, stops, and tells what is wrong with its settings."""

import os
import pathlib
import re
import signal
import stat
import subprocess
import time

import pytest
from faults import postmaster
from harness import Daemon, Raw, program, wait_until

GET = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


def run(*arguments, environment=None, seconds=60):
    return subprocess.run(
        [program(), *arguments], capture_output=True, text=True, timeout=seconds, env={**os.environ, **(environment or {})}
    )


# --- settings ---


def test_help_names_every_setting():
    text = run("--help").stdout
    assert not re.search(r"^ +-[^-?V]", text, re.M), "no setting has a short form"
    declared = re.findall(r"^OPTION\((\w+),", (pathlib.Path(__file__).parents[2] / "daemon/config.def").read_text(), re.M)
    assert len(declared) > 15
    for name in declared:
        assert f"--{name.replace('_', '-')}=" in text, name
    assert "migrate" in text
    assert re.match(r"lagesbildd \d+\.\d+", run("--version").stdout)


def test_check_config_prints_what_reads_back(tmp_path):
    first = run("--check-config", "--embedded", str(tmp_path / "db"), "--body-limit=3m")
    assert first.returncode == 0 and "body_limit = 3m\n" in first.stdout
    file = tmp_path / "lagesbildd.conf"
    file.write_text(first.stdout)
    assert run("--check-config", "--config", str(file)).stdout == first.stdout


@pytest.mark.parametrize("conninfo", ["host=h password=geheim1 user=u", "postgresql://u:geheim1@h/d?sslpassword=geheim2"])
def test_check_config_prints_no_password(conninfo):
    shown = run("--check-config", "--database", conninfo)
    assert shown.returncode == 0 and "user='u'" in shown.stdout and "geheim" not in shown.stdout + shown.stderr
    broken = run("--check-config", "--database", conninfo + " '")
    assert broken.returncode in (0, 1) and "geheim" not in broken.stdout + broken.stderr


def test_the_last_setting_counts(tmp_path):
    file = tmp_path / "c"
    file.write_text("embedded = x\nthreads = 3\nconnections = 3\nqueue = 3\n")
    result = run("--check-config", "--config", str(file), "--queue=5",
                 environment={"LAGESBILDD_CONNECTIONS": "4", "LAGESBILDD_QUEUE": "4"})
    assert "threads = 3\n" in result.stdout
    assert "connections = 4\n" in result.stdout
    assert "queue = 5\n" in result.stdout


@pytest.mark.parametrize(
    "arguments,environment,says",
    [
        ([], {}, "no database"),
        (["--embedded=x", "--database=y"], {}, "choose one"),
        (["--embedded=x", "--threads=0"], {}, "threads: 0 is not between 1 and 64"),
        (["--embedded=x", "--log-level=loud"], {}, "log_level"),
        (["--embedded=x"], {"LAGESBILDD_TREADS": "2"}, "LAGESBILDD_TREADS"),
        (["--embedded=x"], {"LAGESBILDD_QUEUE": "many"}, "LAGESBILDD_QUEUE"),
        (["--config=/nowhere/file"], {}, "/nowhere/file"),
    ],
)
def test_bad_settings_are_named(arguments, environment, says):
    for extra in ([], ["--check-config"]):
        result = run(*arguments, *extra, environment=environment)
        assert result.returncode == 1 and says in result.stderr, result.stderr
        assert not result.stdout


def test_unknown_options_and_commands():
    assert run("--nonsense").returncode not in (0, 1)
    assert "nonsense" in run("nonsense").stderr


# --- starting ---


@pytest.mark.parametrize("address,says", [("nowhere", "HOST:PORT"), ("127.0.0.1:99999", "port"), ("::1:80", "HOST:PORT"),
                                          ("192.0.2.1:0", "192.0.2.1:0"), ("no.such.host.invalid:80", "no.such.host")])
def test_addresses_that_cannot_be_listened_on(daemon, address, says):
    """The database is running already, so this one only tries to listen."""
    conninfo = f"host={daemon.data}/socket user=lagesbild dbname=lagesbild"
    result = run("--database", conninfo, "--listen", address)
    assert result.returncode == 1 and says in result.stderr, result.stderr


def test_a_taken_port_is_not_shared(daemon):
    """SO_REUSEPORT would let a second daemon take half of the connections, silently."""
    conninfo = f"host={daemon.data}/socket user=lagesbild dbname=lagesbild"
    result = run("--database", conninfo, "--listen", f"127.0.0.1:{daemon.port}")
    assert result.returncode == 1 and "in use" in result.stderr


def test_a_municipality_that_is_none_is_named(daemon):
    conninfo = f"host={daemon.data}/socket user=lagesbild dbname=lagesbild"
    result = run("--database", conninfo, "--listen", "127.0.0.1:0", "--municipality", "upplands-bo")
    assert result.returncode == 1 and "upplands-bo" in result.stderr, result.stderr


def test_one_daemon_for_a_directory(daemon):
    result = run("--embedded", str(daemon.data), "--listen", "127.0.0.1:0")
    assert result.returncode == 1 and str(daemon.data) in result.stderr
    assert daemon.call("GET", "/readyz").status_code == 200


def test_admin_token_is_shown_once_and_kept(own_daemon):
    running = own_daemon()
    file = running.data / "admin-token"
    token = running.admin_token
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert re.fullmatch(r"lb_[a-z0-9-]+_[A-Za-z0-9_-]{43}", token)
    assert token in running.output_path.read_text() and token not in running.log()
    assert running.stop() == 0
    running.start()
    assert "token" not in running.output_path.read_text()
    assert running.admin_token == token
    assert running.sql("SELECT count(*) FROM lagesbild.token") == [(1,)]
    assert running.call("GET", "/readyz").status_code == 200


def test_migrate_serves_nothing(daemon):
    conninfo = f"host={daemon.data}/socket user=lagesbild dbname=lagesbild"
    result = run("migrate", "--database", conninfo)
    assert result.returncode == 0 and "up to date" in result.stderr
    unreachable = run("migrate", "--database", "host=/nowhere dbname=x")
    assert unreachable.returncode == 1 and "/nowhere" in unreachable.stderr


# --- stopping ---

def hear_of_the_stop(raw, answer, stopped_at):
    """Asks on until an answer says that the connection closes. One that was answered before its loop heard of the stop has a
    second for its next request, and is told then; a client on a slow machine may be too late for that."""
    while answer and answer.headers.get("connection") != "close":
        raw.send(GET)
        sent_at = time.monotonic()
        answer = raw.answer()
        assert answer or sent_at - stopped_at > 1, "closed before the second was over"
    assert raw.is_closed()


def connected(running):
    return running.metric("lagesbild_http_connections") - 1  # that which asks


def test_stop_answers_what_has_been_accepted(own_daemon):
    """Requests that are in the socket, half sent, or in the queue when the signal comes are answered."""
    running = own_daemon("--threads=1", "--drain-timeout=60", "--head-timeout=60")
    idle = running.connect()
    idle.send(GET)
    assert idle.answer().status == 200
    half = running.connect()
    half.send(GET[:20])
    wait_until(lambda: connected(running) == 2, 20, "both connections")
    os.kill(running.process.pid, signal.SIGSTOP)  # so that what follows waits in the kernel
    waiting = [running.connect() for _ in range(20)]
    for raw in waiting:
        raw.send(GET)
    running.process.send_signal(signal.SIGTERM)
    stopped_at = time.monotonic()
    os.kill(running.process.pid, signal.SIGCONT)
    for raw in waiting:
        answer = raw.answer()
        assert answer and answer.status == 200
        hear_of_the_stop(raw, answer, stopped_at)
    half.send(GET[20:])
    assert half.answer().status == 200
    assert idle.is_closed()
    with pytest.raises(ConnectionRefusedError):
        running.connect()
    assert running.process.wait(50) == 0


def test_stop_stores_and_answers_reports(own_daemon):
    """Reports that have been sent when the signal comes are stored, once, and their senders hear of it."""
    running = own_daemon("--drain-timeout=60")
    os.kill(running.process.pid, signal.SIGSTOP)
    senders = []
    for day in range(1, 21):
        text = f"22.{day + 10} Skadegörelse i Bro centrum.".encode()
        raw = running.connect()
        raw.send(
            f"POST /v1/reports?source=police&date=2026-01-{day:02}&municipality=upplands-bro HTTP/1.1\r\nHost: a\r\n"
            f"Authorization: Bearer {running.admin_token}\r\nContent-Type: text/plain\r\n"
            f"Content-Length: {len(text)}\r\n\r\n".encode() + text)
        senders.append(raw)
    running.process.send_signal(signal.SIGTERM)
    stopped_at = time.monotonic()
    os.kill(running.process.pid, signal.SIGCONT)
    for raw in senders:
        answer = raw.answer()
        assert answer and answer.status == 201, answer
        hear_of_the_stop(raw, answer, stopped_at)
    assert running.process.wait(50) == 0
    running.start()
    assert running.sql("SELECT count(*) FROM lagesbild.report") == [(20,)]


def test_stop_does_not_wait_longer_than_told(own_daemon):
    running = own_daemon("--drain-timeout=1", "--head-timeout=600")
    half = running.connect()
    half.send(GET[:20])
    wait_until(lambda: connected(running) == 1, 20, "the connection")
    assert running.stop(60) == 0
    assert half.is_closed()


def test_a_second_signal_ends_the_wait(own_daemon):
    running = own_daemon("--drain-timeout=600", "--head-timeout=600")
    half = running.connect()
    half.send(GET[:20])
    wait_until(lambda: connected(running) == 1, 20, "the connection")
    running.process.send_signal(signal.SIGINT)
    wait_until(lambda: "SIGINT: finishing" in running.log(), 20, "the first signal's effect")
    time.sleep(0.5)
    assert running.process.poll() is None
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(60) == 0


def test_a_closed_terminal_is_a_decent_end(own_daemon):
    running = own_daemon()
    running.process.send_signal(signal.SIGHUP)
    assert running.process.wait(30) == 0
    assert "SIGHUP: finishing" in running.log()


# --- more than it can do ---


def wait_for_answer(running):
    """The daemon's own units may fill so short a queue for a moment."""
    deadline = time.monotonic() + 30
    while running.call("GET", "/v1/tokens", running.admin_token).status_code != 200:
        assert time.monotonic() < deadline


def test_more_than_the_queue_holds_is_503(own_daemon):
    """A queue of two: of many calls at once some are answered, the rest are told to come again, none waits for ever."""
    running = own_daemon("--threads=1", "--connections=1", "--queue=2")
    request = f"GET /v1/tokens HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {running.admin_token}\r\n\r\n".encode()
    clients = [running.connect() for _ in range(40)]
    # The token is known from here on: else each call is two units, and on a busy machine all of the second ones are refused.
    wait_for_answer(running)
    os.kill(running.process.pid, signal.SIGSTOP)  # so that all are there at once
    for raw in clients:
        raw.send(request)
    os.kill(running.process.pid, signal.SIGCONT)
    answers = [raw.answer() for raw in clients]
    assert {a.status for a in answers} == {200, 503}
    assert all(a.headers["retry-after"] == "1" for a in answers if a.status == 503)
    wait_for_answer(running)


# --- the database goes and comes back ---


def test_database_loss_and_return(own_daemon):
    """The private PostgreSQL is killed: ready no more, alive all the time, ready again by itself."""
    running = own_daemon()
    assert running.call("GET", "/readyz").status_code == 200
    lost, good_in_a_row = False, 20
    deadline = time.monotonic() + 120
    while not lost or good_in_a_row < 20:  # each loop has its own connections, and comes back by itself
        assert time.monotonic() < deadline
        if good_in_a_row >= 20:  # also where it was back before anybody could see that it was gone
            os.kill(wait_until(lambda: postmaster(running), 30, "a server"), signal.SIGKILL)
            good_in_a_row = 0
        ready = running.call("GET", "/readyz").status_code
        assert ready in (200, 503)
        lost |= ready == 503
        good_in_a_row = good_in_a_row + 1 if ready == 200 else 0
        assert running.call("GET", "/healthz").status_code == 200


def test_few_descriptors_mean_few_connections():
    """Where the system gives fewer descriptors than max_connections wants, the daemon says so and turns clients away."""
    running = Daemon(["--threads=1", "--connections=1"])
    hard = f"ulimit -n 150; exec {program()} --embedded {running.data} --listen 127.0.0.1:0 --threads=1 --connections=1"
    if os.geteuid() == 0:
        hard = "exec setpriv --bounding-set=-sys_resource --inh-caps=-sys_resource sh -c '" + hard + "'"
    with open(running.log_path, "ab") as log, open(running.output_path, "wb") as output:
        running.process = subprocess.Popen(["sh", "-c", hard], stdout=output, stderr=log)
    clients = []
    try:
        deadline = time.monotonic() + 120
        while not (found := re.search(r"127\.0\.0\.1:(\d+)", running.output_path.read_text())):
            assert time.monotonic() < deadline and running.process.poll() is None, running.log()
            time.sleep(0.1)
        running.port = int(found.group(1))
        assert "file descriptors" in running.log()
        statuses = []
        for _ in range(200):
            raw = Raw(running.port, 10)
            clients.append(raw)
            raw.send(GET)
            statuses.append(raw.answer().status)
        assert statuses[:20] == [200] * 20 and statuses[-20:] == [503] * 20
        for raw in clients:
            raw.socket.close()
        wait_until(lambda: running.call("GET", "/healthz").status_code == 200, 20, "room again")
    finally:
        running.finish()
