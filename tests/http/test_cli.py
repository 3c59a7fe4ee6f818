"""The command line client against a server that misbehaves on demand: exit codes, the outbox, what is shown.

What is sent, kept and printed is judged from outside: by the requests that arrive, the files in the outbox and the exit
code. tests/http/test_cli_daemon.py runs the same client against the real daemon.
"""
import gzip
import json
import os
import pathlib
import pty
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.parse

import pytest

from fake_server import INCIDENT, JSON, FakeServer, problem

DONE, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3


def find_program():
    """The client under test: $LAGESBILD, or the one built with $LAGESBILDD, or the newest build in the checkout."""
    if "LAGESBILD" in os.environ:
        return pathlib.Path(os.environ["LAGESBILD"])
    root = pathlib.Path(__file__).resolve().parents[2]
    builds = [root / "build-san", root / "build"]
    if "LAGESBILDD" in os.environ:
        builds.insert(0, pathlib.Path(os.environ["LAGESBILDD"]).resolve().parents[1])
    return next((path for path in (build / "clients" / "lagesbild" for build in builds) if path.exists()), builds[-1])


class Cli:
    """The client with an outbox of its own."""

    def __init__(self, home, url):
        self.program = str(find_program())
        self.url = url
        self.outbox = home / "state" / "lagesbild" / "outbox"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "LAGESBILD_TOKEN": "hemlig",
            **{name: value for name, value in os.environ.items() if name.startswith(("ASAN_", "UBSAN_", "LSAN_"))},
        }

    def start(self, *arguments, **options):
        environment = dict(self.environment, LAGESBILD_URL=options.pop("url", self.url), **options.pop("env", {}))
        return subprocess.Popen([self.program, *map(str, arguments)], env=environment, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def __call__(self, *arguments, stdin=b"", **options):
        process = self.start(*arguments, **options)
        out, err = process.communicate(stdin, timeout=60)
        process.out, process.err = out.decode(), err.decode()
        assert process.returncode >= 0, process.err  # a crash is no exit code
        return process

    def waiting(self):
        return sorted(self.outbox.glob("*.item"))

    def refused(self):
        return sorted((self.outbox / "refused").glob("*.item"))


TAKEN = socket.socket()  # kept for as long as the tests run, so that nobody comes to listen on its port
TAKEN.bind(("127.0.0.1", 0))
NOWHERE = "http://127.0.0.1:%d" % TAKEN.getsockname()[1]


@pytest.fixture
def server():
    with FakeServer() as fake:
        yield fake


@pytest.fixture
def cli(tmp_path, server):
    return Cli(tmp_path, server.url)


def head_and_body(path):
    head, body = path.read_bytes().split(b"\n", 1)
    return json.loads(head), body


# --- exit codes and usage ---


@pytest.mark.parametrize("arguments", [
    (), ("nada",), ("report",), ("report", "a", "b"), ("report", "x", "--date", "2026-02-30"), ("observe",),
    ("observe", "x", "--at", "25:00"), ("observe", "x", "--position", "59"), ("show", "bro"),
    ("show", "bro", "2026-W11", "--format", "doc"), ("trends", "--bucket", "decade"), ("incidents", "--limit", "0"),
    ("effect",), ("effect", "--area", "bro"), ("effect", "--area", "bro", "--date", "mars"), ("effect", "--area", "bro", "--date", "2026-03-02", "--days", "x"),
    ("token",), ("token", "create"), ("token", "create", "--role", "kung"), ("token", "create", "--role", "group"),
    ("review", "--nix"), ("correct",), ("correct", "id"), ("correct", "id", "--status", "bra"), ("correct", "id", "--at", "21:35"), ("import", "polisen"), ("train", "--output", "x"), ("train", "x"), ("tag", "x"),
])
def test_wrong_usage_is_2_and_says_where_help_is(cli, server, arguments):
    result = cli(*arguments)
    assert result.returncode == USAGE
    assert "--help" in result.err
    assert result.out == ""
    assert server.requests == []


@pytest.mark.parametrize("command", [
    "report", "observe", "import polisen", "import observations", "show", "publish", "trends", "effect", "hotspots", "export", "incidents", "review", "correct", "token create",
    "token list", "token revoke", "outbox list", "outbox send", "tag", "train", "completion",
])
def test_every_command_has_help_in_swedish(cli, command):
    result = cli(*command.split(), "--help")
    assert result.returncode == DONE
    assert result.out.startswith("Användning: lagesbild %s" % command)
    assert not re.search(r"Usage|OPTION|Mandatory|Give this", result.out)


def test_completion_is_valid_and_knows_the_commands(cli):
    script = cli("completion").out
    wanted = "report observe import show trends incidents review token outbox"
    for words, expected in [("lagesbild ''", wanted), ("lagesbild token ''", "create list revoke"),
                            ("lagesbild show bro --format ''", "text json html pdf csv"),
                            ("lagesbild token create --ro", "--role")]:
        probe = script + ("COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _lagesbild; echo ${COMPREPLY[@]}" % words)
        got = subprocess.run(["bash", "-c", probe], capture_output=True, text=True, check=True).stdout.split()
        assert set(expected.split()) <= set(got)


def test_problem_is_shown_a_line_each(cli, server):
    server.behave = lambda *_: problem(422, "Texten duger inte", "Två fel", [
        {"pointer": "/text", "detail": "saknas"}, {"pointer": "/report_date", "detail": "är inget datum"}])
    result = cli("report", "-", stdin=b"x")
    assert result.returncode == REFUSED
    assert "422: Texten duger inte: Två fel\n  /text: saknas\n  /report_date: är inget datum\n" in result.err
    assert cli.waiting() == [] and cli.refused() == []  # shown to the one who sent it; not kept


def test_what_a_server_says_cannot_move_the_terminal(cli, server):
    server.behave = lambda *_: problem(400, "x\x1b[2J\x1b]0;ägd\x07y")
    result = cli("review")
    assert "\x1b" not in result.err and "\x07" not in result.err
    server.behave = lambda *_: (200, JSON, {"items": [dict(INCIDENT, title="a\x1b[31mb\u202ec")]})
    result = cli("review")
    assert "a [31mbc" in result.out


def test_a_text_on_the_screen_cannot_move_it_but_a_file_has_every_byte(cli, server, tmp_path):
    text = "Lägesbild\n\x1b]0;ägd\x07\x9b2J\n"
    server.behave = lambda *_: (200, {"Content-Type": "text/plain"}, text)
    shown = in_terminal(cli, "show", "bro", "2026-W11")
    assert "Lägesbild" in shown and "ägd" in shown
    assert not re.search("[\x1b\x07\x9b]", shown)
    assert cli("show", "bro", "2026-W11").out == text
    cli("show", "bro", "2026-W11", "-o", tmp_path / "l")
    assert (tmp_path / "l").read_text() == text


@pytest.mark.parametrize("answer", [(200, JSON, "{"), (200, JSON, "[]"), (200, JSON, "null"), (200, {}, "")])
def test_nonsense_for_an_answer_is_told(cli, server, answer):
    server.behave = lambda *_: answer
    for arguments in [("incidents",), ("review",), ("trends",), ("token", "list"), ("token", "create", "--role", "police")]:
        result = cli(*arguments)
        assert result.returncode == REFUSED
        assert "går inte att förstå" in result.err


def test_address_that_is_none(cli):
    for url in ["ftp://127.0.0.1", "http://", "http://[::"]:
        result = cli("review", url=url)
        assert result.returncode in (USAGE, UNREACHABLE)
        assert "lagesbild:" in result.err
    assert cli("review", url="ftp://127.0.0.1").returncode == USAGE


def test_token_goes_with_every_call_but_never_to_another_host(cli, server, tmp_path):
    with FakeServer(lambda *_: (200, JSON, {"items": []})) as other:
        def behave(_, request):
            if "cursor" in request.path:
                return 200, JSON, {"items": []}
            return 200, dict(JSON, Link='<%s/v1/incidents?cursor=x>; rel="next"' % other.url), {"items": []}

        server.behave = behave
        assert cli("incidents").returncode == DONE
        assert [request.headers["Authorization"] for request in server.requests] == ["Bearer hemlig"] * 2
        assert other.requests == []


# --- reports and observations ---


def test_report_is_sent_as_it_is_with_its_charset(cli, server, tmp_path):
    text = "Kungsängen: två åkte fast\r\n".encode("windows-1252")
    (tmp_path / "r.txt").write_bytes(text)
    result = cli("report", tmp_path / "r.txt", "--date", "2026-03-14", "--source", "polis", "--municipality", "upplands-bro",
                 "--organisation", "Kommunpolisen", "--charset", "windows-1252")
    assert result.returncode == DONE
    request = server.requests[0]
    assert request.method == "POST"
    assert request.path == "/v1/reports?source=polis&date=2026-03-14&municipality=upplands-bro&organisation=Kommunpolisen"
    assert request.headers["Content-Type"] == "text/plain; charset=windows-1252"
    assert re.fullmatch(r"[0-9a-f-]{36}", request.headers["Idempotency-Key"])
    assert request.body == text
    assert "2026-03-13 23:40  bro" in result.out and "granska" in result.out
    assert cli.waiting() == []


def test_report_without_date_is_of_today_in_sweden(cli, server):
    before = subprocess.run(["date", "+%F"], env={"TZ": "Europe/Stockholm"}, capture_output=True, text=True).stdout.strip()
    cli("report", "-", stdin=b"x", env={"TZ": "Pacific/Auckland"})
    after = subprocess.run(["date", "+%F"], env={"TZ": "Europe/Stockholm"}, capture_output=True, text=True).stdout.strip()
    assert any("date=" + day in server.requests[0].path for day in (before, after))


def test_a_corrected_report_is_put_in_its_place(cli, server):
    server.behave = lambda *_: problem(503, "Inte nu")
    assert cli("report", "-", "--replaces", "a/b", stdin=b"ny").returncode == UNREACHABLE
    server.behave = FakeServer.accept
    assert "är rättad" in cli("report", "-", "--replaces", "a/b", stdin=b"nyare").out
    assert [(request.method, request.path, request.body) for request in server.requests[1:]] == [
        ("PUT", "/v1/reports/a%2Fb", b"ny"), ("PUT", "/v1/reports/a%2Fb", b"nyare")]
    assert cli("report", "-", "--replaces", "x", "--date", "2026-03-14").returncode == USAGE


def test_a_kept_correction_of_a_report_that_is_not_there_blocks_nothing(cli, server):
    server.behave = lambda *_: problem(503, "Inte nu")
    cli("report", "-", "--replaces", "borta", stdin=b"ny")
    cli("observe", "efter")
    server.behave = lambda fake, request: problem(404, "Finns inte") if request.method == "PUT" else fake.accept(request)
    assert cli("outbox", "send").returncode == REFUSED
    assert cli.waiting() == [] and len(cli.refused()) == 1 and len(server.stored) == 1


def test_mail_is_known_by_name_and_by_content(cli, server, tmp_path):
    mail = b"From: a@example.com\r\nMIME-Version: 1.0\r\nSubject: x\r\n\r\nHej\r\n"
    (tmp_path / "a.eml").write_bytes(mail)
    (tmp_path / "b").write_bytes(mail)
    (tmp_path / "c.txt").write_text("Från: Kommunpolisen\nTill: Samordnaren\n\nHej")
    for name in ["a.eml", "b", "c.txt"]:
        assert cli("report", tmp_path / name).returncode == DONE
    assert [request.headers["Content-Type"] for request in server.requests] == [
        "message/rfc822", "message/rfc822", "text/plain; charset=utf-8"]
    assert server.requests[0].body == mail
    assert "date=" not in server.requests[0].path


def test_observation_carries_what_was_said(cli, server):
    result = cli("observe", "Klotter", "på", "läktaren", "--place", "Brunna IP", "--at", "2026-03-14 20:15", "--position",
                 "59.4966,17.7427", "--category", "skadegorelse", "--source", "vaktare")
    assert result.returncode == DONE
    assert json.loads(server.requests[0].body) == {
        "text": "Klotter på läktaren", "place": "Brunna IP", "observed_at": "2026-03-14T20:15:00+01:00",
        "position": {"lat": 59.4966, "lon": 17.7427}, "category": "skadegorelse", "source": "vaktare"}


def test_observation_says_when_it_was_made(cli, server):
    """So that one that waits in the outbox over night is not dated by its arrival."""
    cli("observe", "moped")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00", json.loads(server.requests[0].body)["observed_at"])


@pytest.mark.parametrize("arguments,stdin", [(("report", "-"), b""), (("observe", "-"), b" \n"), (("import", "polisen", "-"), b"\n"),
                                             (("import", "polisen", "-"), b"hej"), (("report", "/finns/inte"), b""),
                                             (("import", "polisen", "/"), b"")])
def test_input_that_is_none_is_1_and_sends_nothing(cli, server, arguments, stdin):
    result = cli(*arguments, stdin=stdin)
    assert result.returncode == REFUSED
    assert result.err.startswith("lagesbild: ")
    assert server.requests == []


# --- the outbox ---


def test_out_of_reach_is_3_and_kept(cli):
    result = cli("report", "-", "--date", "2026-03-14", stdin="Bro: två rutor".encode(), url=NOWHERE)
    assert result.returncode == UNREACHABLE
    assert "utkorgen" in result.err
    [item] = cli.waiting()
    head, body = head_and_body(item)
    assert body == "Bro: två rutor".encode()
    assert head["path"] == "/v1/reports?source=polis&date=2026-03-14"
    assert item.stat().st_mode & 0o777 == 0o600


def test_kept_are_sent_by_the_next_call_in_order_each_with_its_key(cli, server):
    for text in ["ett", "två", "tre"]:
        assert cli("observe", text, url=NOWHERE).returncode == UNREACHABLE
    keys = [head_and_body(item)[0]["key"] for item in cli.waiting()]
    # They are for the server they were meant for.
    assert cli("observe", "annan").returncode == DONE
    assert len(cli.waiting()) == 3
    for item in cli.waiting():
        item.write_bytes(item.read_bytes().replace(NOWHERE.encode(), server.url.encode()))
    server.requests.clear()
    assert cli("observe", "fyra").returncode == DONE
    assert [json.loads(request.body)["text"] for request in server.requests] == ["ett", "två", "tre", "fyra"]
    assert [request.headers["Idempotency-Key"] for request in server.requests][:3] == keys
    assert cli.waiting() == []


def keep(cli, server, *texts):
    """Puts observations for `server` in the outbox while it is out of reach."""
    behave, server.behave = server.behave, lambda *_: problem(503, "Inte nu")
    for text in texts:
        assert cli("observe", text).returncode == UNREACHABLE
    server.behave = behave
    server.requests.clear()


@pytest.mark.parametrize("arguments", [("outbox", "send"), ("review",), ("incidents",), ("show", "bro", "2026-W11"), ("trends",)])
def test_any_next_call_sends(cli, server, arguments):
    keep(cli, server, "ett", "två")
    cli(*arguments)
    posted = [json.loads(request.body)["text"] for request in server.requests if request.method == "POST"]
    assert posted == ["ett", "två"]
    assert cli.waiting() == []


def test_answer_lost_on_the_way_is_sent_again_with_the_same_key_and_stored_once(cli, server):
    def store_and_cut(fake, request):
        fake.accept(request)
        return "cut"

    server.behave = store_and_cut
    assert cli("observe", "en gång").returncode == UNREACHABLE
    server.behave = FakeServer.accept
    assert cli("outbox", "send").returncode == DONE
    assert len({request.headers["Idempotency-Key"] for request in server.requests}) == 1
    assert len(server.requests) >= 2
    assert len(server.stored) == 1
    assert cli.waiting() == []


def test_killed_in_the_middle_of_the_call_loses_nothing(cli, server, tmp_path):
    arrived, killed = threading.Event(), threading.Event()

    def hang(fake, request):
        fake.accept(request)
        arrived.set()
        killed.wait(60)
        return "cut"

    server.behave = hang
    process = cli.start("observe", "mitt i")
    assert arrived.wait(60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    killed.set()
    [item] = cli.waiting()
    assert head_and_body(item)[0]["tried_at"] > 0  # it may have arrived
    server.behave = FakeServer.accept
    assert cli("outbox", "send").returncode == DONE
    assert len(server.stored) == 1


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_kept_item_that_is_refused_is_set_aside_with_the_reason(cli, server, status):
    keep(cli, server, "ond", "god")

    def behave(fake, request):
        return problem(status, "Duger inte") if json.loads(request.body)["text"] == "ond" else fake.accept(request)

    server.behave = behave
    result = cli("outbox", "send")
    assert result.returncode == REFUSED
    assert "Duger inte" in result.err
    assert cli.waiting() == []
    [item] = cli.refused()
    head, body = head_and_body(item)
    assert "Duger inte" in head["reason"] and json.loads(body)["text"] == "ond"
    assert len(server.stored) == 1
    assert "Duger inte" in cli("outbox", "list").out


@pytest.mark.parametrize("status", [401, 403, 404, 301])
def test_a_shut_door_keeps_the_outbox_as_it_is(cli, server, status):
    keep(cli, server, "ett", "två")
    server.behave = lambda *_: problem(status, "Nej")
    assert cli("outbox", "send").returncode == UNREACHABLE
    assert len(cli.waiting()) == 2 and cli.refused() == []
    assert len(server.requests) == 1  # the second would meet the same door


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_server_that_fails_has_not_refused(cli, server, status):
    server.behave = lambda *_: problem(status, "Trasig")
    assert cli("report", "-", stdin=b"x").returncode == UNREACHABLE
    assert len(cli.waiting()) == 1
    server.behave = FakeServer.accept
    assert cli("outbox", "send").returncode == DONE
    assert cli.waiting() == []


def test_an_old_observation_that_may_have_arrived_is_not_sent_by_itself(cli, server):
    server.behave = lambda *_: "cut"
    assert cli("observe", "kanske").returncode == UNREACHABLE
    [item] = cli.waiting()
    head, body = head_and_body(item)
    head["tried_at"] -= 25 * 3600
    item.write_bytes(json.dumps(head).encode() + b"\n" + body)
    server.behave = FakeServer.accept
    server.requests.clear()
    result = cli("outbox", "send")
    assert result.returncode == UNREACHABLE and "--uncertain" in result.err
    assert server.requests == []
    assert "osäker" in cli("outbox", "list").out
    assert cli("outbox", "send", "--uncertain").returncode == DONE
    assert len(server.stored) == 1


def test_runs_at_the_same_time_send_each_item_once(cli, server):
    keep(cli, server, *("kvar %d" % i for i in range(5)))
    runs = [cli.start("observe", "ny %d" % i) for i in range(8)]
    for run in runs:
        out, err = run.communicate(timeout=60)
        assert run.returncode == DONE, err
    texts = [json.loads(request.body)["text"] for request in server.requests]
    assert sorted(texts) == sorted(["kvar %d" % i for i in range(5)] + ["ny %d" % i for i in range(8)])
    assert cli.waiting() == []


def test_a_file_that_is_no_item_is_set_aside(cli, server):
    keep(cli, server, "hel")
    (cli.outbox / "000000000000-trasig.item").write_text("{")
    cli("outbox", "send")
    assert len(server.stored) == 1
    assert cli.waiting() == [] and [item.name for item in cli.refused()] == ["000000000000-trasig.item"]


def test_no_place_for_an_outbox_still_sends(cli, server, tmp_path):
    (tmp_path / "fil").write_text("")
    result = cli("observe", "ändå", env={"XDG_STATE_HOME": str(tmp_path / "fil")})
    assert result.returncode == DONE
    assert len(server.stored) == 1
    assert "utkorgen" in result.err or "katalogen" in result.err


def test_an_empty_outbox_sends_nothing(cli, server):
    assert cli("outbox", "send").returncode == DONE
    assert cli("outbox", "list").returncode == DONE
    assert server.requests == []


# --- many from a file ---


def test_observations_from_a_file_in_batches(cli, server, tmp_path):
    lines = [json.dumps({"text": "nummer %d" % i}) for i in range(1200)]
    (tmp_path / "o.ndjson").write_text("\r\n".join(lines[:600]) + "\n\n" + "\n".join(lines[600:]))  # no newline at the end
    for arguments in [("observe", "--from", tmp_path / "o.ndjson"), ("import", "observations", tmp_path / "o.ndjson")]:
        server.requests.clear()
        result = cli(*arguments)
        assert result.returncode == DONE
        assert result.out == "1200 observationer mottagna\n"
        assert [line["text"] for line in keyed(server)] == [json.loads(line)["text"] for line in lines]
        assert len(server.requests) == 3


def test_a_refused_line_is_named_by_its_number(cli, server, tmp_path):
    def behave(_, request):
        answers = []
        for line in request.body.splitlines():
            bad = b"fel" in line
            answers.append(problem(422, "Duger inte", "", [{"pointer": "/text", "detail": "saknas"}])[2] if bad else INCIDENT)
        return 200, {"Content-Type": "application/x-ndjson"}, "".join(json.dumps(answer) + "\n" for answer in answers)

    server.behave = behave
    (tmp_path / "o.ndjson").write_text('{"text": "ett"}\n\n{"fel": 1}\n{"text": "två"}\n' + '{"text": "%s"}\n' % ("x" * 300000))
    result = cli("observe", "--from", tmp_path / "o.ndjson")
    assert result.returncode == REFUSED
    assert "rad 3: Duger inte /text saknas" in result.err
    assert "rad 5: raden är för lång" in result.err
    assert result.out == "2 observationer mottagna, 2 avvisade\n"


def test_a_file_out_of_reach_is_kept_whole(cli, server, tmp_path):
    (tmp_path / "o.ndjson").write_text("".join('{"text": "nummer %d"}\n' % i for i in range(1200)))
    result = cli("observe", "--from", tmp_path / "o.ndjson", url=NOWHERE)
    assert result.returncode == UNREACHABLE
    assert "1200 i utkorgen" in result.out
    kept = b"".join(head_and_body(item)[1] for item in cli.waiting()).splitlines()
    assert [json.loads(line)["text"] for line in kept] == ["nummer %d" % i for i in range(1200)]


def import_answer(_, request):
    return 200, JSON, {"received": 2, "stored": 1, "known": 1, "skipped_count": 1,
                       "skipped": [{"index": 1, "line": 2, "reason": "/datetime: saknas"}]}


def test_import_streams_json_ndjson_and_gzip(cli, server, tmp_path):
    server.behave = import_answer
    array = json.dumps([{"id": 1, "name": "å" * 100000}, {"id": 2}]).encode()
    lines = b"\n  " + b'{"id": 1}\n{"id": 2}\n'
    (tmp_path / "a.json").write_bytes(array)
    (tmp_path / "b.ndjson.gz").write_bytes(gzip.compress(lines))
    result = cli("import", "polisen", tmp_path / "a.json")
    assert result.returncode == DONE
    assert "2 notiser lästa: 1 nya, 1 kända, 1 överhoppade" in result.out
    assert "notis nummer 2: /datetime: saknas" in result.err
    compressed = cli("import", "polisen", tmp_path / "b.ndjson.gz")
    assert compressed.returncode == DONE and "rad 2: /datetime: saknas" in compressed.err
    assert cli("import", "polisen", "-", stdin=array).returncode == DONE
    first, second, third = server.requests
    assert (first.headers["Content-Type"], first.body) == ("application/json", array)
    assert (second.headers["Content-Type"], second.body.strip()) == ("application/x-ndjson", lines.strip())
    assert third.body == array
    assert "Sänder" not in result.err  # the bar is for terminals


def test_import_of_a_broken_gzip_file_is_refused(cli, server, tmp_path):
    server.behave = import_answer
    (tmp_path / "b.gz").write_bytes(gzip.compress(os.urandom(200000).hex().join(["[\"", "\"]"]).encode())[:-5000])
    result = cli("import", "polisen", tmp_path / "b.gz")
    assert result.returncode == REFUSED
    assert "trasig" in result.err


def test_import_is_not_held_in_memory(cli, server, tmp_path):
    server.behave = import_answer
    with open(tmp_path / "big.ndjson", "w") as big:
        for i in range(60000):
            big.write('{"id": %d, "body": "%s"}\n' % (i, "x" * 1000))
    process = cli.start("import", "polisen", tmp_path / "big.ndjson")
    peak = 0
    while process.poll() is None:
        try:
            status = pathlib.Path("/proc/%d/status" % process.pid).read_text()
        except OSError:
            break
        if status.startswith("Name:\tlagesbild\n"):  # not Python's, before exec
            peak = max(peak, *map(int, re.findall(r"VmHWM:\s+(\d+) kB", status)), 0)
        time.sleep(0.002)
    process.communicate()
    assert process.returncode == DONE
    assert len(server.requests[0].body) == (tmp_path / "big.ndjson").stat().st_size
    assert peak > 0
    if "ASAN_OPTIONS" not in os.environ:
        assert peak < 30000  # kB, for a file of 60 MB


# --- what is shown ---


def test_incidents_follows_pages_in_every_format(cli, server):
    def behave(_, request):
        page = 2 if "cursor=b" in request.path else 1
        link = {} if page == 2 else {"Link": '</v1/incidents?limit=200&cursor=b>; rel="next"'}
        accept = request.headers["Accept"]
        if accept == "text/csv":
            return 200, {"Content-Type": "text/csv", **link}, "id,title\r\n%d,t\r\n" % page
        if accept == "application/geo+json":
            return 200, {"Content-Type": accept, **link}, {"type": "FeatureCollection", "features": [{"type": "Feature", "id": page}]}
        return 200, {**JSON, **link}, {"items": [dict(INCIDENT, title="sida %d" % page)]}

    server.behave = behave
    table = cli("incidents", "--area", "bro", "--place", "Bro station", "--q", "moped").out
    assert "sida 1" in table and "sida 2" in table
    assert server.requests[0].path == "/v1/incidents?area=bro&place=Bro%20station&q=moped&limit=200"
    assert cli("incidents", "--format", "csv").out == "id,title\r\n1,t\r\n2,t\r\n"
    assert [item["title"] for item in json.loads(cli("incidents", "--format", "json").out)["items"]] == ["sida 1", "sida 2"]
    assert [item["id"] for item in json.loads(cli("incidents", "--format", "geojson").out)["features"]] == [1, 2]
    limited = cli("incidents", "--limit", "1")
    assert "sida 1" in limited.out and "sida 2" not in limited.out and "fler" in limited.err


def test_show_asks_for_the_format_and_writes_a_whole_file_or_none(cli, server, tmp_path):
    server.behave = lambda _, request: (200, {"Content-Type": request.headers["Accept"]}, "innehåll å\n")
    for form, accept in [("text", "text/plain"), ("json", "application/json"), ("html", "text/html"),
                         ("pdf", "application/pdf"), ("csv", "text/csv")]:
        assert cli("show", "bro", "2026-W10..2026-W11", "--format", form).out == "innehåll å\n"
        assert server.requests[-1].headers["Accept"] == accept
        assert server.requests[-1].path == "/v1/lagesbilder/bro/2026-W10..2026-W11"
    target = tmp_path / "l.txt"
    assert cli("show", "bro", "2026-W11", "-o", target, "--version", "2").returncode == DONE
    assert server.requests[-1].path.endswith("?version=2")
    assert target.read_text() == "innehåll å\n"
    server.behave = lambda *_: problem(404, "Området finns inte")
    assert cli("show", "nada", "2026-W11", "-o", target).returncode == REFUSED
    assert target.read_text() == "innehåll å\n" and list(tmp_path.glob("*.part")) == []


def test_effect_passes_every_parameter(cli, server):
    server.behave = lambda *_: (200, {"Content-Type": "text/plain"}, "Under 28 dagar …\n")
    result = cli("effect", "--area", "bro", "--category", "stold", "--place", "Bro station", "--date", "2026-03-02", "--days", "28",
                 "--compare-area", "brunna")
    assert (result.returncode, result.out) == (DONE, "Under 28 dagar …\n")
    assert server.requests[-1].path == ("/v1/effect?area=bro&category=stold&place=Bro%20station&date=2026-03-02&days=28"
                                        "&compare_area=brunna")
    assert server.requests[-1].headers["Accept"] == "text/plain"
    cli("effect", "--area", "bro", "--date", "2026-03-02", "--format", "json")
    assert server.requests[-1].headers["Accept"] == "application/json"


def test_trends_pass_every_parameter_and_show_bars_only_in_a_terminal(cli, server):
    rows = [{"bucket": "2026-W10", "count": 4, "compare": 0, "change_pct": None, "difference": 4, "z": 4.0},
            {"bucket": "2026-W11", "count": 8, "compare": 4, "change_pct": 100, "difference": 4, "z": 1.7}]
    server.behave = lambda *_: (200, JSON, {"from": "2026-03-02", "to": "2026-03-15", "bucket": "week", "rows": rows})
    result = cli("trends", "--area", "bro", "--category", "trafikbrott", "--place", "Bro centrum", "--from", "2026-03-02",
                 "--to", "2026-03-15", "--bucket", "week", "--group-by", "area,category", "--compare", "previous")
    assert result.returncode == DONE
    assert server.requests[-1].path == ("/v1/trends?area=bro&category=trafikbrott&place=Bro%20centrum&from=2026-03-02"
                                        "&to=2026-03-15&bucket=week&group_by=area%2Ccategory&compare=previous")
    assert re.search(r"2026-W11 +8 +4 +\+4 +\+100 % +1\.7$", result.out, re.M)
    assert re.search(r"2026-W10 +4 +0 +\+4 +4\.0$", result.out, re.M)  # no percentage of nothing
    assert "█" not in result.out
    shown = in_terminal(cli, "trends")
    assert "█" * 15 + "▓" * 15 in shown and "\x1b[" in shown


def test_trends_draw_what_there_was_more_and_less_of(cli, server):
    """As long as the terminal has room for; the highest count, now or then, is the whole of it."""
    rows = [{"bucket": "2026-W10", "count": 4, "compare": 8, "change_pct": -50, "difference": -4, "z": -1.7},
            {"bucket": "2026-W11", "count": 6, "compare": 3, "change_pct": 100, "difference": 3, "z": 1.4},
            {"bucket": "2026-W12", "count": 0, "compare": 0, "change_pct": None, "difference": 0, "z": 0}]
    told = [{"bucket": f"2026-W{w}", "from": "2026-03-02", "to": "2026-03-08", "active": [], "silent": ["Skolan \x1b[2J"] * (w != 11),
             "compare_active": [] if w == 12 else ["Polisen"]} for w in (10, 11, 12)]
    answer = {"from": "2026-03-02", "to": "2026-03-22", "bucket": "week", "rows": rows, "completeness": told}
    server.behave = lambda *_: (200, JSON, answer)
    shown = in_terminal(cli, "trends", env={"NO_COLOR": "1"}).splitlines()
    assert all(len(line) <= 80 for line in shown[:4]) and "\x1b" not in "".join(shown)
    falls, rises, nothing = [re.sub("[^█▓░]", "", line) for line in shown[1:4]]
    assert len(falls) >= 30 and re.fullmatch("█+░+", falls) and abs(falls.count("█") - falls.count("░")) <= 1 and nothing == ""
    assert abs(rises.count("█") - len(falls) * 3 / 8) <= 1 and abs(rises.count("▓") - len(falls) * 3 / 8) <= 1
    assert shown[4] == "█ lika många som då, ▓ fler nu, ░ färre nu"
    assert "Rapporterade inte fast de brukar: Skolan [2J (2026-W10, 2026-W12)" in shown[5]
    assert "Ingen rapporterade under den tid som 1 av 3 jämförs med" in shown[6] and len(shown) == 7
    piped = cli("trends", "--format", "chart")
    assert [re.sub("[^█▓░]", "", line) for line in piped.out.splitlines()[1:4]] == [falls, rises, nothing]
    table = cli("trends").out
    assert "█" not in table and table.splitlines()[1].split() == ["2026-W10", "4", "8", "-4", "-50", "%", "-1.7"]
    hours = [{"bucket": "5-22", "count": 1}]
    server.behave = lambda *_: (200, JSON, {"bucket": "hour_of_week", "rows": hours, "completeness": None})
    assert cli("trends", "--bucket", "hour_of_week").out.splitlines()[1].split() == ["fre", "22", "1"]


@pytest.mark.parametrize("command", [("trends",), ("hotspots", "--area", "bro"), ("effect", "--area", "bro", "--date", "2026-03-02"),
                                     ("export",), ("show", "bro", "2026-W11")])
def test_formats_for_files(cli, server, tmp_path, command):
    """What is asked for, and that the file is the answer to the byte."""
    for form, accept in (("csv", "text/csv"), ("excel-sv", "text/csv"), ("json", "application/json")):
        if (command[0], form) == ("export", "json"):
            form = accept = None
        server.behave = lambda *_: (200, {"Content-Type": accept or "text/csv"}, "\ufeffa;b\r\n1;2\r\n")
        target = tmp_path / "ut"
        result = cli(*command, *(["--format", form] if form else []), "-o", target)
        assert (result.returncode, result.out) == (DONE, ""), result.err
        assert target.read_bytes() == "\ufeffa;b\r\n1;2\r\n".encode()
        assert server.requests[-1].headers["Accept"] == accept or form is None
        assert ("dialect=excel-sv" in server.requests[-1].path) == (form == "excel-sv")
    assert cli(*command, "--format", "xls").returncode == USAGE


def test_filters_are_those_of_the_interface(cli, server):
    server.behave = lambda *_: (200, JSON, {"rows": [], "items": []})
    common = {"area": "bro", "category": "stold,vald", "place": "Bro station", "source": "polis", "from": "2026-03-02",
              "to": "2026-03-08", "municipality": "upplands-bro"}
    alone = {"status": "review", "q": "moped", "bbox": "17,59,18,60"}
    for command, filters in (("trends", common), ("incidents", {**common, **alone}), ("export", {**common, **alone})):
        cli(command, *[word for name, value in filters.items() for word in (f"--{name}", value)])
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(server.requests[-1].path).query)
        assert {name: [value] for name, value in filters.items()}.items() <= query.items()
    cli("hotspots", *[word for name, value in {"area": "bro", "category": "stold", "from": "2026-03-02", "to": "2026-03-08", "distance": "50",
                                               "least": "4", "days": "7", "municipality": "upplands-bro"}.items()
                      for word in (f"--{name}", value)])
    assert server.requests[-1].path == ("/v1/hotspots?area=bro&category=stold&from=2026-03-02&to=2026-03-08&distance=50&least=4&days=7"
                                        "&municipality=upplands-bro")


def test_hotspots_are_told(cli, server):
    answer = {"area": "bro", "period": {"from": "2026-03-02", "to": "2026-03-29"},
              "previous": {"from": "2026-02-02", "to": "2026-03-01", "known": False}, "distance_m": 150, "days": 14,
              "places": [{"name": "Bro station", "count": 7, "previous": None, "new": None, "top_category": "narkotika"}],
              "clusters": [{"position": {"lat": 59.512, "lon": 17.636}, "radius_m": 80, "count": 5, "previous": 2, "new": False,
                            "top_category": "stold", "place": None}],
              "near_repeats": {"pairs": 4, "incidents": 5, "expected": 1.6}, "positions": 9, "positions_of_places": 4, "without_position": 3}
    server.behave = lambda *_: (200, JSON, answer)
    result = cli("hotspots", "--area", "bro")
    assert result.returncode == DONE
    assert re.search(r"^Bro station +7 +narkotika$", result.out, re.M)
    assert re.search(r"^– +5 +2 +stold +59\.51200, 17\.63600 +80 m$", result.out, re.M)
    assert "4 par av händelser inom 150 meter och 14 dagar" in result.out and "omkring 2" in result.out
    assert "9 händelser har en punkt på kartan (4 av dem sin plats), 3 har ingen." in result.out
    assert "Ingen har rapporterat om hela tiden före" in result.err
    server.behave = lambda *_: (200, JSON, {"places": [], "clusters": [], "near_repeats": {"pairs": 0, "expected": None}, "previous": {"known": True}})
    assert "Inga händelser på någon namngiven plats." in cli("hotspots", "--area", "bro").out
    for wrong in ((), ("--area", "bro", "--distance", "x"), ("--area", "bro", "--from", "mars"), ("bro",)):
        assert cli("hotspots", *wrong).returncode == USAGE


def in_terminal(cli, *arguments, env=None):
    """What is printed to a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    environment = dict(cli.environment, LAGESBILD_URL=cli.url, **(env or {}))
    process = subprocess.Popen([cli.program, *arguments], env=environment, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL)
    os.close(theirs)
    shown = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:
            break
        if not more:
            break
        shown += more
    process.wait(timeout=60)
    os.close(ours)
    return shown.decode()


def test_colours_are_for_terminals_without_no_color(cli, server):
    server.behave = lambda *_: (200, JSON, {"items": [dict(INCIDENT, title="Rubrik " * 30)]})
    assert "\x1b[" in in_terminal(cli, "review")
    plain = in_terminal(cli, "review", env={"NO_COLOR": "1"})
    assert "\x1b[" not in plain and "…" in plain
    whole = cli("incidents").out
    assert "\x1b[" not in whole and "…" not in whole


def test_import_shows_a_bar_in_a_terminal(cli, server, tmp_path):
    server.behave = import_answer
    (tmp_path / "a.json").write_text("[]")
    assert "Sänder notiser  ░" in in_terminal(cli, "import", "polisen", str(tmp_path / "a.json"))


def test_review_says_why(cli, server):
    server.behave = lambda *_: (200, JSON, {"items": [INCIDENT]})
    result = cli("review", "--limit", "7")
    assert server.requests[-1].path == "/v1/review?limit=7"
    assert "granska: kategori" in result.out and "91 %" in result.out and INCIDENT["id"] in result.out


def test_what_waits_for_another_address_is_told(cli, server):
    assert cli("observe", "Klotter", url="http://127.0.0.1:1").returncode == UNREACHABLE
    result = cli("outbox", "send")
    assert result.returncode == DONE and "1 i utkorgen ska till en annan adress" in result.err


def test_tokens(cli, server):
    server.behave = lambda *_: (201, JSON, {"id": INCIDENT["id"], "token": "lb_hemlighet"})
    result = cli("token", "create", "--role", "group", "--area", "bro", "--area", "brunna", "--organisation", "EST Bro")
    assert result.out == "lb_hemlighet\n"  # alone, for scripts
    assert json.loads(server.requests[-1].body) == {"role": "group", "organisation": "EST Bro", "areas": ["bro", "brunna"]}
    server.behave = lambda *_: (200, JSON, {"items": [{"id": "i", "role": "police", "municipality": "upplands-bro",
                                                      "organisation": None, "areas": None, "created_at": "2026-03-14T08:00:00+01:00"}]})
    assert re.search(r"^i +police +upplands-bro +2026-03-14$", cli("token", "list").out, re.M)
    server.behave = lambda *_: (204, {}, "")
    assert cli("token", "revoke", "a/b").returncode == DONE
    assert (server.requests[-1].method, server.requests[-1].path) == ("DELETE", "/v1/tokens/a%2Fb")


def test_a_full_disk_is_told(cli, server):
    server.behave = lambda *_: (200, {"Content-Type": "text/plain"}, "x" * 100000)
    with open("/dev/full", "w") as full:
        process = subprocess.run([cli.program, "show", "bro", "2026-W11"], stdout=full, stderr=subprocess.PIPE,
                                 env=dict(cli.environment, LAGESBILD_URL=cli.url), timeout=60)
    assert process.returncode == REFUSED
    assert b"lagesbild: " in process.stderr


# --- keys of the lines of a file ---


def keyed(server):
    return [json.loads(line) for request in server.requests for line in request.body.splitlines()]


def test_each_line_gets_a_key_and_what_has_a_time_gets_the_same_again(cli, server, tmp_path):
    lines = ['{"text": "a", "observed_at": "2026-03-14T20:00:00+01:00"}', '{"text": "a", "observed_at": "2026-03-14T20:00:00+01:00"}',
             '{"text": "utan tid"}', '{"text": "egen", "idempotency_key": "min"}', ' { }', "inte json"]
    (tmp_path / "o.ndjson").write_text("\n".join(lines))
    cli("observe", "--from", tmp_path / "o.ndjson")
    cli("observe", "--from", tmp_path / "o.ndjson")
    first, second = (request.body.decode().splitlines() for request in server.requests)
    assert [line for line in first if line == "inte json"] and first[3] == lines[3]
    parsed = [[json.loads(line) for line in sent[:5]] for sent in (first, second)]
    for sent, original in zip(parsed[0], lines):
        assert {name: value for name, value in sent.items() if name != "idempotency_key"} == {
            name: value for name, value in json.loads(original).items() if name != "idempotency_key"}
    keys = [[line["idempotency_key"] for line in sent] for sent in parsed]
    assert len(set(keys[0])) == 5  # two of the same are two
    assert keys[0][:2] == keys[1][:2] and keys[0][3] == keys[1][3]
    assert keys[0][2] != keys[1][2] and keys[0][4] != keys[1][4]


def ndjson(*lines):
    return 200, {"Content-Type": "application/x-ndjson"}, "".join(json.dumps(line) + "\n" for line in lines)


@pytest.mark.parametrize("answer", [ndjson(INCIDENT), ndjson(INCIDENT, {"line": 2, "status": 503, "title": "Inte nu"}), ndjson(INCIDENT, {})])
def test_lines_without_a_verdict_are_sent_again(cli, server, tmp_path, answer):
    server.behave = lambda *_: answer
    (tmp_path / "o.ndjson").write_text('{"text": "ett"}\n{"text": "två"}\n')
    result = cli("observe", "--from", tmp_path / "o.ndjson")
    assert result.returncode == UNREACHABLE
    assert "2 i utkorgen" in result.out
    server.behave = FakeServer.accept
    assert cli("outbox", "send").returncode == DONE
    assert server.requests[0].body == server.requests[1].body
    assert cli.waiting() == []


def test_refused_lines_of_a_kept_file_are_set_aside_with_their_reasons(cli, server, tmp_path):
    (tmp_path / "o.ndjson").write_text('{"text": "ett"}\n{"text": "två"}\n')
    server.behave = lambda *_: problem(503, "Inte nu")
    cli("observe", "--from", tmp_path / "o.ndjson")
    server.behave = lambda *_: ndjson(INCIDENT, problem(422, "Duger inte")[2])
    assert cli("outbox", "send").returncode == REFUSED
    [item] = cli.refused()
    assert head_and_body(item)[0]["reason"] == "1 av 2 rader avvisade\n  rad 2: Duger inte"


def test_a_reader_that_has_had_enough_is_no_error_to_talk_about(cli, server):
    server.behave = lambda *_: (200, {"Content-Type": "text/plain"}, "rad\n" * 100000)
    command = '"$0" show bro 2026-W11 | head -1; echo ${PIPESTATUS[0]}'
    process = subprocess.run(["bash", "-c", command, cli.program], capture_output=True, text=True, timeout=60,
                             env=dict(cli.environment, LAGESBILD_URL=cli.url))
    assert (process.stdout, process.stderr) == ("rad\n1\n", "")
