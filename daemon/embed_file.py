#!/usr/bin/python3
"""Embed a file in C as an array of characters and its length.

usage: embed_file.py FILE NAME HEADER SOURCE

SOURCE defines `const char NAME[]` and `const size_t NAME_len`, which HEADER declares.
"""

import pathlib
import sys


def main() -> None:
    path, name, header, source = sys.argv[1:]
    data = pathlib.Path(path).read_bytes()
    rows = [", ".join(map(str, (b if b < 128 else b - 256 for b in data[i : i + 24]))) for i in range(0, len(data), 24)]
    pathlib.Path(source).write_text(
        f'#include "{header}"\n\nconst char {name}[] = {{\n' + ",\n".join(rows) + f"}};\nconst size_t {name}_len = {len(data)};\n"
    )


if __name__ == "__main__":
    main()
