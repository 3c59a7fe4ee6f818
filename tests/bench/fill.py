#!/usr/bin/python3
"""Fills a database that lagesbildd has migrated and seeded with believable incidents.

    tests/bench/fill.py INCIDENTS CONNINFO [--parts 2]

What stands in the way of a quick load is taken away first and put back afterwards: the indexes that no key needs. The rows
themselves are made by make_incidents.sql, by several sessions at a time, each for its own municipalities.
"""

import argparse
import pathlib
import subprocess
import time

import psycopg2

HERE = pathlib.Path(__file__).resolve().parent
INDEXES = """
SELECT format('lagesbild.%I', c.relname), pg_get_indexdef(i.indexrelid)
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid IN ('lagesbild.incident'::regclass, 'lagesbild.incident_area'::regclass)
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
"""
TO_FOLD = "SELECT EXISTS (SELECT FROM lagesbild.tally_delta)"
TO_LIST = "SELECT FROM lagesbild.place_year WHERE NOT listed AND year < extract(isoyear FROM now())"


def fill(conninfo, incidents, parts=2):
    """Adds that many incidents; gives the seconds it took."""
    started = time.monotonic()
    connection = psycopg2.connect(conninfo)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(INDEXES)
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    makers = [subprocess.Popen(["psql", "-q", "-v", f"incidents={incidents}", "-v", f"part={part}", "-v", f"parts={parts}",
                                "-f", str(HERE / "make_incidents.sql"), conninfo], stdout=subprocess.DEVNULL)
              for part in range(parts)]
    failed = [maker.args for maker in makers if maker.wait() != 0]
    if failed:
        raise SystemExit(f"psql failed: {failed}")
    cursor.execute("SET maintenance_work_mem = '1GB'")
    for _, definition in indexes:
        cursor.execute(definition)
    cursor.execute("SELECT lagesbild.mend_tally()")  # the triggers that keep the sums were off
    cursor.execute(TO_FOLD)
    while cursor.fetchone()[0]:  # the daemon folds too, and one at a time does
        cursor.execute("SELECT lagesbild.fold_tally(2000000000)")
        time.sleep(0.01)
        cursor.execute(TO_FOLD)
    cursor.execute(TO_LIST)
    while cursor.rowcount:  # as the daemon does by and by
        cursor.execute("SELECT lagesbild.list_places(2000000000)")
        cursor.execute(TO_LIST)
    cursor.execute("VACUUM (ANALYZE)")
    connection.close()
    return time.monotonic() - started


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("incidents", type=int)
    options.add_argument("conninfo")
    options.add_argument("--parts", type=int, default=2)
    given = options.parse_args()
    print(f"{given.incidents}: filled in {fill(given.conninfo, given.incidents, given.parts):.0f} s", flush=True)


if __name__ == "__main__":
    main()
