"""The command line client against the real daemon: test_cli.py has the cases that need a server that fails."""
import json
import random
import re
import socket
import time

import pytest
from incidents import put_incident
from test_cli import DONE, REFUSED, UNREACHABLE, Cli

NOTICES = [
    {"id": 900001, "datetime": "2026-03-14 08:12:05 +01:00", "name": "13 mars 23.40, Skottlossning, Upplands-Bro",
     "summary": "Smällar hörda i Bro.", "url": "/aktuellt/1/", "type": "Skottlossning",
     "location": {"name": "Upplands-Bro", "gps": "59.524,17.627"}, "body": "Polisen är på plats vid Finnsta."},
    {"id": 900002, "datetime": "2026-03-14 09:02:11 +01:00", "name": "14 mars 07.10, Trafikolycka, Upplands-Bro",
     "summary": "Två bilar på Enköpingsvägen.", "url": "/aktuellt/2/", "type": "Trafikolycka",
     "location": {"name": "Upplands-Bro", "gps": "59.524,17.627"}},
]


@pytest.fixture
def cli(daemon, tmp_path):
    client = Cli(tmp_path, daemon.url)
    client.environment["LAGESBILD_TOKEN"] = daemon.admin_token
    return client


def test_report_in_windows_1252(cli):
    text = "Dygnsrapport\r\n\r\n22.18, Kungsängen, skadegörelse\r\nEn ruta krossad på Källskolan.\r\n"
    result = cli("report", "-", "--date", "2026-01-10", "--municipality", "upplands-bro", "--charset", "windows-1252",
                 "--format", "json", stdin=text.encode("windows-1252"))
    assert result.returncode == DONE, result.err
    report = json.loads(result.out)
    assert any("Källskolan" in incident["text"] for incident in report["incidents"])


def test_report_in_a_charset_that_does_not_fit_is_refused(cli):
    result = cli("report", "-", stdin="Kungsängen".encode("windows-1252"))
    assert result.returncode == REFUSED
    assert "servern svarade 4" in result.err
    assert cli.waiting() == []


def test_observation_is_shown_as_it_was_read(cli):
    result = cli("observe", "Klotter på läktaren vid Brunna IP", "--at", "2026-03-14 20:15", "--municipality", "upplands-bro")
    assert result.returncode == DONE, result.err
    assert "2026-03-14 20:15" in result.out and "brunna" in result.out


def test_observation_with_faults_names_them(cli):
    result = cli("observe", "x", "--category", "finns-inte", "--municipality", "upplands-bro")
    assert result.returncode == REFUSED
    assert "/category" in result.err


def test_lines_that_are_refused_are_named_and_the_others_stored(cli, tmp_path):
    (tmp_path / "o.ndjson").write_text(
        '{"text": "Moped på torget i Bro centrum", "municipality": "upplands-bro"}\n'
        '{"municipality": "upplands-bro"}\ninte json\n'
        '{"text": "Klotter vid Bro station", "municipality": "upplands-bro"}\n')
    result = cli("observe", "--from", tmp_path / "o.ndjson")
    assert result.returncode == REFUSED
    assert result.out == "2 observationer mottagna, 2 avvisade\n"
    assert "rad 2: " in result.err and "rad 3: " in result.err and "är inte JSON" in result.err


def test_import_twice(cli, tmp_path):
    (tmp_path / "events.json").write_text(json.dumps(NOTICES))
    first = cli("import", "polisen", tmp_path / "events.json")
    assert (first.returncode, first.out) == (DONE, "2 notiser lästa: 2 nya, 0 kända, 0 överhoppade\n")
    (tmp_path / "events.ndjson").write_text("".join(json.dumps(notice) + "\n" for notice in NOTICES))
    again = cli("import", "polisen", tmp_path / "events.ndjson")
    assert (again.returncode, again.out) == (DONE, "2 notiser lästa: 0 nya, 2 kända, 0 överhoppade\n")


def test_import_with_a_bad_notice_takes_the_rest(cli, tmp_path):
    good = dict(NOTICES[0], id=900003)
    (tmp_path / "events.json").write_text(json.dumps([good, {"id": "x"}]))
    result = cli("import", "polisen", tmp_path / "events.json")
    assert result.returncode == DONE
    assert "1 nya, 0 kända, 1 överhoppade" in result.out
    assert "Överhoppad: notis nummer 2: /id: ska vara ett heltal över 0" in result.err


def test_a_token_is_made_used_and_revoked(cli, daemon):
    made = cli("token", "create", "--role", "reporter", "--municipality", "upplands-bro", "--organisation", "Väktarna")
    assert made.returncode == DONE, made.err
    token = made.out.strip()
    identity = made.err.split()[-1]
    listed = cli("token", "list").out
    assert identity in listed and "Väktarna" in listed and token not in listed
    as_reporter = {"LAGESBILD_TOKEN": token}
    assert cli("observe", "Moped i Bro", env=as_reporter).returncode == DONE
    forbidden = cli("report", "-", stdin=b"x", env=as_reporter)
    assert forbidden.returncode == REFUSED and "403" in forbidden.err
    assert cli("token", "revoke", identity).returncode == DONE
    gone = cli("observe", "Moped i Bro", env=as_reporter)
    assert gone.returncode == REFUSED and "401" in gone.err and "LAGESBILD_TOKEN" in gone.err
    assert cli("token", "revoke", identity).returncode == REFUSED


def test_a_corrected_report_keeps_what_did_not_change(cli):
    text = "10.20 Stöld, Kungsängens centrum. Plånbok stulen.\n\n21.40 Skadegörelse, Brunna IP. En ruta krossad.\n"
    first = json.loads(cli("report", "-", "--date", "2026-02-02", "--municipality", "upplands-bro", "--format", "json",
                           stdin=text.encode()).out)
    result = cli("report", "-", "--replaces", first["id"], "--format", "json", stdin=text.replace("En ruta", "Två rutor").encode())
    assert result.returncode == DONE, result.err
    second = json.loads(result.out)
    assert (second["id"], second["revision"]) == (first["id"], 2)
    assert second["incidents"][0]["id"] == first["incidents"][0]["id"]
    assert any("Två rutor" in incident["text"] for incident in second["incidents"])
    missing = cli("report", "-", "--replaces", "01a1f9ac-dda5-794d-b040-ddb646f17eae", stdin=b"x")
    assert missing.returncode == REFUSED and "404" in missing.err and cli.waiting() == []


def test_a_correction_stands(cli):
    made = cli("observe", "Något hände vid Bro station", "--at", "2026-03-14 20:15", "--municipality", "upplands-bro",
               "--format", "json")
    identity = json.loads(made.out)["id"]
    result = cli("correct", identity, "--category", "skadegorelse", "--area", "brunna", "--place", "Brunna IP", "--at",
                 "2026-03-13 19:00", "--status", "confirmed")
    assert result.returncode == DONE, result.err
    for words in ("2026-03-13 19:00", "brunna", "skadegorelse", "Brunna IP", "bekräftad"):
        assert words in result.out
    found = cli("incidents", "--area", "brunna", "--status", "confirmed", "--from", "2026-03-13", "--to", "2026-03-13", "--ids").out
    assert identity in found
    wrong = cli("correct", identity, "--category", "finns-inte")
    assert wrong.returncode == REFUSED and "/category" in wrong.err
    assert cli("correct", "finns-inte", "--status", "rejected").returncode == REFUSED


def free_port():
    """One that no other program is given: below those that the kernel hands out."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        first = int(file.read().split()[0])
    while True:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", random.randrange(first // 2, first)))
            except OSError:
                continue
            return probe.getsockname()[1]


def test_what_was_kept_while_the_daemon_was_down_is_stored_once(own_daemon, tmp_path):
    options = ["--listen", "127.0.0.1:%d" % free_port()]
    daemon = own_daemon(*options)
    cli = Cli(tmp_path, daemon.url)
    cli.environment["LAGESBILD_TOKEN"] = daemon.admin_token
    assert daemon.stop() == 0
    for number in range(3):
        result = cli("observe", "Moped nummer %d i Bro centrum" % number, "--municipality", "upplands-bro")
        assert result.returncode == UNREACHABLE
    assert cli("report", "-", "--date", "2026-03-14", "--municipality", "upplands-bro",
               stdin="20.15 Bro station. Klotter.".encode()).returncode == UNREACHABLE
    daemon.start()
    assert cli("outbox", "send").returncode == DONE
    assert cli("outbox", "send").returncode == DONE
    assert cli.waiting() == []
    assert daemon.sql("SELECT count(*) FROM lagesbild.incident WHERE report IS NULL") == [(3,)]
    assert daemon.sql("SELECT count(*) FROM lagesbild.report") == [(1,)]


def test_a_lagesbild_is_published_and_shown_again(cli, daemon):
    result = cli("publish", "bro", "1995-W20")
    assert result.returncode == DONE, result.err
    assert "bro 1995-W20 är utgiven som version 1" in result.out and "SHA-256 " in result.out
    assert "bro 1995-W20 är redan utgiven som version 1" in cli("publish", "bro", "1995-W20").out
    daemon.call("PATCH", "/v1/lagesbilder/bro/1995-W20", daemon.admin_token, json={"worries": ["Valborg."]})
    again = json.loads(cli("publish", "bro", "1995-W20", "--format", "json", "--key", "rättelsen".encode().hex()).out)
    assert again["version"] == 2
    known = cli("publish", "bro", "1995-W20", "--key", "rättelsen".encode().hex())
    assert known.returncode == DONE and "är redan utgiven som version 2" in known.out
    first = cli("show", "bro", "1995-W20", "--version", "1")
    assert first.returncode == DONE and "version 1." in first.out and "Ändrat sedan" not in first.out
    assert "Ändrat sedan version 1" in cli("show", "bro", "1995-W20", "--version", "2").out
    assert cli("show", "bro", "1995-W20", "--version", "3").returncode == REFUSED
    assert "För allmänheten" in cli("show", "bro", "1995-W20", "--public", "--version", "1").out
    assert cli("publish", "bro").returncode == 2


def test_a_coordinator_writes_in_a_lagesbild(cli):
    """What is written stays and is added to, stands in the page, and is followed up in the next lägesbild."""
    first = cli("edit", "brunna", "1995-W30", "--summary", "Lugnt, med ett undantag.", "--worry", "Cirkus på ängen",
                "--decision", "Laga belysningen; ansvarig=Tekniska kontoret; plats=Brunna IP; start=1995-07-31;"
                " avstämning=1995-08-06; läge=pågår")
    assert first.returncode == DONE, first.err
    assert "ändring 1 är sparad" in first.out and "känd oro 1, troliga orsaker 0, beslut 1" in first.out
    more = cli("edit", "brunna", "1995-W30", "--worry", "Skolavslutning", "--cause", "Sommarlov",
               "--decision", "Prata med <klubben>; ansvarig=Fritid")
    assert more.returncode == DONE and "känd oro 2, troliga orsaker 1, beslut 2" in more.out
    document = json.loads(cli("show", "brunna", "1995-W30", "--format", "json").out)
    assert document["summary"] == "Lugnt, med ett undantag." and document["worries"] == ["Cirkus på ängen", "Skolavslutning"]
    assert [(d["measure"], d["owner"], d["place"], d["start"], d["check"], d["status"]) for d in document["decisions"]] == [
        ("Laga belysningen", "Tekniska kontoret", "Brunna IP", "1995-07-31", "1995-08-06", "pågår"),
        ("Prata med <klubben>", "Fritid", None, None, None, None)]
    for form, marked in (("text", "Prata med <klubben>"), ("html", "Prata med &lt;klubben&gt;")):
        page = cli("show", "brunna", "1995-W30", "--format", form).out
        assert marked in page and "Lugnt, med ett undantag." in page and "Cirkus på ängen" in page
    followed = json.loads(cli("show", "brunna", "1995-W31", "--format", "json").out)["followup"]
    assert [d["measure"] for d in followed] == ["Laga belysningen", "Prata med <klubben>"]
    assert "Laga belysningen" in cli("show", "brunna", "1995-W31", "--format", "html").out
    anew = cli("edit", "brunna", "1995-W30", "--replace", "--worry", "Bara denna", "--summary", "")
    assert anew.returncode == DONE
    document = json.loads(cli("show", "brunna", "1995-W30", "--format", "json").out)
    assert document["worries"] == ["Bara denna"] and document["summary_by"] == "service" and len(document["decisions"]) == 2


def test_what_cannot_be_written_is_said(cli):
    assert cli("edit", "brunna", "1995-W30").returncode == 2
    unclear = cli("edit", "brunna", "1995-W30", "--decision", "Laga; vem=Någon")
    assert unclear.returncode == 2 and "vem" in unclear.err
    late = cli("edit", "brunna", "1995-W30", "--replace", "--decision", "Laga; ansvarig=A; avstämning=snart")
    assert late.returncode == REFUSED and "/decisions/0/check" in late.err
    ownerless = cli("edit", "brunna", "1995-W30", "--replace", "--decision", "Laga")
    assert ownerless.returncode == REFUSED and "/decisions/0/owner" in ownerless.err


def test_the_rhythm_and_what_waits(cli, daemon):
    before = cli("rhythm", "kungsangen", "--format", "json")
    assert before.returncode == DONE and json.loads(before.out)["every"] == "fortnight"
    assert "kungsangen: varannan vecka; nu v. " in cli("rhythm", "kungsangen").out
    result = cli("rhythm", "kungsangen", "--every", "month")
    assert result.returncode == DONE and result.out.startswith("kungsangen: varje månad; nu ")
    refused = cli("rhythm", "kungsangen", "--every", "fortnight")
    assert refused.returncode == REFUSED and "/starts" in refused.err
    assert cli("rhythm", "kungsangen", "--every", "ibland").returncode == 2
    assert cli("rhythm").returncode == 2
    cli("rhythm", "kungsangen", "--every", "fortnight", "--starts", "2026-W10")

    # A fortnight of Kungsängen waits since the daemon's first start.
    deadline = time.monotonic() + 60
    while "väntar" not in (waiting := cli("list", "--waiting", "--area", "kungsangen")).out:
        assert waiting.returncode == DONE and time.monotonic() < deadline, waiting.err
        time.sleep(0.2)
    listed = json.loads(cli("list", "--waiting", "--area", "kungsangen", "--format", "json").out)["items"]
    period = listed[0]["period"]["code"]
    assert period in waiting.out
    assert cli("publish", "kungsangen", period).returncode == DONE
    assert period not in cli("list", "--waiting", "--area", "kungsangen").out
    assert "utgiven" in cli("list", "--published", "--area", "kungsangen").out
    assert cli("list", "--limit", "0").returncode == 2 and cli("list", "bro").returncode == 2


def test_analysts_get_files_and_charts(cli, daemon, tmp_path):
    """Against the real daemon: every format of every command that analysts use."""
    for n in range(3):
        put_incident(daemon, "upplands-bro", f"1999-03-0{n + 1} 12:00", areas=["brunna"], place="Brunna IP", position=(59.53, 17.66))
    days = ("--area", "brunna", "--from", "1999-03-01", "--to", "1999-03-14")
    target = tmp_path / "export.csv"
    result = cli("export", *days, "--format", "excel-sv", "-o", target)
    assert result.returncode == DONE and "3 händelser" in result.err
    assert target.read_bytes().startswith(b"\xef\xbb\xbf\"id\";") and target.read_text().endswith('"Antal rader";3\n')
    assert len(json.loads(cli("export", *days, "--format", "geojson").out)["features"]) == 3
    chart = cli("trends", *days, "--format", "chart", "--compare", "previous")
    assert chart.returncode == DONE and re.search(r"^1999-W09 +3 .*▓{10}", chart.out, re.M), chart.out
    assert cli("trends", *days, "--format", "csv").out.splitlines()[0] == '"bucket","count","active","silent"'
    spots = cli("hotspots", *days)
    assert re.search(r"^Brunna IP +3 +skadegorelse +59\.53000, 17\.66000 +0 m$", spots.out, re.M), spots.out
    for command in (("hotspots", *days), ("effect", "--area", "brunna", "--date", "1999-03-02", "--days", "1"), ("show", "brunna", "1999-W09")):
        for form in ("csv", "excel-sv", "json"):
            result = cli(*command, "--format", form)
            assert result.returncode == DONE and result.out, result.err
