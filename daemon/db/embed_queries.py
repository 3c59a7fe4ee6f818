#!/usr/bin/python3
"""Embed SQL files in C, so that what runs is what stands in the file.

usage: embed_queries.py HEADER SOURCE FILE.sql...

Each FILE.sql holds one statement and becomes `const Query query_FILE` (see db/pool.h). Its comments before the first
word of SQL are for people who read the file and are left out; a trailing semicolon too, so that the very file also runs
in psql. The number of parameters is the highest $n; a gap among them is an error, because PostgreSQL could not tell the
missing one's type.
"""

import pathlib
import re
import sys

# What may hide a "$1" or a ";" that is not one: comments, literals, quoted names, dollar quotes.
TOKEN = re.compile(
    r"""
      (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<string>  [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' )
    | (?P<name>    "(?:[^"]|"")*" )
    | (?P<dollar>  \$(?P<tag>[A-Za-z_]\w*|)\$ .*? \$(?P=tag)\$ )
    | (?P<word>    [A-Za-z_]\w*(?:\$\w*)? )
    | (?P<param>   \$(?P<number>\d+) )
    | (?P<end>     ; )
    | (?P<space>   \s+ )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)

# A prepared statement's name is cut at 63 bytes by PostgreSQL; "query_" is only in C.
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

# Bind carries the number of parameters in 16 bits.
PARAMETERS_MAX = 65535


class Fault(Exception):
    """A file that cannot be embedded; the text says which and why."""


def trim(path, text):
    """The statement without leading comments and trailing semicolon, and its number of parameters."""
    start = end = None
    numbers = set()
    semicolon = False
    for token in TOKEN.finditer(text):
        kind = token.lastgroup
        if kind in ("space", "comment"):
            continue
        if semicolon:
            line = text.count("\n", 0, token.start()) + 1
            raise Fault(f"{path}:{line}: one statement in a file, but another begins here")
        if kind == "end":
            semicolon = True
            continue
        if token["number"]:
            numbers.add(int(token["number"]))
        start = token.start() if start is None else start
        end = token.end()
    if start is None:
        raise Fault(f"{path}: holds no statement")
    count = max(numbers, default=0)
    missing = [n for n in range(1, count + 1) if n not in numbers] if count <= PARAMETERS_MAX else []
    if 0 in numbers or missing or count > PARAMETERS_MAX:
        raise Fault(f"{path}: the parameters must be $1 to ${count}" + (f", but ${missing[0]} is missing" if missing else ""))
    return text[start:end], count


# "??/" would be a trigraph in strict C; the rest would end the literal.
ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\t": r"\t", "\n": r"\n", "?": r"\?"})


def literal(sql):
    """A C string literal, one line of SQL to a line."""
    return "\n".join(f'           "{line.translate(ESCAPES)}"' for line in sql.splitlines(keepends=True))


def load(paths):
    """(name, sql, parameters) for each file, by name."""
    queries = {}
    for path in map(pathlib.Path, paths):
        name = path.stem
        if path.suffix != ".sql" or not NAME.fullmatch(name):
            raise Fault(f"{path}: a query's file is named lower_case.sql with at most 63 letters, digits and _")
        if name in queries:
            raise Fault(f"{path}: there is already a query named {name}")
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as fault:
            raise Fault(f"{path}: not UTF-8 ({fault.reason} at byte {fault.start})") from fault
        if "\0" in text or "\r" in text:
            raise Fault(f"{path}: holds a NUL or a carriage return")
        queries[name] = trim(path, text)
    for folder in {pathlib.Path(path).parent for path in paths}:
        forgotten = sorted(path.name for path in folder.glob("*.sql") if path.stem not in queries)
        if forgotten:
            raise Fault(f"{folder}: {', '.join(forgotten)} is not listed in the meson.build there")
    return [(name, sql, count) for name, (sql, count) in sorted(queries.items())]


def main(header, source, *paths):
    try:
        queries = load(paths)
    except Fault as fault:
        sys.exit(f"embed_queries: {fault}")
    note = "/* Made by embed_queries.py from the files in db/queries; do not edit. */\n"
    with open(header, "w", encoding="utf-8") as out:
        out.write(note + '#pragma once\n\n#include "db/pool.h"\n\n')
        out.writelines(f"extern const Query query_{name};\n" for name, _, _ in queries)
        out.write("\n/* All of them, for tests and checks. */\n")
        out.write("extern const Query *const query_all[];\nextern const size_t query_count;\n")
    with open(source, "w", encoding="utf-8") as out:
        out.write(note + '#include "db/queries.h"\n')
        for name, sql, count in queries:
            out.write(
                f"\nconst Query query_{name} = {{\n    .name = \"{name}\",\n    .parameters = {count},\n    .sql =\n{literal(sql)},\n}};\n"
            )
        entries = "".join(f"    &query_{name},\n" for name, _, _ in queries)
        out.write(f"\nconst Query *const query_all[] = {{\n{entries}    NULL,\n}};\n")
        out.write(f"const size_t query_count = {len(queries)};\n")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
