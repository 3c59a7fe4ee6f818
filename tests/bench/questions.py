#!/usr/bin/python3
"""How long the questions of analysts take, by how many incidents there are.

    tests/bench/questions.py DIRECTORY --sizes 10000,100000,1000000 [--program lagesbildd] [--times 25]

For each size a private PostgreSQL is made under DIRECTORY (kept, and used again the next time) and filled by
fill.py; then the daemon is asked over HTTP, on one connection that is kept open: eight times for warmth,
then --times times, of which the median and the fastest are printed in milliseconds, and what one of them costs of processor time,
the daemon's and PostgreSQL's together. On a machine that does other things too that last one is the truer. A table in
Markdown comes last.
"""

import argparse
import http.client
import json
import pathlib
import re
import statistics
import subprocess
import time

import psycopg2

from fill import fill

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WARM = 8
BIG = "municipality=stockholm"


class Daemon:
    """The program, with a private PostgreSQL that is kept."""

    def __init__(self, program, directory):
        self.directory = directory
        directory.parent.mkdir(parents=True, exist_ok=True)
        self.log = open(directory.with_suffix(".log"), "ab")
        self.process = subprocess.Popen([program, "--embedded", str(directory), "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                break
        else:
            raise SystemExit(f"{program} did not start: see {self.log.name}")
        self.http = http.client.HTTPConnection("127.0.0.1", int(found.group(1)))
        self.token = (directory / "admin-token").read_text().strip()

    def conninfo(self):
        return f"host={self.directory / 'socket'} user=lagesbild dbname=lagesbild"

    def get(self, path, accept="application/json"):
        self.http.request("GET", path, headers={"Authorization": f"Bearer {self.token}", "Accept": accept})
        answer = self.http.getresponse()
        body = answer.read()
        return answer, body

    def processor(self):
        """Seconds of processor that the daemon and the PostgreSQL below it have had."""
        spent, wanted = 0, [self.process.pid]
        while wanted:
            for task in (pathlib.Path("/proc") / str(wanted.pop()) / "task").glob("*"):
                try:
                    spent += int((task / "schedstat").read_text().split()[0])
                    wanted += [int(child) for child in (task / "children").read_text().split()]
                except FileNotFoundError:
                    pass  # it has just ended
        return spent / 1e9

    def stop(self):
        self.http.close()
        self.process.terminate()
        self.process.wait()


def fill_it(daemon, size):
    with psycopg2.connect(daemon.conninfo()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'lagesbild.incident'::regclass")
        if cursor.fetchone()[0] >= size * 0.9:
            return None
    return fill(daemon.conninfo(), size)


def cursor_of_page(daemon, query, page):
    """The path of the page-th page of ten."""
    path = "/v1/incidents?" + query + "&limit=10"
    for _ in range(page - 1):
        answer, _ = daemon.get(path)
        link = re.match(r"<([^>]+)>", answer.headers.get("Link", ""))
        if not link:
            return None
        path = link.group(1)
    return path


def area_of(daemon, incidents):
    """Municipality and code of an area with about that many incidents from 2025-W20 to W23: the same work however many
    incidents there are elsewhere."""
    with psycopg2.connect(daemon.conninfo()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT municipality, area FROM lagesbild.tally WHERE area LIKE 'bench-%%' AND area <> 'bench-all' AND year = 2025"
                       " GROUP BY municipality, area ORDER BY abs((SELECT count(*) FROM lagesbild.incident_area a"
                       " WHERE a.municipality = tally.municipality AND a.area = tally.area AND a.counts AND a.occurred_at"
                       " BETWEEN '2025-05-12 Europe/Stockholm' AND '2025-06-09 Europe/Stockholm') - %s), 1, 2 LIMIT 1", (incidents,))
        return cursor.fetchone()


def questions(daemon, deep):
    """Name, path. A path of None: there is no such page in so few incidents."""
    area = "area=bench-2&" + BIG
    municipality, like = area_of(daemon, 12)
    yield "lägesbild, an area with a dozen incidents in the four weeks", \
        f"/v1/lagesbilder/{like}/2025-W20..2025-W23?municipality={municipality}"
    yield "lägesbild, a large area of the largest municipality, four weeks", "/v1/lagesbilder/bench-2/2025-W20..2025-W23?" + BIG
    yield "five years by week and category, one area", \
        f"/v1/trends?{area}&from=2021-01-04&to=2025-12-28&bucket=week&group_by=category"
    yield "five years by week and category, the whole country", \
        "/v1/trends?from=2021-01-04&to=2025-12-28&bucket=week&group_by=category"
    yield "first page of a filtered list", f"/v1/incidents?{area}&category=skadegorelse,narkotika,stold&limit=10"
    yield "thousandth page of a filtered list (ten a page)", \
        cursor_of_page(daemon, f"area=bench-all&{BIG}&status=tagged,confirmed", 1000) if deep else None
    yield "first page of everything, the whole country", "/v1/incidents?limit=10"
    yield "full-text search, one municipality, a rare word", f"/v1/incidents?{BIG}&q=flyttkartonger&limit=10"
    yield "full-text search, one municipality, a phrase and one word not", f"/v1/incidents?{BIG}&q=%22gr%C3%B6nt+garage%22+-moped&limit=10"
    yield "full-text search, one municipality, two words and one not", \
        f"/v1/incidents?{BIG}&q=kniv+moped+-klotter&from=2024-01-01&limit=10"
    yield "did it help: one area against another, half a year", \
        f"/v1/effect?{BIG}&area=bench-2&compare_area=bench-3&category=stold&date=2025-01-15&days=180"
    yield "hot spots, one area, four weeks", f"/v1/hotspots?{area}&from=2025-05-12&to=2025-06-08"


def ask(daemon, path, times):
    spent = []
    for i in range(WARM + times):
        if i == WARM:
            before = daemon.processor()
        started = time.perf_counter()
        answer, body = daemon.get(path)
        taken = time.perf_counter() - started
        if answer.status == 404:
            return None
        if answer.status != 200:
            return f"{answer.status}"
        if i >= WARM:
            spent.append(taken * 1000)
    return statistics.median(spent), min(spent), (daemon.processor() - before) * 1000 / times


def table(sizes, figures):
    lines = ["| question, warm, ms: median (fastest), processor | " + " | ".join(f"{s:,}".replace(",", " ") for s in sizes) + " |",
             "|---|" + "---:|" * len(sizes)]
    for name in figures:
        cells = [figures[name].get(s) for s in sizes]
        texts = [f"{c[0]:.1f} ({c[1]:.1f}), {c[2]:.1f}" if isinstance(c, tuple) else c or "–" for c in cells]
        lines.append(f"| {name} | " + " | ".join(texts) + " |")
    return "\n".join(lines)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("directory", type=pathlib.Path)
    options.add_argument("--sizes", default="10000,100000,1000000")
    options.add_argument("--program", default=str(ROOT / "build" / "daemon" / "lagesbildd"))
    options.add_argument("--times", type=int, default=25)
    given = options.parse_args()
    sizes, figures = [int(s) for s in given.sizes.split(",")], {}
    for size in sizes:
        daemon = Daemon(given.program, given.directory / str(size))
        try:
            seconds = fill_it(daemon, size)
            if seconds is not None:  # the daemon learns of the areas when it starts
                print(f"{size}: filled in {seconds:.0f} s", flush=True)
                daemon.stop()
                daemon = Daemon(given.program, given.directory / str(size))
            for name, path in questions(daemon, size >= 1000000):
                figures.setdefault(name, {})[size] = ask(daemon, path, given.times) if path else None
                print(json.dumps({"size": size, "question": name, "ms": figures[name][size]}, ensure_ascii=False), flush=True)
        finally:
            daemon.stop()
    print(table(sizes, figures))


if __name__ == "__main__":
    main()
