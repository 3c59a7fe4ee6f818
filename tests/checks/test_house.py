"""The house rules of docs/develop.md that a program can look after."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAEMON = ROOT / "daemon"

# What each room may include; itself always.
MAY_INCLUDE = {
    "util": set(),
    "core": {"util"},
    "render": {"core", "util"},
    "db": {"util"},
    "flow": {"core", "db", "render", "util"},
    "http": {"flow", "render", "db", "core", "util"},
}
# Of libraries that speak to the outside; what is pure has none of them.
PURE = {"util", "core", "render"}
IMPURE_HEADERS = re.compile(r'#include <(event2?/|libpq|sys/socket|sys/epoll|netinet|curl/)')
MARK = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d)")


def sources(*folders):
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*.[ch]"))


def include_of(line):
    found = re.match(r'#include "([a-z0-9_]+)/', line)
    return found.group(1) if found else None


def settings_table():
    """config.def as the operations guide shows it."""
    options = re.findall(r'^OPTION\((\w+), (\w+), "(.*?)", (\d+), (\d+), "(.*)"\)$', (DAEMON / "config.def").read_text(), re.M)
    lines = ["| setting | default | what it is for |", "|---|---|---|"]
    return "\n".join(lines + [f"| `{name}` | {default or '–'} | {text} |" for name, _, default, _, _, text in options]) + "\n"


class House(unittest.TestCase):
    def test_includes_go_one_way(self):
        wrong = []
        for room, allowed in MAY_INCLUDE.items():
            for path in sources(f"daemon/{room}"):
                for number, line in enumerate(path.read_text().splitlines(), 1):
                    other = include_of(line)
                    if other in MAY_INCLUDE and other != room and other not in allowed:
                        wrong.append(f"{path.relative_to(ROOT)}:{number}: {room} may not include {other}")
        self.assertEqual(wrong, [])

    def test_no_room_knows_the_daemon_that_starts_it(self):
        wrong = [f"{path.relative_to(ROOT)}: {line}" for room in MAY_INCLUDE for path in sources(f"daemon/{room}")
                 for line in path.read_text().splitlines() if re.match(r'#include "(daemon|worker)\.h"', line)]
        self.assertEqual(wrong, [])

    def test_what_is_pure_sees_no_socket_and_no_database(self):
        wrong = [f"{path.relative_to(ROOT)}: {line}" for room in sorted(PURE) for path in sources(f"daemon/{room}")
                 for line in path.read_text().splitlines() if IMPURE_HEADERS.match(line)]
        self.assertEqual(wrong, [])

    def test_the_client_shares_only_what_is_pure(self):
        wrong = [f"{path.relative_to(ROOT)}: {line}" for path in sources("clients")
                 for line in path.read_text().splitlines() if include_of(line) in {"render", "db", "flow", "http"}]
        self.assertEqual(wrong, [])

    def test_every_source_is_built(self):
        wrong = []
        for path in sources("daemon", "clients", "tests"):
            builds = (parent / "meson.build" for parent in path.parents if parent.is_relative_to(ROOT))
            text = "".join(build.read_text() for build in builds if build.exists())
            name = path.stem.split("-", 1)[1] if path.stem.startswith(("test-", "fuzz-")) else path.stem
            if path.suffix == ".c" and not re.search(rf"\b{re.escape(name)}\b", text):
                wrong.append(str(path.relative_to(ROOT)))
        self.assertEqual(wrong, [])

    def test_every_query_is_embedded(self):
        listed = set(re.findall(r"'([a-z0-9_]+\.sql)'", (DAEMON / "db/queries/meson.build").read_text()))
        self.assertEqual(listed, {path.name for path in (DAEMON / "db/queries").glob("*.sql")})

    def test_the_settings_in_the_operations_guide_are_those_of_the_program(self):
        self.assertIn(settings_table(), (ROOT / "docs/operations.md").read_text(), "copy it there")

    def test_no_row_of_knowledge_stands_twice(self):
        wrong = []
        for path in sorted((ROOT / "schema/knowledge").glob("*.csv")):
            seen = set()
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if line in seen and line and not line.startswith("#"):
                    wrong.append(f"{path.name}:{number}: {line}")
                seen.add(line)
        self.assertEqual(wrong, [])

    def test_nothing_is_left_to_do_without_an_issue(self):
        wrong = [f"{path.relative_to(ROOT)}:{number}" for path in sources("daemon", "clients", "tests")
                 for number, line in enumerate(path.read_text().splitlines(), 1) if MARK.search(line)]
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
