"""The sample data that the demonstration posts: whole, as its manifest says, and read by the real daemon through the real
client."""
import csv
import json
import pathlib
import re
import subprocess
import sys

import pytest
from harness import Daemon
from test_cli import DONE, REFUSED, Cli

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "schema" / "samples"


def manifest():
    with open(SAMPLES / "samples.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REPORTS = [row for row in manifest() if row["kind"] != "observations"]
QUIET = {"reports/2026-03-13-upplands-bro.txt", "reports/2026-03-14-vallingby.txt"}


@pytest.fixture(scope="module")
def daemon():
    """One that nobody else has put anything in."""
    running = Daemon().start()
    yield running
    running.finish()


@pytest.fixture(scope="module")
def cli(daemon, tmp_path_factory):
    client = Cli(tmp_path_factory.mktemp("samples"), daemon.url)
    client.environment["LAGESBILD_TOKEN"] = daemon.admin_token
    return client


def count_incidents(daemon):
    return daemon.sql("SELECT count(*) FROM lagesbild.incident")[0][0]


def post(cli, row):
    if row["kind"] == "observations":
        return cli("import", "observations", SAMPLES / row["file"])
    return cli("report", SAMPLES / row["file"], "--date", row["date"], "--source", row["source"], "--municipality",
               row["municipality"], "--organisation", row["organisation"], "--format", "json")


@pytest.fixture(scope="module")
def posted(cli, daemon):
    """All samples, posted once; what came of each: the client's result and how many incidents it added."""
    results = {}
    for row in manifest():
        before = count_incidents(daemon)
        results[row["file"]] = (post(cli, row), count_incidents(daemon) - before)
    return results


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
def test_a_report_is_read_and_posting_it_again_changes_nothing(cli, daemon, posted, row):
    first, added = posted[row["file"]]
    assert first.returncode == DONE, first.err
    report = json.loads(first.out)
    assert report["report_date"] == row["date"] and report["organisation"] == row["organisation"]
    assert len(report["incidents"]) == added
    assert bool(added) == (row["file"] not in QUIET)
    before = count_incidents(daemon)
    again = post(cli, row)
    assert again.returncode == DONE
    assert json.loads(again.out)["id"] == report["id"]
    assert count_incidents(daemon) == before


@pytest.mark.usefixtures("posted")
def test_no_personal_data_is_stored(daemon):
    texts = [text for table in ("incident", "report_revision") for (text,) in daemon.sql("SELECT text FROM lagesbild.%s" % table)]
    assert texts
    for secret in ("19121212-1212", "070-174 06 12", "alma.tolvansson@example.com", "UFO 41B", "Tolvansson"):
        assert not [text for text in texts if secret in text], secret


@pytest.mark.parametrize("row", [row for row in manifest() if row["kind"] == "observations"], ids=lambda row: row["file"])
def test_observations_are_taken_once(cli, daemon, posted, row):
    lines = len((SAMPLES / row["file"]).read_text(encoding="utf-8").splitlines())
    first, added = posted[row["file"]]
    before = count_incidents(daemon)
    for result in (first, post(cli, row)):
        assert (result.returncode, result.err, result.out) == (DONE, "", "%d observationer mottagna\n" % lines)
    assert added == lines and count_incidents(daemon) == before


@pytest.mark.usefixtures("posted")
def test_a_meeting_finds_what_it_should(cli):
    """Mopeds in Bro, more in week 11 than chance gives; in Brunna damage before all else, at Hässelby torg drugs."""
    def lagesbild(area):
        result = cli("show", area, "2026-W11", "--format", "json")
        assert result.returncode == DONE, result.err
        return json.loads(result.out)

    def category(document, code):
        return next(row for row in document["categories"] if row["code"] == code)

    mopeds = category(lagesbild("bro"), "trafikbrott")
    assert mopeds["count"] >= 2 * mopeds["previous"] and mopeds["deviation"]["direction"] == "up"
    for area, code in [("brunna", "skadegorelse"), ("hasselby-torg", "narkotika")]:
        document = lagesbild(area)
        assert max(document["categories"], key=lambda row: row["count"])["code"] == code
        assert category(document, code)["count"] >= category(document, code)["previous"]
    assert lagesbild("kungsangen")["total"]["deviation"] is None


@pytest.mark.usefixtures("posted")
def test_every_format_of_the_lagesbild_tells_of_bro(cli, tmp_path):
    for form in ("text", "html", "csv"):
        result = cli("show", "bro", "2026-W10..2026-W11", "--format", form, "-o", tmp_path / form)
        assert result.returncode == DONE, result.err
        assert "Bro" in (tmp_path / form).read_text(encoding="utf-8")


@pytest.mark.usefixtures("posted")
def test_all_incidents_come_once_however_many_pages(cli, daemon):
    [(count,)] = daemon.sql("""SELECT count(DISTINCT incident) FROM lagesbild.incident_area JOIN lagesbild.incident USING (municipality, incident)
                                WHERE area IN ('upplands-bro', 'bro', 'brunna', 'kungsangen') AND withdrawn_revision IS NULL""")
    assert count > 200  # more than a page
    items = json.loads(cli("incidents", "--area", "upplands-bro", "--format", "json").out)["items"]
    assert len({item["id"] for item in items}) == len(items) == count
    features = json.loads(cli("incidents", "--area", "upplands-bro", "--format", "geojson").out)["features"]
    assert [feature["id"] for feature in features] == [item["id"] for item in items]
    rows = list(csv.DictReader(cli("incidents", "--area", "upplands-bro", "--format", "csv").out.splitlines(keepends=True)))
    assert [row["id"] for row in rows] == [item["id"] for item in items]
    table = cli("incidents", "--area", "bro", "--from", "2026-03-09", "--to", "2026-03-15", "--category", "trafikbrott")
    assert table.returncode == DONE and "Bro centrum" in table.out and "Brunna" not in table.out


@pytest.mark.usefixtures("posted")
def test_trends_by_week(cli):
    result = cli("trends", "--area", "bro", "--category", "trafikbrott", "--from", "2026-01-05", "--to", "2026-03-15",
                 "--bucket", "week", "--compare", "previous", "--format", "json")
    assert result.returncode == DONE, result.err
    rows = json.loads(result.out)["rows"]
    assert [row["bucket"] for row in rows] == ["2026-W%02d" % week for week in range(2, 12)]
    assert rows[-1]["count"] == max(row["count"] for row in rows)
    assert re.search(r"^2026-W11 +%d " % rows[-1]["count"], cli(
        "trends", "--area", "bro", "--category", "trafikbrott", "--from", "2026-01-05", "--to", "2026-03-15",
        "--bucket", "week", "--compare", "previous").out, re.M)
    for bucket in ("hour_of_week", "day", "month", "year"):
        assert cli("trends", "--area", "bro", "--bucket", bucket, "--from", "2026-03-02", "--to", "2026-03-15", "--group-by",
                   "category,source", "--format", "csv").returncode == DONE


@pytest.mark.usefixtures("posted")
def test_review_lists_the_doubtful(cli):
    result = cli("review")
    assert result.returncode == DONE
    assert "granska: " in result.out and "personuppgifter" in result.out
    everything = cli("incidents", "--format", "json").out
    assert "[personnummer]" in everything
    assert "19121212" not in result.out + everything, "what was found is masked"


def test_questions_that_are_wrong_say_why(cli):
    for arguments in [("show", "finns-inte", "2026-W11"), ("show", "bro", "2026-W54"), ("incidents", "--category", "finns-inte")]:
        result = cli(*arguments)
        assert result.returncode == REFUSED
        assert "servern svarade 4" in result.err
