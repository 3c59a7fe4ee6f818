#!/usr/bin/env python3
"""How far `lagesbild tag` can be trusted, on the Police's notices. Python 3 standard library only.

usage: doubt.py NOTICES.ndjson[.gz] --tag 'build/clients/lagesbild tag -k DIRECTORY' [--knowledge DIR]

NOTICES as for notices.py (and its --raw), later than those the model of DIRECTORY was trained on. Prints accuracy and
macro F1, F1 by category, how often the categories that are left are right when the least sure are marked for review
(the risk-coverage curve), what is marked and right as shipped, and the table of reliability: of tags said to be so
sure, how many are right.
"""
import argparse
import collections
import csv
import gzip
import json
import os
import shlex
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = 0.98


def labelled(path, knowledge):
    """(text, date, category) of the notices whose type says what kind of incident it is."""
    with open(os.path.join(knowledge, 'police-types.csv'), encoding='utf8', newline='') as f:
        category = {row['type'].strip(): row['category'] for row in csv.DictReader(f) if row['type']}
    opened = gzip.open(path, 'rt', encoding='utf8') if path.endswith('.gz') else open(path, encoding='utf8')
    with opened as lines:
        for line in lines:
            notice = json.loads(line)
            text = '\n'.join(part for part in (notice.get('summary'), notice.get('body')) if part)
            code = category.get(notice['type'].strip(), 'ovrigt')
            if code != 'ovrigt' and len(text) >= 20:
                yield text, notice['datetime'][:10], code


def tag(command, notices):
    rows = ''.join(json.dumps({'id': i, 'kind': 'observation', 'text': text, 'municipality': None, 'date': date}) + '\n'
                   for i, (text, date, _) in enumerate(notices))
    done = subprocess.run([*shlex.split(command), '--confidence'], input=rows.encode(), stdout=subprocess.PIPE, check=True)
    return [json.loads(line)['incidents'][0] for line in done.stdout.splitlines()]


def print_categories(tags, wanted):
    hit, got = collections.Counter(), collections.Counter(t['category'] for t in tags)
    hit.update(w for t, w in zip(tags, wanted) if t['category'] == w)
    want = collections.Counter(wanted)
    f1 = {code: 2 * hit[code] / (want[code] + got[code]) for code in want}
    print(f'{len(tags)} notices: accuracy {sum(hit.values()) / len(tags):.4f}, macro F1 {sum(f1.values()) / len(f1):.4f}')
    print(', '.join(f'{code} {f1[code]:.2f}' for code in sorted(f1, key=f1.get, reverse=True)))


def print_curve(tags, right):
    order = sorted(range(len(tags)), key=lambda i: -tags[i]['category_confidence'])
    sums, enough = [0], 0
    for n, i in enumerate(order, 1):
        sums.append(sums[-1] + right[i])
        if sums[n] >= TARGET * n:
            enough = n
    for marked in (5, 10, 15, 20, 25, 30):
        left = len(tags) * (100 - marked) // 100
        print(f'{marked} % marked for the category: {sums[left] / left:.4f} right of the rest')
    print(f'{100 - 100 * enough / len(tags):.1f} % marked for {TARGET} right of the rest')
    sure = [r for t, r in zip(tags, right) if not t['review']]
    print(f'as shipped, other doubts too: {1 - len(sure) / len(tags):.4f} marked, {sum(sure) / len(sure):.4f} right of the rest')


def print_reliability(tags, right):
    bins = collections.defaultdict(list)
    for t, r in zip(tags, right):
        bins[min(int(t['category_confidence'] * 10), 9)].append((t['category_confidence'], r))
    for b in sorted(bins):
        said, were = zip(*bins[b])
        print(f'said {b / 10:.1f}-{(b + 1) / 10:.1f}: {len(said)} notices, {sum(said) / len(said):.3f} in the mean, '
              f'{sum(were) / len(were):.3f} right')


def main():
    parser = argparse.ArgumentParser(description='How far the categories can be trusted.')
    parser.add_argument('notices')
    parser.add_argument('--tag', required=True)
    parser.add_argument('--knowledge', default=os.path.join(HERE, '..', '..', 'schema', 'knowledge'))
    args = parser.parse_args()
    notices = list(labelled(args.notices, args.knowledge))
    tags, wanted = tag(args.tag, notices), [code for _, _, code in notices]
    right = [t['category'] == w for t, w in zip(tags, wanted)]
    print_categories(tags, wanted)
    print_curve(tags, right)
    print_reliability(tags, right)


main()
