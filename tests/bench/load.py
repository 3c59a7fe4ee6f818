#!/usr/bin/python3
"""How much one small machine takes, beside named references on the same PostgreSQL in the same minutes.

    tests/bench/load.py DIRECTORY [--build BUILD] [--parts single,fastify,wait,bulk,memory] [--rounds 5] [--seconds 8]
                        [--lines 1000000] [--option=--threads=2 …]

A daemon with a private PostgreSQL (durable commits, as it sets it up) is started under DIRECTORY. Every reference writes
to the same server, to databases of its own. Rounds alternate between the sides, and medians count.

single   single observations over HTTP, 32 and 128 clients, beside pgbench's prepared one-row inserts, 32 and 64 clients
fastify  the same beside Fastify and node-postgres, which only insert the row (npm fetches both into DIRECTORY/node)
wait     the 99th percentile of waits at half of the highest rate, beside pgbench's at the same rate; both are counted
         from when a request was due
bulk     --lines observations as NDJSON over one connection, beside COPY of the rows that came of it into the same tables
memory   resident memory with 10,000 idle clients (needs that many descriptors), and the highest during `bulk`

What is printed last is the table for docs/performance.md. Needs pgbench, curl, and for `fastify` node and npm.
"""

import argparse
import http.client
import json
import pathlib
import re
import resource
import socket
import statistics
import subprocess
import time

import psycopg2

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PG_CLIENTS = {32: 32, 128: 64}  # pgbench has at most 64

# An incident's columns, its key, a unique idempotency column and two more indexes.
REFERENCE = """
CREATE TABLE IF NOT EXISTS reference (
    municipality text NOT NULL, incident uuid NOT NULL, idempotency text NOT NULL UNIQUE, report uuid,
    ordinal integer NOT NULL DEFAULT 0, occurred_at timestamptz NOT NULL, precision text NOT NULL, published_at timestamptz,
    received_at timestamptz NOT NULL DEFAULT now(), category text NOT NULL, category_confidence real NOT NULL,
    category_rule text NOT NULL, category_evidence text NOT NULL DEFAULT '', place text, lat double precision,
    lon double precision, title text NOT NULL, text text NOT NULL, flags text[] NOT NULL DEFAULT '{}', source text NOT NULL,
    organisation text, status text NOT NULL, review text[] NOT NULL DEFAULT '{}', pii jsonb NOT NULL DEFAULT '[]',
    decided text[] NOT NULL DEFAULT '{}', withdrawn_revision integer, created_by uuid,
    PRIMARY KEY (municipality, incident));
CREATE INDEX IF NOT EXISTS reference_by_time ON reference (municipality, occurred_at);
CREATE INDEX IF NOT EXISTS reference_by_category ON reference (municipality, category, occurred_at);
"""
COLUMNS = """municipality, incident, idempotency, occurred_at, precision, category, category_confidence, category_rule,
category_evidence, place, title, text, flags, source, organisation, status, created_by"""


class Daemon:
    """The program with a private PostgreSQL of its own."""

    def __init__(self, build, directory, options):
        self.data = directory / "data"
        self.log, self.options = open(directory / "daemon.log", "ab"), options
        self.start(build)
        more = self.data / "cluster" / "local.conf"
        if not more.exists():  # room for pgbench
            more.write_text("max_connections = 120\n")
            self.stop()
            self.start(build)

    def command(self, build):
        return [str(build / "daemon" / "lagesbildd"), "--embedded", str(self.data), "--listen", "127.0.0.1:0",
                "--import-limit=4g", *self.options]

    def start(self, build):
        self.process = subprocess.Popen(self.command(build), stdout=subprocess.PIPE, stderr=self.log, text=True)
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                break
        else:
            raise SystemExit(f"the daemon did not start: see {self.log.name}")
        self.port = int(found.group(1))
        self.http = http.client.HTTPConnection("127.0.0.1", self.port)
        self.token = (self.data / "admin-token").read_text().strip()

    def conninfo(self, database="lagesbild"):
        return f"host={self.data / 'socket'} user=lagesbild dbname={database}"

    def sql(self, query, database="lagesbild"):
        connection = psycopg2.connect(self.conninfo(database))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def call(self, method, path, body=None):
        """The status; on one connection that is kept."""
        headers = {"Authorization": f"Bearer {self.token}", **({"Content-Type": "application/json"} if body else {})}
        self.http.request(method, path, body, headers)
        answer = self.http.getresponse()
        answer.read()
        return answer.status

    def memory(self, name="VmRSS"):
        """In MB."""
        return int(re.search(rf"{name}:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text()).group(1)) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


def bodies(directory):
    """The samples' observations, one a line, without their keys."""
    path = directory / "bodies.ndjson"
    lines = [json.loads(line) for line in (ROOT / "schema" / "samples" / "observations.ndjson").read_text().splitlines()]
    for line in lines:
        line.pop("idempotency_key", None)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return path


def load(given, daemon_port, token, clients, seconds, rate=0, path="/v1/observations"):
    """One run of bench-load."""
    command = [str(given.build / "tests" / "bench" / "bench-load"), "--port", str(daemon_port), "--token", token,
               "--bodies", str(bodies(given.directory)), "--clients", str(clients), "--seconds", str(seconds), "--path", path]
    run = subprocess.run(command + (["--rate", str(rate)] if rate else []), capture_output=True, text=True, check=True)
    told = json.loads(run.stdout)
    if set(told["statuses"]) != {"201"}:
        raise SystemExit(f"not only 201: {told}")
    return told


# --- pgbench ---

def ready_log(daemon):
    """A server that has run for a while writes its log into files that it has used before; a new one makes each when it needs
    it, while every commit waits (50 ms each where this was found). Both sides are measured as after a while."""
    for _ in range(64):
        daemon.sql("SELECT pg_logical_emit_message(true, 'bench', ''); SELECT pg_switch_wal()")
    daemon.sql("CHECKPOINT")


def make_reference(daemon):
    if not daemon.sql("SELECT 1 FROM pg_database WHERE datname = 'reference'"):
        daemon.sql("CREATE DATABASE reference")
    daemon.sql(REFERENCE, "reference")


def pgbench(given, daemon, clients, seconds, rate=0):
    script = given.directory / "reference.sql"
    script.write_text(
        "\\set a random(1, 9000000000000000000)\n\\set m random(1, 290)\n\\set t random(1, 50000000)\n"
        f"INSERT INTO reference ({COLUMNS}) VALUES ('kommun-' || :m, gen_random_uuid(), 'nyckel-' || :a, "
        "timestamptz '2025-01-01' + :t * interval '1 second', 'minute', 'skadegorelse', 0.93, 'cue', 'krossad ruta', "
        "'Bro station', 'Krossad ruta vid Bro station', 'Porten på Råbystigen är uppbruten igen och det ligger glas i "
        "trapphuset. Glasmästare beställd.', '{natt}', 'bovard', 'Bovärdarna i Bro', 'tagged', "
        "'0190163d-8694-739b-aea5-966c26f8ad91');\n")
    log = given.directory / "waits"
    for old in given.directory.glob("waits.*"):
        old.unlink()
    command = ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", str(script),
               "-h", str(daemon.data / "socket"), "-U", "lagesbild"]
    if rate:
        command += ["-R", str(rate), "-l", "--log-prefix", str(log)]
    run = subprocess.run(command + ["reference"], capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(run.stderr)
    told = {"rate": float(re.search(r"tps = ([\d.]+) \(without", run.stdout).group(1))}
    if rate:  # the fields: client, number, microseconds counted from when it was due, script, second, microsecond, lag
        lines = [line.split() for part in given.directory.glob("waits.*") for line in part.read_text().splitlines()]
        first = min(int(line[4]) for line in lines)
        waits = sorted(int(line[2]) / 1000 for line in lines if int(line[4]) > first)
        told.update(p50=waits[len(waits) // 2], p99=waits[int((len(waits) - 1) * 0.99)])
    return told


# --- Fastify ---

SERVER = """
const fastify = require('fastify')();
const { Pool } = require('pg');
const { randomUUID } = require('crypto');
const pool = new Pool({ host: process.argv[2], user: 'lagesbild', database: 'reference', max: 32 });
const insert = { name: 'insert', text: `INSERT INTO reference (COLUMNS)
  VALUES ($1, $2, $3, $4, 'minute', 'skadegorelse', 0.93, 'cue', 'krossad ruta', 'Bro station', $5, $6, '{natt}', $7, $8, 'tagged',
          '0190163d-8694-739b-aea5-966c26f8ad91')` };
fastify.post('/v1/observations', async (request, reply) => {
  const o = request.body, id = randomUUID();
  await pool.query({ ...insert, values: [o.municipality, id, request.headers['idempotency-key'], o.observed_at, o.text.slice(0, 60),
                                         o.text, o.source, o.organisation] });
  reply.code(201);
  return { id, municipality: o.municipality, text: o.text };
});
fastify.listen({ port: 0, host: '127.0.0.1' }).then(() => console.log(fastify.server.address().port));
""".replace("COLUMNS", COLUMNS)


class Fastify:
    def __init__(self, given, daemon):
        home = given.directory / "node"
        home.mkdir(exist_ok=True)
        if not (home / "node_modules" / "pg").exists():
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "fastify", "pg"], cwd=home, check=True)
        (home / "server.js").write_text(SERVER)
        self.process = subprocess.Popen(["node", "server.js", str(daemon.data / "socket")], cwd=home, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def stop(self):
        self.process.terminate()
        self.process.wait()


# --- the parts ---

def median(runs, what="rate"):
    return statistics.median(run[what] for run in runs)


def say(**what):
    print(json.dumps(what, ensure_ascii=False), flush=True)


def part_single(given, daemon, rows, with_fastify, with_pgbench):
    make_reference(daemon)
    fastify = Fastify(given, daemon) if with_fastify else None
    try:
        for clients in (32, 128):
            ours, reference, node = [], [], []
            for number in range(given.rounds):
                ours.append(load(given, daemon.port, daemon.token, clients, given.seconds))
                if with_pgbench:
                    reference.append(pgbench(given, daemon, PG_CLIENTS[clients], given.seconds))
                if fastify:
                    node.append(load(given, fastify.port, "x", clients, given.seconds))
                say(part="single", clients=clients, round=number, ours=ours[-1]["rate"],
                    pgbench=reference[-1]["rate"] if reference else None, fastify=node[-1]["rate"] if node else None)
            if reference:
                rows.append((f"single observations, {clients} clients, a second", median(ours),
                             f"pgbench, {PG_CLIENTS[clients]} clients: {median(reference):.0f}",
                             median(ours) / median(reference), "≥ 1.2"))
            if node:
                rows.append((f"single observations, {clients} clients, a second", median(ours),
                             f"Fastify: {median(node):.0f}", median(ours) / median(node), "≥ 2"))
    finally:
        if fastify:
            fastify.stop()


def part_wait(given, daemon, rows):
    make_reference(daemon)
    highest = median([load(given, daemon.port, daemon.token, 128, given.seconds) for _ in range(3)])
    rate = round(highest / 2)
    ours, reference = [], []
    for number in range(given.rounds):
        ours.append(load(given, daemon.port, daemon.token, 64, given.seconds, rate))
        reference.append(pgbench(given, daemon, 64, given.seconds, rate))
        say(part="wait", round=number, rate=rate, ours=ours[-1], pgbench=reference[-1])
    for what in ("p50", "p99"):
        rows.append((f"{what} of a wait at {rate} a second, ms", median(ours, what), f"pgbench: {median(reference, what):.1f}",
                     median(ours, what) / median(reference, what), "≤ 2" if what == "p99" else ""))


def make_lines(given, count):
    path, run = given.directory / "lines.ndjson", time.time_ns()
    samples = [json.loads(line) for line in bodies(given.directory).read_text().splitlines()]
    with open(path, "w", encoding="utf-8") as out:
        for number in range(count):
            line = {**samples[number % len(samples)], "idempotency_key": f"bulk-{run}-{number}"}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path


def import_lines(daemon, path):
    """Seconds, and how many lines of each status."""
    started = time.monotonic()
    run = subprocess.Popen(["curl", "-sS", "-T", str(path), "-X", "POST", "-H", f"Authorization: Bearer {daemon.token}",
                            "-H", "Content-Type: application/x-ndjson", "-H", "Expect:",
                            f"http://127.0.0.1:{daemon.port}/v1/observations"], stdout=subprocess.PIPE)
    statuses = {}
    for line in run.stdout:
        status = json.loads(line).get("status")
        statuses[status] = statuses.get(status, 0) + 1
    run.wait()
    return time.monotonic() - started, statuses


def copy_rows(given, daemon):
    """Seconds that COPY takes for the rows of the last import, from text already made, into the same tables."""
    socket_directory, text = str(daemon.data / "socket"), given.directory
    psql = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", socket_directory, "-U", "lagesbild"]
    columns = {
        table: ", ".join(row[0] for row in daemon.sql(
            "SELECT quote_ident(attname) FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attgenerated = '' "
            f"AND attrelid = 'lagesbild.{table}'::regclass ORDER BY attnum"))
        for table in ("incident", "incident_area")}
    daemon.sql("DROP TABLE IF EXISTS last_import; CREATE TABLE last_import AS SELECT municipality, incident FROM lagesbild.incident "
               f"ORDER BY received_at DESC LIMIT {given.lines}")
    subprocess.run(psql + ["lagesbild", "-c",
                   f"\\copy (SELECT {columns['incident']} FROM lagesbild.incident JOIN last_import USING (municipality, incident)) TO '{text}/incident.copy'",
                   "-c", f"\\copy (SELECT {columns['incident_area']} FROM lagesbild.incident_area JOIN last_import "
                   f"USING (municipality, incident)) TO '{text}/incident_area.copy'"],
                   check=True)
    rows = sum(1 for _ in open(text / "incident.copy", "rb"))
    daemon.sql("TRUNCATE lagesbild.incident, lagesbild.incident_area CASCADE")
    daemon.sql("CHECKPOINT")
    started = time.monotonic()
    subprocess.run(psql + ["lagesbild", "-1", "-c", f"\\copy lagesbild.incident ({columns['incident']}) FROM '{text}/incident.copy'",
                           "-c", "ANALYZE lagesbild.incident", # or its foreign key is checked by a plan made for an empty table
                           "-c", f"\\copy lagesbild.incident_area ({columns['incident_area']}) FROM '{text}/incident_area.copy'"],
                   check=True)
    return time.monotonic() - started, rows


def part_bulk(given, daemon, rows):
    ours, reference = [], []
    for number in range(given.bulk_rounds):
        import_lines(daemon, make_lines(given, 5000))  # nor do we begin with plans made for an empty table
        daemon.sql("ANALYZE")
        daemon.sql("CHECKPOINT")
        path = make_lines(given, given.lines)
        pathlib.Path(f"/proc/{daemon.process.pid}/clear_refs").write_text("5")  # the highest so far is forgotten
        seconds, statuses = import_lines(daemon, path)
        if set(statuses) != {201}:
            raise SystemExit(f"not only 201: {statuses}")
        ours.append({"rate": given.lines / seconds, "memory": daemon.memory("VmHWM")})
        copy_seconds, copied = copy_rows(given, daemon)
        reference.append({"rate": copied / copy_seconds})
        say(part="bulk", round=number, lines=given.lines, seconds=seconds, memory_mb=ours[-1]["memory"], copied=copied,
            copy_seconds=copy_seconds)
    rows.append((f"bulk, {given.lines} lines, a second", median(ours), f"COPY: {median(reference):.0f}",
                 median(ours) / median(reference), "≥ 0.5"))
    rows.append(("memory during the bulk import, MB", max(run["memory"] for run in ours), "–", None, "≤ 64"))


def part_memory(given, rows, count=10000):
    """A daemon of its own, so that nothing that was done before counts."""
    home = given.directory / "idle"
    home.mkdir(exist_ok=True)
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * count, max(2 * count, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    daemon = Daemon(given.build, home, given.option)
    try:
        before = daemon.memory()
        clients = []
        for number in range(count):
            one = socket.create_connection(("127.0.0.1", daemon.port))
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n")
            assert one.recv(4096).startswith(b"HTTP/1.1 200")
            clients.append(one)
        time.sleep(1)
        after = daemon.memory()
        say(part="memory", before_mb=before, after_mb=after, each_kb=(after - before) * 1024 / count)
        rows.append((f"memory with {count} idle clients, MB", after, f"without: {before:.0f}", None, "≤ 64"))
    finally:
        daemon.stop()


def table(rows):
    lines = ["| what | measured | reference | ratio | target |", "|---|---:|---|---:|---|"]
    for name, measured, reference, ratio, target in rows:
        lines.append(f"| {name} | {measured:,.{0 if measured >= 100 else 1}f} | {reference} | "
                     f"{f'{ratio:.2f}' if ratio else '–'} | {target} |")
    return "\n".join(lines)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("directory", type=pathlib.Path)
    options.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    options.add_argument("--parts", default="single,fastify,wait,bulk,memory")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=8)
    options.add_argument("--lines", type=int, default=1000000)
    options.add_argument("--bulk-rounds", type=int, default=1)
    options.add_argument("--option", action="append", default=[], help="of the daemon")
    given = options.parse_args()
    given.directory = given.directory.resolve()
    given.directory.mkdir(parents=True, exist_ok=True)
    given.directory.chmod(0o755)  # PostgreSQL runs as another user when we are root
    parts, rows = given.parts.split(","), []
    if "memory" in parts:
        part_memory(given, rows)
    if set(parts) & {"single", "fastify", "wait", "bulk"}:
        daemon = Daemon(given.build, given.directory, given.option)
        try:
            ready_log(daemon)
            if "single" in parts or "fastify" in parts:
                part_single(given, daemon, rows, "fastify" in parts, "single" in parts)
            if "wait" in parts:
                part_wait(given, daemon, rows)
            if "bulk" in parts:
                part_bulk(given, daemon, rows)
        finally:
            daemon.stop()
    print(table(rows))


if __name__ == "__main__":
    main()
