"""The build step that turns db/queries/*.sql into C."""

import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "daemon" / "db" / "embed_queries.py"
spec = importlib.util.spec_from_file_location("embed_queries", SCRIPT)
embed = importlib.util.module_from_spec(spec)
spec.loader.exec_module(embed)


class Trim(unittest.TestCase):
    def test_leading_comments_and_the_last_semicolon_go(self):
        text = "-- What it is for; $9.\n/* More. */\nSELECT 1; -- the end\n"
        self.assertEqual(embed.trim("f", text), ("SELECT 1", 0))

    def test_comments_inside_stay(self):
        self.assertEqual(embed.trim("f", "SELECT -- $2 ;\n 1 + $1"), ("SELECT -- $2 ;\n 1 + $1", 1))

    def test_only_real_parameters_count(self):
        text = """SELECT '$4;', "$5", E'it\\'s $6', 'it''s $7', $$ $8; $$, $x$ $9 $x$, a$3, $2::text, $1, $2"""
        self.assertEqual(embed.trim("f", text)[1], 2)

    def test_faults(self):
        for text, reason in [
            ("", "no statement"),
            ("-- only words", "no statement"),
            ("SELECT 1;\n\nSELECT 2", "f:3: one statement"),
            ("SELECT $2", "$1 is missing"),
            ("SELECT $0", "must be $1"),
            ("SELECT $70000", "must be $1"),
        ]:
            with self.subTest(text), self.assertRaises(embed.Fault) as caught:
                embed.trim("f", text)
            self.assertIn(reason, str(caught.exception))


class Run(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def embed(self, *names):
        outputs = [self.path / "queries.h", self.path / "queries.c"]
        return subprocess.run(
            [sys.executable, SCRIPT, *outputs, *(self.path / name for name in names)], capture_output=True, text=True
        )

    def file(self, name, content):
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def test_what_is_embedded_is_what_the_compiler_reads(self):
        sql = "SELECT 'å \"quoted\" \\ ??/',\n\t$1 % 2"
        self.file("b.sql", sql + ";\n")
        self.file("a.sql", "SELECT 1")
        self.assertEqual(self.embed("b.sql", "a.sql").returncode, 0)
        (self.path / "db").mkdir()
        (self.path / "db" / "pool.h").write_text(
            "#include <stddef.h>\ntypedef struct Query { const char *name, *sql; int parameters; } Query;\n"
        )
        (self.path / "queries.h").rename(self.path / "db" / "queries.h")
        (self.path / "main.c").write_text(
            '#include <stdio.h>\n#include "db/queries.h"\n'
            'int main(void) { for (size_t i = 0; i < query_count; i++)'
            ' printf("%s|%d|%s|", query_all[i]->name, query_all[i]->parameters, query_all[i]->sql); return 0; }\n'
        )
        program = self.path / "program"
        subprocess.run(
            ["cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-I", self.path, self.path / "main.c",
             self.path / "queries.c", "-o", program], check=True
        )
        output = subprocess.run([program], capture_output=True, check=True).stdout.decode()
        self.assertEqual(output, f"a|0|SELECT 1|b|1|{sql}|")

    def assert_fault(self, reason, *names):
        run = self.embed(*names)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn(reason, run.stderr)
        self.assertNotIn("Traceback", run.stderr)

    def test_names(self):
        for name in ("Upper.sql", "1st.sql", "with-dash.sql", "plain.txt", "x" * 64 + ".sql"):
            self.file(name, "SELECT 1")
            with self.subTest(name):
                self.assert_fault("lower_case.sql", name)
            (self.path / name).unlink()

    def test_the_same_name_twice(self):
        self.file("a.sql", "SELECT 1")
        self.file("sub/a.sql", "SELECT 2")
        self.assert_fault("already a query named a", "a.sql", "sub/a.sql")

    def test_a_file_that_nobody_listed(self):
        self.file("a.sql", "SELECT 1")
        self.file("forgotten.sql", "SELECT 1")
        self.assert_fault("forgotten.sql is not listed", "a.sql")

    def test_bytes_that_are_not_text(self):
        self.file("a.sql", b"SELECT '\xff'")
        self.assert_fault("not UTF-8", "a.sql")
        self.file("a.sql", b"SELECT '\0'")
        self.assert_fault("NUL", "a.sql")


if __name__ == "__main__":
    unittest.main()
