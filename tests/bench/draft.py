#!/usr/bin/python3
"""How long the draft of a lägesbild takes after a new incident, in a small database and in a large one.

    tests/bench/draft.py DIRECTORY [--sizes 10000,1000000] [--program lagesbildd] [--rounds 40]

Two databases under DIRECTORY, as tests/bench/questions.py makes them. In both one area, Brunna, gets the same history: six
years of weeks with eight incidents each. Then, by turns between the two daemons, an observation is posted that happened in
Brunna just now, and the draft of the four weeks until now is asked for, as JSON and as a page; so what differs is only what
else there is in the database. `largest` is the same for the area with the most incidents of all, whose own history grows with
the database. Medians (and the fastest), in milliseconds.
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import time

import psycopg2
from questions import Daemon, fill_it

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WARM = 5
HISTORY = """
WITH made AS (
    INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category, category_confidence, category_rule,
                                    place, title, text, source, organisation, status)
    SELECT 'upplands-bro', gen_random_uuid(), now() - make_interval(days => 7 * w, hours => 5 * n), 'minute',
           (ARRAY['skadegorelse', 'stold', 'ordning', 'narkotika'])[1 + n % 4], 0.9, 'cue',
           (ARRAY['Brunna centrum', 'Brunna IP', NULL, 'Tibbleskolan'])[1 + (n + w) % 4], 'Händelse',
           'Ungdomar på mopeder körde över torget. Ordningsvakt pratade med dem.', 'polis', 'Kommunpolisen', 'tagged'
      FROM generate_series(0, 311) AS w, generate_series(0, 7) AS n
    RETURNING municipality, incident
)
INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule)
SELECT municipality, incident, 'brunna', 0.9, 'place' FROM made
"""
MADE = "SELECT count(*) FROM lagesbild.incident_area WHERE municipality = 'upplands-bro' AND area = 'brunna'"
ONE = """
WITH made AS (
    INSERT INTO lagesbild.incident (municipality, incident, occurred_at, precision, category, category_confidence, category_rule,
                                    title, text, source, organisation, status)
    SELECT 'stockholm', gen_random_uuid(), '2025-06-05 12:00+02', 'minute', 'stold', 0.9, 'cue', 'Stöld', 'En cykel stulen.',
           'polis', 'Kommunpolisen', 'tagged'
    RETURNING municipality, incident
)
INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule)
SELECT municipality, incident, 'bench-2', 0.9, 'place' FROM made
"""


def weeks_until_now():
    def code(day):
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"

    today = datetime.date.today()
    return f"{code(today - datetime.timedelta(weeks=3))}..{code(today)}"


class Side:
    def __init__(self, program, directory, size):
        self.size, self.daemon = size, Daemon(program, directory)
        fill_it(self.daemon, size)
        self.connection = psycopg2.connect(self.daemon.conninfo())
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.cursor.execute(MADE)
        if self.cursor.fetchone()[0] < 2000:
            self.cursor.execute(HISTORY)
            self.cursor.execute("VACUUM ANALYZE lagesbild.incident")
            self.cursor.execute("VACUUM ANALYZE lagesbild.incident_area")

    def post(self):
        body = json.dumps({"text": "Klotter på väggen vid Brunna centrum. Vaktmästaren sanerar.", "source": "faltgrupp",
                           "organisation": "Fältgruppen", "municipality": "upplands-bro"}).encode()
        self.daemon.http.request("POST", "/v1/observations", body,
                                 {"Authorization": f"Bearer {self.daemon.token}", "Content-Type": "application/json"})
        answer = self.daemon.http.getresponse()
        text = answer.read()
        assert answer.status == 201, text
        assert "brunna" in [area["code"] for area in json.loads(text)["areas"]], text

    def ask(self, path):
        started = time.perf_counter()
        answer, body = self.daemon.get(path)
        taken = (time.perf_counter() - started) * 1000
        assert answer.status == 200, body
        return taken


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("directory", type=pathlib.Path)
    options.add_argument("--sizes", default="10000,1000000")
    options.add_argument("--program", default=str(ROOT / "build" / "daemon" / "lagesbildd"))
    options.add_argument("--rounds", type=int, default=40)
    given = options.parse_args()
    area = f"/v1/lagesbilder/brunna/{weeks_until_now()}"
    largest = "/v1/lagesbilder/bench-2/2025-W20..2025-W23.json?municipality=stockholm"
    sides = []
    try:
        for size in map(int, given.sizes.split(",")):
            sides.append(Side(given.program, given.directory / str(size), size))
        figures = {}
        for n in range(WARM + given.rounds):
            for side in sides if n % 2 else sides[::-1]:
                side.post()
                taken = {"JSON": side.ask(f"{area}.json")}
                side.post()
                taken["HTML"] = side.ask(f"{area}.html")
                side.cursor.execute(ONE)
                taken["largest"] = side.ask(largest)
                for name, ms in taken.items() if n >= WARM else ():
                    figures.setdefault(name, {}).setdefault(side.size, []).append(ms)
        print(f"load {os.getloadavg()[0]:.1f}, two databases by turns, {given.rounds} rounds; ms: median (fastest)")
        for name, by_size in figures.items():
            medians = [statistics.median(by_size[side.size]) for side in sides]
            cells = ", ".join(f"{side.size}: {median:.1f} ({min(by_size[side.size]):.1f})" for side, median in zip(sides, medians))
            print(f"{name}: {cells}; {medians[-1] / medians[0]:.2f} times")
    finally:
        for side in sides:
            side.daemon.stop()


if __name__ == "__main__":
    main()
