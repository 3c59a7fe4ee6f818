#!/usr/bin/env python3
"""Turn the Police's event notices into what `lagesbild train` reads. Python 3 standard library only.

usage: notices.py NOTICES.ndjson[.gz] [--from DATE] [--before DATE] [--knowledge DIR] [--raw] > labelled.ndjson

One line for each notice whose type falls in a category (police-types.csv), oldest first: {"text", "category"}, the
text being the summary and the body. Summaries of a night, updates and other types that say nothing about the kind of
incident ("ovrigt") are left out, and texts under 20 characters. --raw writes the notices themselves instead, as they
came, so that a stretch of time can be judged by itself.
"""
import argparse
import csv
import gzip
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def notices(path):
    opened = gzip.open(path, 'rt', encoding='utf8') if path.endswith('.gz') else open(path, encoding='utf8')
    with opened as lines:
        for line in lines:
            yield json.loads(line)


def main():
    parser = argparse.ArgumentParser(description='Notices to labelled NDJSON.')
    parser.add_argument('notices')
    parser.add_argument('--from', dest='start', default='')
    parser.add_argument('--before', default='9999')
    parser.add_argument('--knowledge', default=os.path.join(HERE, '..', '..', 'schema', 'knowledge'))
    parser.add_argument('--raw', action='store_true')
    args = parser.parse_args()
    with open(os.path.join(args.knowledge, 'police-types.csv'), encoding='utf8', newline='') as f:
        category = {row['type'].strip(): row['category'] for row in csv.DictReader(f) if row['type']}
    rows = []
    for notice in notices(args.notices):
        text = '\n'.join(part for part in (notice.get('summary'), notice.get('body')) if part)
        code = category.get(notice['type'].strip(), 'ovrigt')
        if code != 'ovrigt' and len(text) >= 20 and args.start <= notice['datetime'] < args.before:
            rows.append((notice['datetime'], notice['id'], notice if args.raw else {'text': text, 'category': code}))
    for _, _, row in sorted(rows, key=lambda row: row[:2]):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + '\n')


main()
