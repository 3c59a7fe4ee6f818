"""The sample data that the demonstration posts: whole, as its manifest says, and read by the real daemon through the real
client."""
import csv
import json
import pathlib
import re
import subprocess
import sys

import pytest
from test_cli import DONE, Cli

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "schema" / "samples"


def manifest():
    with open(SAMPLES / "samples.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REPORTS = [row for row in manifest() if row["kind"] != "observations"]
QUIET = {"reports/2026-03-13-upplands-bro.txt", "reports/2026-03-14-vallingby.txt"}


@pytest.fixture(scope="module")
def cli(daemon, tmp_path_factory):
    client = Cli(tmp_path_factory.mktemp("samples"), daemon.url)
    client.environment["LAGESBILD_TOKEN"] = daemon.admin_token
    return client


def test_the_manifest_names_every_file():
    named = {row["file"] for row in manifest()}
    there = {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*") if path.suffix in (".txt", ".eml", ".ndjson")}
    assert named == there
    for row in REPORTS:
        assert row["kind"] == ("mail" if row["file"].endswith(".eml") else "text")
        assert row["file"].startswith("reports/%s-" % row["date"])
        assert row["municipality"] in ("upplands-bro", "stockholm") and row["source"] and row["organisation"]


def test_two_weeks_from_two_senders():
    for municipality in ("upplands-bro", "stockholm"):
        dates = sorted(row["date"] for row in REPORTS if row["municipality"] == municipality)
        assert dates == ["2026-03-%02d" % day for day in range(3, 17)]


def test_the_history_is_what_its_script_makes():
    made = subprocess.run([sys.executable, SAMPLES / "make-history.py"], capture_output=True, check=True).stdout
    assert made == (SAMPLES / "history.ndjson").read_bytes()


@pytest.mark.parametrize("row", REPORTS, ids=lambda row: row["file"])
def test_a_report_is_read_and_posting_it_again_changes_nothing(cli, daemon, row):
    arguments = ["report", SAMPLES / row["file"], "--date", row["date"], "--source", row["source"], "--municipality",
                 row["municipality"], "--organisation", row["organisation"], "--format", "json"]
    first = cli(*arguments)
    assert first.returncode == DONE, first.err
    report = json.loads(first.out)
    assert report["report_date"] == row["date"] and report["organisation"] == row["organisation"]
    assert bool(report["incidents"]) == (row["file"] not in QUIET)
    count = daemon.sql("SELECT count(*) FROM lagesbild.incident")
    again = cli(*arguments)
    assert again.returncode == DONE
    assert json.loads(again.out)["id"] == report["id"]
    assert daemon.sql("SELECT count(*) FROM lagesbild.incident") == count


def test_no_personal_data_is_stored(cli, daemon):
    # Those above have run; here the lines with personal data are looked for in all text that is kept.
    texts = [text for table in ("incident", "report_revision") for (text,) in daemon.sql("SELECT text FROM lagesbild.%s" % table)]
    assert texts
    for secret in ("19121212-1212", "070-174 06 12", "alma.tolvansson@example.com", "UFO 41B", "Tolvansson"):
        assert not [text for text in texts if secret in text], secret


@pytest.mark.parametrize("file", ["observations.ndjson", "history.ndjson"])
def test_observations_are_taken_once(cli, daemon, file):
    lines = len((SAMPLES / file).read_text(encoding="utf-8").splitlines())
    before = daemon.sql("SELECT count(*) FROM lagesbild.incident")[0][0]
    for _ in range(2):
        result = cli("import", "observations", SAMPLES / file)
        assert (result.returncode, result.err) == (DONE, "")
        assert result.out == "%d observationer mottagna\n" % lines
        assert daemon.sql("SELECT count(*) FROM lagesbild.incident")[0][0] == before + lines


def test_what_a_meeting_should_find_is_there(daemon):
    """Mopeds in Bro centrum: few in week 10, many in week 11."""
    weeks = {"W10": 0, "W11": 0}
    for text, week in daemon.sql("""SELECT text, to_char(occurred_at AT TIME ZONE 'Europe/Stockholm', '"W"IW') FROM lagesbild.incident
                                     WHERE occurred_at >= '2026-03-02' AND occurred_at < '2026-03-16'"""):
        if re.search(r"moped|A-traktor", text, re.I) and "Bro centrum" in text:
            weeks[week] += 1
    assert weeks["W10"] >= 3
    assert weeks["W11"] >= 2 * weeks["W10"]
