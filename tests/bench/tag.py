#!/usr/bin/python3
"""How fast `lagesbild tag` reads real notices, on one core.

    tests/bench/tag.py NOTICES.ndjson[.gz] [--tag PROGRAM …] [--rounds 7] [--instructions] [--svm]

NOTICES are the Police's event notices, one JSON object a line with "summary" and "body". Each program reads all of them
--rounds times, by turns with the others and with `wc -w` on the same bytes, which says how fast the machine is just
then; each is bound to one core. Printed are notices a second by the processor's time, start-up and all (fastest and
median), the time next to that of `wc -w`, start-up alone, and the most memory used.

--instructions counts instructions under valgrind instead of time, over every twentieth notice: the same on every run,
however busy the machine. --svm also measures scikit-learn's TF-IDF of words 1-2 with a linear SVM that says only the
category (python3-sklearn), texts already in memory.
"""
import argparse
import gzip
import json
import os
import pathlib
import re
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EVERY = 20  # notices, under valgrind
SHORT = '{"id": 1, "kind": "observation", "text": "Slagsmål utanför Bro station."}\n'


def read_notices(path):
    opened = gzip.open(path, 'rt', encoding='utf8') if path.endswith('.gz') else open(path, encoding='utf8')
    with opened as lines:
        for line in lines:
            notice = json.loads(line)
            text = '\n'.join(part for part in (notice.get('summary'), notice.get('body')) if part)
            yield json.dumps({'id': notice['id'], 'kind': 'observation', 'text': text, 'municipality': None,
                              'date': notice['datetime'][:10]}, ensure_ascii=False) + '\n'


def write(directory, name, lines):
    path = directory / name
    path.write_text(''.join(lines), encoding='utf8')
    return path


def run(command, path):
    """Seconds of the processor, and the most memory in MB."""
    core = max(os.sched_getaffinity(0))
    with open(path, 'rb') as source:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL,
                                   preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
    if status:
        raise SystemExit(f'{command[0]} failed')
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def instructions(command, path):
    with open(path, 'rb') as source:
        said = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', *command], stdin=source,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True).stderr
    return int(re.search(r'Collected : (\d+)', said).group(1))


def count_instructions(programs, directory, lines):
    some = lines[::EVERY]
    path, short = write(directory, 'some', some), write(directory, 'short', [SHORT])
    for program in programs:
        start = instructions([program, 'tag'], short)
        each = (instructions([program, 'tag'], path) - start) / len(some)
        print(f'{program}: {each / 1000:.1f} thousand instructions a notice, {start / 1e6:.0f} million to start')


def time_programs(programs, directory, lines, rounds):
    path, short = write(directory, 'all', lines), write(directory, 'short', [SHORT])
    commands = {program: [program, 'tag'] for program in programs}
    commands['wc -w'] = ['wc', '-w']
    times = {name: [] for name in commands}
    starts = {name: [] for name in commands}
    memory = {}
    for _ in range(rounds):
        for name, command in commands.items():
            seconds, memory[name] = run(command, path)
            times[name].append(seconds)
            starts[name].append(run(command, short)[0])
    print(f'{len(lines)} notices, {path.stat().st_size / 1e6:.1f} MB, {rounds} rounds')
    for name in programs:
        ratio = statistics.median(a / b for a, b in zip(times[name], times['wc -w']))
        print(f'{name}: {len(lines) / min(times[name]):.0f} a second at best, '
              f'{len(lines) / statistics.median(times[name]):.0f} in the median; {ratio:.1f} times as long as wc -w; '
              f'starts in {statistics.median(starts[name]):.3f} s; {memory[name]:.0f} MB')


def time_svm(lines, rounds):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC
    texts = [json.loads(line)['text'] for line in lines]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    # What it is trained to say does not matter for its time; how many classes does.
    model = LinearSVC(max_iter=5).fit(vectorizer.fit_transform(texts[::8]), [i % 19 for i in range(len(texts[::8]))])
    seconds = []
    for _ in range(rounds):
        before = time.process_time()
        model.predict(vectorizer.transform(texts))
        seconds.append(time.process_time() - before)
    print(f'scikit-learn, category alone: {len(texts) / min(seconds):.0f} a second at best, '
          f'{len(texts) / statistics.median(seconds):.0f} in the median')


def main():
    parser = argparse.ArgumentParser(description='How fast `lagesbild tag` is.')
    parser.add_argument('notices')
    parser.add_argument('--tag', nargs='+', default=[str(ROOT / 'build/clients/lagesbild')])
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--instructions', action='store_true')
    parser.add_argument('--svm', action='store_true')
    args = parser.parse_args()
    lines = list(read_notices(args.notices))
    with tempfile.TemporaryDirectory() as name:
        if args.instructions:
            count_instructions(args.tag, pathlib.Path(name), lines)
        else:
            time_programs(args.tag, pathlib.Path(name), lines, args.rounds)
    if args.svm:
        os.environ['OMP_NUM_THREADS'] = '1'
        time_svm(lines, min(args.rounds, 3))


main()
