#!/usr/bin/python3
"""What the indexes, columns, triggers and sums that questions need cost those who report: the speed with them and without.

    tests/bench/ingest_ratio.py DIRECTORY [--program lagesbildd] [--rounds 7]

Two private PostgreSQL are made under DIRECTORY, one of them stripped of all that 0004_analysis.sql and 0005_tally.sql made, but for
the columns that the statement fills (`counts`, and what a tag carries).
Each round sends the same observations to both, by turns: 2 000 as NDJSON, and 600 one by one on eight connections.
"""

import argparse
import concurrent.futures
import http.client
import json
import pathlib
import random
import statistics
import time

import psycopg2

from questions import ROOT, Daemon

STRIP = """
SET search_path = lagesbild, public;
DROP TRIGGER incident_tally_new ON incident;
DROP TRIGGER incident_tally_update ON incident;
DROP TRIGGER incident_tally_delete ON incident;
DROP TRIGGER incident_area_tally_new ON incident_area;
DROP TRIGGER incident_area_tally_update ON incident_area;
DROP TRIGGER incident_area_tally_delete ON incident_area;
DROP TRIGGER incident_area_fill ON incident_area;
ALTER TABLE incident_area DROP CONSTRAINT incident_area_municipality_incident_fkey,
    ADD FOREIGN KEY (municipality, incident) REFERENCES incident ON DELETE CASCADE,
    ALTER occurred_at DROP NOT NULL, ALTER category DROP NOT NULL, ALTER counts DROP NOT NULL;
DROP INDEX incident_words, incident_by_moment, incident_by_reporter, incident_by_place, incident_area_by_moment;
ALTER TABLE incident DROP COLUMN words CASCADE, DROP COLUMN reported_by CASCADE;
CREATE INDEX incident_by_time ON incident (municipality, occurred_at, incident);
CREATE INDEX incident_area_by_area ON incident_area (municipality, area, incident);
"""
TEXTS = ["Klotter på skolans vägg vid Bro station, fönster krossat.", "Ungdomar samlade utanför centrum i Bro, hög musik.",
         "Misstänkt narkotikaförsäljning i parken i Kungsängen.", "Stulen cykel vid Kungsängens station.",
         "Bråk mellan flera personer i Brunna, ordningsvakt larmade."]


def observations(chance, count):
    return [{"text": chance.choice(TEXTS) + f" Löpnummer {chance.randrange(10 ** 9)}.", "municipality": "upplands-bro",
             "observed_at": f"2026-0{chance.randint(1, 9)}-{chance.randint(10, 28)}T{chance.randint(10, 23)}:00:00+01:00"}
            for _ in range(count)]


def post(connection, daemon, kind, body):
    connection.request("POST", "/v1/observations", body, {"Authorization": f"Bearer {daemon.token}", "Content-Type": kind})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in (200, 201):
        raise SystemExit(f"{answer.status}: {text[:300]}")


def many(daemon, rows):
    body = "".join(json.dumps(row) + "\n" for row in rows).encode()
    began = time.monotonic()
    post(daemon.http, daemon, "application/x-ndjson", body)
    return len(rows) / (time.monotonic() - began)


def single(daemon, rows):
    def send(part):
        connection = http.client.HTTPConnection("127.0.0.1", daemon.http.port)
        for row in part:
            post(connection, daemon, "application/json", json.dumps(row).encode())
        connection.close()

    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(8) as crew:
        list(crew.map(send, [rows[n::8] for n in range(8)]))
    return len(rows) / (time.monotonic() - began)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("directory", type=pathlib.Path)
    options.add_argument("--program", default=str(ROOT / "build" / "daemon" / "lagesbildd"))
    options.add_argument("--rounds", type=int, default=7)
    given = options.parse_args()
    daemons = []
    try:
        for name in ("with", "without"):
            daemons.append(Daemon(given.program, given.directory / name))
        with psycopg2.connect(daemons[1].conninfo()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'incident_tally_new'")
            if cursor.fetchone()[0]:
                cursor.execute(STRIP)
        for kind, name, count in ((many, "NDJSON", 2000), (single, "one by one", 600)):
            speeds, spent = [[], []], [0, 0]
            for n in range(given.rounds + 1):
                rows = observations(random.Random(n), count)
                for d in (0, 1) if n % 2 else (1, 0):
                    before = daemons[d].processor()
                    speed = kind(daemons[d], rows)
                    if n == 0:  # for warmth, and for plans that are made for what is there by now
                        with psycopg2.connect(daemons[d].conninfo()) as connection, connection.cursor() as cursor:
                            cursor.execute("ANALYZE lagesbild.incident, lagesbild.incident_area")
                    else:
                        speeds[d].append(speed)
                        spent[d] += daemons[d].processor() - before
            each = given.rounds * count / 1000
            print(f"{name}: with {statistics.median(speeds[0]):.0f}/s, without {statistics.median(speeds[1]):.0f}/s, "
                  f"ratio {statistics.median(a / b for a, b in zip(*speeds)):.2f}; processor with {spent[0] / each:.2f} ms each, "
                  f"without {spent[1] / each:.2f} ms, ratio {spent[1] / spent[0]:.2f}", flush=True)
    finally:
        for daemon in daemons:
            daemon.stop()


if __name__ == "__main__":
    main()
