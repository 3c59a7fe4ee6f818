"""The primary dies and its standby is promoted: what was acknowledged is there, once, and the daemon finds the new primary.

Replication is synchronous, so that nothing that was acknowledged can be missing (docs/reliability.md says so too)."""

import os
import pwd
import random
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg2
import pytest
from faults import LONG, GuestDaemon, Ledger
from harness import wait_until

PROGRAMS = "/usr/lib/postgresql/15/bin"


class Server:
    """A PostgreSQL on a unix socket, as an operator would run it."""

    def __init__(self, base, name):
        self.base, self.data = base, f"{base}/{name}"
        self.socket = f"{base}/{name}.socket"
        self.log = f"{base}/{name}.log"
        self.process = None
        self.run("mkdir", self.socket)

    def run(self, *command):
        done = subprocess.run([*as_postgres(), *command], check=False, capture_output=True, text=True, cwd=self.base,
                              timeout=120)
        assert done.returncode == 0, f"{command}: {done.stderr}{done.stdout}"

    def start(self, *settings):
        options = [f"-c{setting}" for setting in (f"unix_socket_directories={self.socket}", "listen_addresses=",
                                                  "shared_buffers=32MB", *settings)]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([*as_postgres(), f"{PROGRAMS}/postgres", "-D", self.data, *options],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.base)
        wait_until(self.answers, 60, "a PostgreSQL that answers")

    def answers(self):
        return subprocess.run([f"{PROGRAMS}/pg_isready", "-q", "-h", self.socket], check=False).returncode == 0

    def sql(self, query, parameters=(), database="lagesbild"):
        connection = psycopg2.connect(host=self.socket, user="lagesbild", dbname=database)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            rows = cursor.fetchall() if cursor.description else []
        connection.close()
        return rows

    def end(self, number):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(60)


def as_postgres():
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "env", "-i", "LC_ALL=C.UTF-8"]


@pytest.fixture
def base():
    path = tempfile.mkdtemp(prefix="lagesbild-standby-", dir="/tmp")
    if os.geteuid() == 0:
        os.chown(path, pwd.getpwnam("postgres").pw_uid, -1)
    os.chmod(path, 0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.mark.parametrize("number", [signal.SIGQUIT, signal.SIGKILL] if LONG else [signal.SIGQUIT])
def test_a_standby_is_promoted(base, number):
    primary, standby = Server(base, "primary"), Server(base, "standby")
    primary.run(f"{PROGRAMS}/initdb", "-D", primary.data, "-U", "lagesbild", "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust",
                "--no-sync")
    running = GuestDaemon(f"host={primary.socket},{standby.socket} user=lagesbild dbname=lagesbild"
                          " target_session_attrs=read-write", ["--statement-timeout=2"])
    try:
        primary.start("wal_level=replica", "synchronous_standby_names=*", "synchronous_commit=local")
        primary.sql("CREATE DATABASE lagesbild", database="postgres")
        standby.run(f"{PROGRAMS}/pg_basebackup", "-h", primary.socket, "-U", "lagesbild", "-D", standby.data, "-R", "-X", "stream",
                    "-c", "fast", "--no-sync")
        standby.start("hot_standby=on")
        wait_until(lambda: primary.sql("SELECT sync_state FROM pg_stat_replication") == [("sync",)], 60, "replication")
        primary.sql("ALTER DATABASE lagesbild SET synchronous_commit = on")
        running.sql = primary.sql
        running.start()
        ledger = Ledger(lambda: running.port, running.make_token("coordinator"))
        ledger.wait_for_an_answer(60)
        time.sleep(random.uniform(0.3, 1.5) * (10 if LONG else 1))
        primary.end(number)
        wait_until(lambda: ledger.answers[503] > 0, 30, "clients that are told to come again")
        standby.run(f"{PROGRAMS}/pg_ctl", "promote", "-D", standby.data, "-w")
        took = ledger.wait_for_an_answer(30)
        items = ledger.settle(standby.sql)
        print(f"{items} items, answers {dict(ledger.answers)}, {took:.1f} s from the promotion to the first answer, "
              f"slowest {ledger.slowest:.1f} s")
        assert ledger.slowest < 20
        running.finish()
    finally:
        if running.process and running.process.poll() is None:
            running.process.kill()
            running.process.wait()
        standby.end(signal.SIGQUIT)
        primary.end(signal.SIGQUIT)
