"""Writes a text file into a C source as one constant string: embed.py INPUT OUTPUT NAME."""
import sys

source, target, name = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    lines = file.read().splitlines()
with open(target, "w", encoding="utf-8") as file:
    file.write(f'/* Made from {source.rsplit("/", 1)[-1]} by embed.py. */\nextern const char {name}[];\nconst char {name}[] =\n')
    for line in lines:
        escaped = line.replace("\\", "\\\\").replace('"', '\\"')
        file.write(f'    "{escaped}\\n"\n')
    file.write("    ;\n")
