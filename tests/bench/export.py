#!/usr/bin/python3
"""How fast an export is beside psql's \\copy of the same rows and columns, in the same order.

    tests/bench/export.py DIRECTORY [--program lagesbildd] [--municipality stockholm] [--rounds 5]

DIRECTORY is one of questions.py's, filled. The two take turns. Memory is the daemon's: the highest while it exports, above
what it had before.
"""

import argparse
import http.client
import pathlib
import statistics
import subprocess
import time

from questions import ROOT, Daemon

COPY = """\\copy (SELECT i.incident, i.municipality, i.occurred_at, i.precision,
 (SELECT string_agg(a.area, ' ' ORDER BY a.confidence DESC, a.area) FROM lagesbild.incident_area a
   WHERE a.municipality = i.municipality AND a.incident = i.incident),
 i.category, i.place, ST_Y(i.position), ST_X(i.position), i.title, i.text, array_to_string(i.flags, ' '), i.source,
 i.organisation, i.report, i.status, i.received_at FROM lagesbild.incident i WHERE i.municipality = '{}'
 AND i.withdrawn_revision IS NULL AND i.status <> 'rejected' ORDER BY i.occurred_at DESC, i.incident DESC)
 TO '/dev/null' WITH (FORMAT csv, HEADER)"""


def export(daemon, municipality):
    """Rows, seconds, seconds to the first byte."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.http.port)
    began = time.monotonic()
    connection.request("GET", f"/v1/incidents?municipality={municipality}&format=csv",
                       headers={"Authorization": f"Bearer {daemon.token}"})
    answer = connection.getresponse()
    first = time.monotonic() - began
    ends = 0
    while piece := answer.read(1 << 20):
        ends += piece.count(b"\r\n")  # a report's own line breaks have no CR
    connection.close()
    return ends - 1, time.monotonic() - began, first


def copy(daemon, municipality):
    began = time.monotonic()
    done = subprocess.run(["psql", "-c", COPY.replace("\n", " ").format(municipality), daemon.conninfo()], check=True,
                          capture_output=True, text=True)
    return int(done.stdout.split()[1]), time.monotonic() - began


def memory(daemon, name):
    """Kilobytes."""
    for line in pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise LookupError(name)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("directory", type=pathlib.Path)
    options.add_argument("--program", default=str(ROOT / "build" / "daemon" / "lagesbildd"))
    options.add_argument("--municipality", default="stockholm")
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    daemon = Daemon(given.program, given.directory)
    try:
        ours, theirs, firsts = [], [], []
        copy(daemon, given.municipality)  # warmth
        before = memory(daemon, "VmRSS")
        pathlib.Path(f"/proc/{daemon.process.pid}/clear_refs").write_text("5")  # the highest is from now on
        for _ in range(given.rounds):
            rows, seconds, first = export(daemon, given.municipality)
            same_rows, other_seconds = copy(daemon, given.municipality)
            if rows != same_rows:
                raise SystemExit(f"{rows} rows exported, {same_rows} copied")
            ours.append(rows / seconds)
            theirs.append(rows / other_seconds)
            firsts.append(first)
        print(f"{rows} rows: exported {statistics.median(ours):.0f} rows/s (first byte after {statistics.median(firsts):.2f} s), "
              f"copied {statistics.median(theirs):.0f} rows/s, "
              f"ratio {statistics.median(a / b for a, b in zip(ours, theirs)):.2f} "
              f"({min(a / b for a, b in zip(ours, theirs)):.2f} to {max(a / b for a, b in zip(ours, theirs)):.2f}), "
              f"{(memory(daemon, 'VmHWM') - before) / 1024:.1f} MB more memory")
    finally:
        daemon.stop()


if __name__ == "__main__":
    main()
