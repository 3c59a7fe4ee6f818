#!/usr/bin/python3
"""How long a published page takes alone, and while others ask for PDF as fast as they get it.

    tests/bench/pdf_storm.py [--program lagesbildd] [--rounds 5] [--seconds 6] [--incidents 100]

A daemon as it comes, with a four-week lägesbild of so many incidents. The page is a published one, whole (not a 304), a
hundred a second, asked for by bench-load, which asks the scheduler for short turns: it stands for clients on machines of
their own. The storm is another bench-load of eight clients, each of which asks for the draft's PDF as soon as it has the
last one. Each round measures the page alone and in the storm. What is told is the median of the rounds.
"""

import argparse
import http.client
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time
from urllib.parse import urlsplit

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build"
sys.path.insert(0, str(HERE.parent / "http"))

PER_SECOND = 100
MUNICIPALITY, PERIOD = "upplands-bro", "2013-W17..2013-W20"


class Client:
    def __init__(self, url, token):
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, path):
        """The status, and how many milliseconds until the last byte had come."""
        start = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status, (time.perf_counter() - start) * 1e3


def bench_load(url, token, path, *options):
    """bench-load under way; it tells in one line of JSON how it went. The first second is not counted."""
    command = [str(BUILD / "tests" / "bench" / "bench-load"), "--port", str(urlsplit(url).port), "--token", token, "--get",
               "--path", path, "--clients", "8", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def told(run):
    output = run.communicate()[0]
    assert run.returncode == 0
    return json.loads(output)


def storm(url, token, path, seconds):
    """Eight clients, each with its next request when it has its answer."""
    return bench_load(url, token, path, "--seconds", str(seconds))


def measure(url, token, path, seconds):
    """Median and p99 in milliseconds."""
    page = told(bench_load(url, token, path, "--rate", str(PER_SECOND), "--seconds", str(seconds), "--short-turns"))
    assert set(page["statuses"]) == {"200"}, page
    return page["p50"], page["p99"]


def fill(daemon, incidents):
    from incidents import put_incident, put_report

    for week in range(5):
        put_report(daemon, MUNICIPALITY, f"2013-04-{8 + 7 * week:02}" if week < 4 else "2013-05-06")
    for n in range(incidents):
        month, day = (4, 22 + n % 28) if n % 28 < 9 else (5, n % 28 - 8)
        put_incident(daemon, MUNICIPALITY, f"2013-{month:02}-{day:02} {n % 24:02}:10", areas=["bro"],
                     place=("Bro centrum", "Bro station", "Stjärnparken", "Råbyskolan")[n % 4],
                     category=("skadegorelse", "stold", "brand")[n % 3], organisation="Kommunpolisen",
                     text="Ungdomar på mopeder körde över torget. Ordningsvakt pratade med dem.")
    answer = daemon.call("POST", f"/v1/lagesbilder/bro/{PERIOD}/publish", daemon.admin_token)
    assert answer.status_code == 201, answer.text


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", default=str(BUILD / "daemon" / "lagesbildd"))
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=6)
    options.add_argument("--incidents", type=int, default=100)
    given = options.parse_args()
    os.environ["LAGESBILDD"] = given.program
    from harness import Daemon

    daemon = Daemon().start()
    try:
        fill(daemon, given.incidents)
        page = f"/v1/lagesbilder/bro/{PERIOD}.html?version=1"
        draft = f"/v1/lagesbilder/bro/{PERIOD}.pdf"
        client = Client(daemon.url, daemon.admin_token)
        for _ in range(20):
            client.ask(page)
        one = statistics.median(client.ask(draft)[1] for _ in range(15))
        alone, within, storms = [], [], []
        for _ in range(given.rounds):
            alone.append(measure(daemon.url, daemon.admin_token, page, given.seconds))
            others = storm(daemon.url, daemon.admin_token, draft, given.seconds + 1)
            time.sleep(0.5)
            within.append(measure(daemon.url, daemon.admin_token, page, given.seconds))
            storms.append(told(others))
        print(f"load {os.getloadavg()[0]:.1f}; a PDF of {given.incidents} incidents, nobody else asking: median {one:.0f} ms")
        for name, figures in (("alone", alone), ("in the storm", within)):
            print(f"the page {name}: median {statistics.median(f[0] for f in figures):.2f} ms, "
                  f"p99 {statistics.median(f[1] for f in figures):.2f} ms")
        print(f"p99 in the storm, times that alone: {statistics.median(w[1] / a[1] for w, a in zip(within, alone)):.2f}")
        refused = sum(count for one in storms for status, count in one["statuses"].items() if status != "200")
        print(f"the storm: {statistics.median(one['rate'] for one in storms):.0f} PDF a second, median "
              f"{statistics.median(one['p50'] for one in storms):.0f} ms, {refused} refused")
    finally:
        daemon.finish()


if __name__ == "__main__":
    main()
