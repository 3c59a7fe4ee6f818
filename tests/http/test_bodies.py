"""Bodies: too long, too deep, too slow, cut, in odd encodings. Each gets one clear answer, and memory stays bounded."""

import json
import socket
import threading
import time

import pytest
from harness import Daemon, wait_until
from test_raw_http import drip, problem, resident

REPORT = "/v1/reports?source=test&date=2026-03-14&municipality=upplands-bro"


def head(daemon, method="POST", path=REPORT, kind="application/json", **headers):
    """A request's head with the admin's token; `headers` with _ for -."""
    lines = [f"{method} {path} HTTP/1.1", "Host: a", f"Authorization: Bearer {daemon.admin_token}", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunk(data):
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


# --- how long ---


def test_too_long_is_said_before_it_is_read(daemon):
    with daemon.connect() as raw:
        raw.send(head(daemon, Content_Length=100 << 20))
        answer = raw.answer()
        assert answer.status == 413 and answer.headers["connection"] == "close"
        problem(answer)


def test_a_hundred_megabytes(daemon):
    """Sent whole without waiting, as simple clients do: the answer must still reach them, and memory stays small."""
    before = resident(daemon)
    with daemon.connect(60) as raw:
        raw.send(head(daemon, Content_Length=100 << 20))
        sent = 0
        while sent < 100 << 20 and raw.send(bytes(1 << 20)):
            sent += 1 << 20
        answer = raw.answer()
        assert answer.status == 413
    assert resident(daemon) - before < 32 << 20


def test_chunked_too_long(daemon):
    with daemon.connect(60) as raw:
        raw.send(head(daemon, Transfer_Encoding="chunked"))
        piece = chunk(bytes(1 << 20))
        for _ in range(20):
            if not raw.send(piece):
                break
        answer = raw.answer()
        assert answer.status == 413
        problem(answer)


def test_the_longest_that_is_taken(daemon):
    limit = 8 << 20
    text = b"a" * limit
    with daemon.connect(60) as raw:
        raw.send(head(daemon, Content_Length=limit) + text)
        assert raw.answer().status == 400  # no JSON, but taken
        raw.send(head(daemon, Content_Length=limit + 1))
        assert raw.answer().status == 413


def test_a_length_is_required(daemon):
    with daemon.connect() as raw:
        raw.send(head(daemon))
        answer = raw.answer()
        assert answer.status == 411
        problem(answer)


def test_compressed_bodies_are_not_taken(daemon):
    """A small one could become a very large one."""
    with daemon.connect() as raw:
        raw.send(head(daemon, Content_Length=3, Content_Encoding="gzip") + b"abc")
        answer = raw.answer()
        assert answer.status == 415
        problem(answer)
        raw.send(head(daemon, Content_Length=2, Content_Encoding="identity") + b"{}")
        assert raw.answer().status == 400


# --- 100-continue ---


def test_continue_when_the_body_is_wanted(daemon):
    with daemon.connect() as raw:
        raw.send(head(daemon, Content_Length=2, Expect="100-continue"))
        assert raw.answer().status == 100
        raw.send(b"{}")
        assert raw.answer().status == 400
        raw.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert raw.answer().status == 200


@pytest.mark.parametrize("path,token,status", [(REPORT, False, 401), ("/v1/nothing", True, 404)])
def test_no_continue_when_it_is_not(daemon, path, token, status):
    data = head(daemon, path=path, Content_Length=2, Expect="100-continue")
    if not token:
        data = data.replace(b"Authorization", b"X-Nothing")
    with daemon.connect() as raw:
        raw.send(data)
        answer = raw.answer()
        assert answer.status == status and answer.headers["connection"] == "close"
        assert raw.is_closed()


def test_a_stranger_cannot_send_a_long_body(daemon):
    """Without a token the answer comes before the body is read."""
    with daemon.connect() as raw:
        raw.send(head(daemon, Content_Length=8 << 20).replace(b"Authorization", b"X-Nothing"))
        answer = raw.answer()
        assert answer.status == 401 and answer.headers["connection"] == "close"


# --- chunks ---


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_chunked_body_in_pieces(daemon, size):
    text = json.dumps({"wrong": "å" * 1000}, ensure_ascii=False).encode()
    data = b"".join(chunk(text[i : i + size]) for i in range(0, len(text), size)) + b"0\r\n\r\n"
    with daemon.connect() as raw:
        raw.send(head(daemon, Transfer_Encoding="chunked") + data + b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = raw.answer()
        assert answer.status == 400, answer  # valid JSON that is no report
        assert b"JSON" not in answer.body
        assert raw.answer().status == 200


BAD_CHUNKS = {
    "hex_prefix": b"0x2\r\n{}\r\n0\r\n\r\n",
    "plus": b"+2\r\n{}\r\n0\r\n\r\n",
    "minus": b"-2\r\n{}\r\n0\r\n\r\n",
    "space": b" 2\r\n{}\r\n0\r\n\r\n",
    "empty": b"\r\n{}\r\n0\r\n\r\n",
    "bare_lf": b"2\n{}\n0\n\n",
    "wrong_end": b"2\r\n{}XX0\r\n\r\n",
    "longer_than_said": b"2\r\n{}}\r\n0\r\n\r\n",
    "huge": b"ffffffffffffffffff\r\n{}",
    "endless_extension": b"2;" + b"a" * 5000,
    "trailer": b"2\r\n{}\r\n0\r\nX: y\r\n\r\n",
    "not_hex": b"zz\r\n{}\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("name", BAD_CHUNKS)
def test_bad_chunks_end_the_connection(daemon, name):
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    answers = daemon.exchange(head(daemon, Transfer_Encoding="chunked") + BAD_CHUNKS[name] + smuggled, half_close=True)
    assert [a.status for a in answers] == [400], answers
    assert answers[0].headers["connection"] == "close"
    problem(answers[0])


# --- JSON ---

BAD_JSON = {
    "deep": b"[" * 10_000 + b"]" * 10_000,
    "deep_objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "invalid_utf8": b'{"text": "\xff\xfe"}',
    "overlong_utf8": b'{"text": "\xc0\xaf"}',
    "surrogate_utf8": b'{"text": "\xed\xa0\x80"}',
    "nul": b'{"text": "a\0b"}',
    "escaped_nul": b'{"text": "a\\u0000b"}',
    "lone_surrogate": b'{"text": "\\ud800"}',
    "control_character": b'{"text": "a\nb"}',
    "trailing": b'{"text": "a"} x',
    "two_values": b'{"text": "a"}{"text": "b"}',
    "duplicate_key": b'{"text": "a", "text": "b"}',
    "duplicate_key_escaped": b'{"text": "a", "t\\u0065xt": "b"}',
    "leading_zero": b'{"lat": 01}',
    "no_fraction": b'{"lat": 1.}',
    "infinite": b'{"lat": 1e999}',
    "nan": b'{"lat": NaN}',
    "big_integer": b'{"id": 9007199254740993}',
    "bom": b'\xef\xbb\xbf{"text": "a"}',
    "empty": b"",
    "cut": b'{"text": "a',
    "comment": b'{"text": "a"} // b',
    "single_quotes": b"{'text': 'a'}",
}


@pytest.mark.parametrize("name", BAD_JSON)
@pytest.mark.parametrize("path", [REPORT, "/v1/observations"])
def test_what_is_not_json(daemon, path, name):
    answer = daemon.call("POST", path.split("?")[0], daemon.admin_token, data=BAD_JSON[name],
                         headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body["errors"][0]["detail"] and "pointer" in body["errors"][0], body


def test_json_declared_as_something_else(daemon):
    for kind in ("text/html", "application/json; charset=utf-16", "application/jsonx", ""):
        answer = daemon.call("POST", "/v1/tokens", daemon.admin_token, data=b"{}", headers={"Content-Type": kind})
        assert answer.status_code == 415, (kind, answer.text)


# --- time and clients that go ---


@pytest.fixture(scope="module")
def hasty():
    running = Daemon(["--body-timeout=2", "--threads=1"]).start()
    yield running
    running.finish()


def test_slow_body_has_an_absolute_deadline(hasty):
    with hasty.connect() as raw:
        start = time.monotonic()
        raw.send(head(hasty, Content_Length=1000))
        drip(raw, b" " * 100)  # for 20 s, so a deadline that each byte moves on is not met
        assert time.monotonic() - start > 1.9
        answer = raw.answer()
        assert answer.status == 408
        problem(answer)


def test_a_long_body_gets_time_in_proportion(hasty):
    """6 MB in 5 seconds is faster than 1 MB in 2 seconds, so it may take longer than the 2 seconds."""
    with hasty.connect() as raw:
        raw.send(head(hasty, Content_Length=6 << 20))
        start = time.monotonic()
        for n in range(24):
            time.sleep(max(0, start + 0.2 * n - time.monotonic()))
            assert raw.send(b" " * (256 << 10))
        assert raw.answer().status == 400


def test_a_slow_stream_is_broken_off(hasty):
    with hasty.connect() as raw:
        raw.send(head(hasty, path="/v1/observations", kind="application/x-ndjson", Content_Length=1000))
        answer = raw.answer()  # within the 20 s of this client: no other deadline is as short
        assert answer.status == 408


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("path,kind", [(REPORT, "text/plain"), ("/v1/observations", "application/x-ndjson"),
                                       ("/v1/observations", "application/json"), ("/v1/import/polisen", "application/json")])
def test_client_that_goes_in_the_body(daemon, path, kind, reset):
    def connections():
        return daemon.metric("lagesbild_http_connections")

    before = connections()
    text = f"Skadegörelse i Bro kl 22, {kind} {path} {reset}"
    for sent in (b"", b"[{", json.dumps({"text": text, "idempotency_key": "x"}, ensure_ascii=False).encode() + b'\n{"te'):
        with daemon.connect() as raw:
            if reset:
                raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            raw.send(head(daemon, path=path, kind=kind, Content_Length=1000) + sent)
            time.sleep(0.1)  # so that the daemon is mostly in the middle of it
    wait_until(lambda: connections() <= before, 60, "an end of the connections")
    assert daemon.call("GET", "/readyz").status_code == 200
    if kind != "application/x-ndjson":  # whose whole lines count
        assert daemon.sql("SELECT count(*) FROM lagesbild.incident WHERE text = %s", (text,)) == [(0,)]


def test_client_that_does_not_read_is_let_go(hasty):
    """Its answers fill the sockets' buffers; after the body's time without progress the connection ends."""
    before = hasty.metric("lagesbild_http_timeouts_total")
    with hasty.connect(60) as raw:
        raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        data = b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 5000
        threading.Thread(target=raw.send, args=(data,), daemon=True).start()
        wait_until(lambda: hasty.metric("lagesbild_http_timeouts_total") > before, 60, "an end of the client that does not read")
        assert hasty.metric("lagesbild_http_connections") == 1
