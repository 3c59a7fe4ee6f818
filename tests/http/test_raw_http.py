"""What arrives on the socket and is not, or hardly, HTTP: each gets one clear answer, and nothing is smuggled past it."""

import json
import os
import socket
import threading
import time

import pytest
from harness import Daemon, Raw, wait_until

HOST = b"Host: a\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def problem(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer
    body = json.loads(answer.body)
    assert body["status"] == answer.status and body["title"] and body["type"], answer
    return body


def with_header(header, body=b""):
    return GET + header + b"\r\n\r\n" + body


FAULTS = {
    # Transfer-Encoding that another reader may take for chunked, or not
    "te_xchunked": (with_header(b"Transfer-Encoding: xchunked", SMUGGLED), 400),
    "te_identity": (with_header(b"Transfer-Encoding: identity", SMUGGLED), 400),
    "te_vertical_tab": (with_header(b"Transfer-Encoding: \x0bchunked", SMUGGLED), 400),
    "te_two_codings": (with_header(b"Transfer-Encoding: gzip, chunked", SMUGGLED), 400),
    "te_twice": (with_header(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x", b"0\r\n\r\n" + SMUGGLED), 400),
    "te_empty": (with_header(b"Transfer-Encoding:", SMUGGLED), 400),
    "te_and_length": (with_header(b"Transfer-Encoding: chunked\r\nContent-Length: 5", b"0\r\n\r\n" + SMUGGLED), 400),
    "te_http_1_0": (b"POST /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 400),
    # Content-Length with two readings
    "length_twice": (with_header(b"Content-Length: 3\r\nContent-Length: 5", b"abc" + SMUGGLED), 400),
    "length_list": (with_header(b"Content-Length: 3, 3", b"abc" + SMUGGLED), 400),
    "length_plus": (with_header(b"Content-Length: +3", b"abc" + SMUGGLED), 400),
    "length_minus": (with_header(b"Content-Length: -3", b"abc" + SMUGGLED), 400),
    "length_hex": (with_header(b"Content-Length: 0x3", b"abc" + SMUGGLED), 400),
    "length_empty": (with_header(b"Content-Length:", SMUGGLED), 400),
    "length_huge": (with_header(b"Content-Length: 99999999999999999999", SMUGGLED), 400),
    # header syntax
    "folded": (with_header(b"X: a\r\n b", SMUGGLED), 400),
    "space_before_colon": (with_header(b"X : a", SMUGGLED), 400),
    "empty_name": (with_header(b": a", SMUGGLED), 400),
    "no_colon": (with_header(b"nothing", SMUGGLED), 400),
    "bare_lf": (b"GET /healthz HTTP/1.1\nHost: a\n\n" + SMUGGLED, 400),
    "bare_lf_in_headers": (with_header(b"X: a\nY: b", SMUGGLED), 400),
    "bare_cr": (with_header(b"X: a\rY: b", SMUGGLED), 400),
    "nul_in_value": (with_header(b"X: a\0b", SMUGGLED), 400),
    "nul_in_target": (b"GET /heal\0thz HTTP/1.1\r\n" + HOST + b"\r\n" + SMUGGLED, 400),
    "control_character": (with_header(b"X: a\x01b", SMUGGLED), 400),
    # Host
    "no_host": (b"GET /healthz HTTP/1.1\r\n\r\n" + SMUGGLED, 400),
    "two_hosts": (GET + HOST + b"\r\n" + SMUGGLED, 400),
    "host_with_path": (b"GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    "host_with_user": (b"GET /healthz HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
    "host_empty": (b"GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", 400),
    # the request line
    "http_9_9": (b"GET /healthz HTTP/9.9\r\n" + HOST + b"\r\n", 505),
    "http_2_preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "http_0_9": (b"GET /healthz\r\n\r\n", 400),
    "two_spaces": (b"GET  /healthz HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "space_in_target": (b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "no_slash": (b"GET healthz HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "asterisk": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "other_scheme": (b"GET ftp://a/healthz HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "raw_utf8": ("GET /å HTTP/1.1\r\nHost: a\r\n\r\n".encode(), 400),
    "unknown_method": (b"BREW /healthz HTTP/1.1\r\n" + HOST + b"\r\n" + SMUGGLED, 501),
    "trace": (b"TRACE /healthz HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "connect": (b"CONNECT a:80 HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), 400),
    "expect_other": (with_header(b"Expect: tea"), 417),
    # sizes
    "long_target": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "endless_target": (b"GET /" + b"a" * 100_000, 414),
    "long_header": (with_header(b"X: " + b"a" * 200_000), 431),
    "many_headers": (GET + b"X: a\r\n" * 3000 + b"\r\n", 431),
    "many_short_headers": (GET + b"X:\r\n" * 150 + b"\r\n", 431),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_gets_one_answer_and_the_end(daemon, name):
    data, status = FAULTS[name]
    answers = daemon.exchange(data)
    assert [a.status for a in answers] == [status], answers
    assert answers[0].headers["connection"] == "close"
    problem(answers[0])


@pytest.mark.parametrize("path,status", [("/healthz", 200), ("/nope", 404)])
def test_absolute_form_is_its_path(daemon, path, status):
    with daemon.connect() as raw:
        raw.send(f"GET http://example.se{path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert raw.answer().status == status


@pytest.mark.parametrize("target", ["/%", "/%zz", "/%00", "/%ff", "/healthz?a=%", "/healthz?a=%ff", "/healthz?%00=a"])
def test_badly_encoded_addresses(daemon, target):
    answer = daemon.call("GET", "/healthz")
    with daemon.connect() as raw:
        raw.send(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        answer = raw.answer()
        # A path that no route has is not looked into further.
        assert answer.status == (404 if target.startswith("/%") else 400)
        problem(answer)


def test_unknown_path_and_wrong_method(daemon):
    with daemon.connect() as raw:
        for path in ("/nope", "/healthz/", "//healthz", "/healthz/../healthz", "/HEALTHZ"):
            raw.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            answer = raw.answer()
            assert answer.status == 404, path
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            raw.send(f"{method} /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".encode())
            answer = raw.answer()
            assert answer.status == 405 and answer.headers["allow"] == "GET, HEAD", answer
            problem(answer)


def test_head_is_get_without_the_body(daemon):
    with daemon.connect() as raw:
        raw.send(b"HEAD /openapi.json HTTP/1.1\r\n" + HOST + b"\r\n")
        head = raw.answer("HEAD")
        raw.send(b"GET /openapi.json HTTP/1.1\r\n" + HOST + b"\r\n")
        get = raw.answer()
    assert head.status == get.status == 200
    assert head.headers["content-length"] == str(len(get.body))
    assert json.loads(get.body)["openapi"].startswith("3.1")


def test_pipelined_requests_are_answered_in_order(daemon):
    paths = ["/healthz", "/nope", "/openapi.json", "/healthz", "/readyz"] * 40
    wanted = [200, 404, 200, 200, 200] * 40
    data = b"".join(f"GET {p} HTTP/1.1\r\nHost: a\r\n\r\n".encode() for p in paths)
    answers = daemon.exchange(data, half_close=True)
    assert [a.status for a in answers] == wanted


def test_thousands_of_pipelined_requests_do_not_fill_memory(daemon):
    """The client does not read: the daemon must stop taking requests, and go on when it does."""
    count = 20_000
    before = resident(daemon)
    with daemon.connect(60) as raw:
        sender = threading.Thread(target=raw.send, args=((b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n") * count,))
        sender.start()
        time.sleep(2)
        assert resident(daemon) - before < 64 << 20
        for _ in range(count):
            assert raw.answer().status == 200
        sender.join()


def resident(daemon):
    """Bytes of memory the daemon has."""
    pages = int(open(f"/proc/{daemon.process.pid}/statm").read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_byte_at_a_time(daemon):
    with daemon.connect() as raw:
        raw.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"\r\n" + GET + b"X-Y: z\r\n\r\n":
            raw.send(bytes([byte]))
        assert raw.answer().status == 200


def test_keep_alive_and_close(daemon):
    with daemon.connect() as raw:
        for _ in range(3):
            raw.send(GET + b"\r\n")
            answer = raw.answer()
            assert answer.status == 200 and "connection" not in answer.headers
        raw.send(GET + b"Connection: close\r\n\r\n")
        assert raw.answer().headers["connection"] == "close"
        assert raw.is_closed()
    with daemon.connect() as raw:
        raw.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert raw.answer().headers["connection"] == "close"
        assert raw.is_closed()
    with daemon.connect() as raw:
        raw.send(b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert raw.answer().headers["connection"] == "keep-alive"
        raw.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert raw.answer().status == 200


def test_half_closed_client_is_answered(daemon):
    answers = daemon.exchange(GET + b"\r\n", half_close=True)
    assert [a.status for a in answers] == [200]


def test_offer_of_another_protocol_is_passed_over(daemon):
    with daemon.connect() as raw:
        raw.send(GET + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n")
        assert raw.answer().status == 200
        raw.send(GET + b"\r\n")
        assert raw.answer().status == 200


def test_body_where_none_belongs(daemon):
    """The rest of a short refused body is read away, and the connection goes on; a chunked one ends it."""
    with daemon.connect() as raw:
        raw.send(GET + b"Content-Length: 5\r\n\r\nhello" + GET + b"\r\n")
        assert raw.answer().status == 400
        assert raw.answer().status == 200
    answers = daemon.exchange(GET + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED)
    assert [a.status for a in answers] == [400]


def test_clients_that_go_away(daemon):
    """In the head, in the middle of a line, before the answer, with a reset: the daemon goes on."""
    for data in (b"", b"G", GET, GET + b"\r\n", GET + b"Content-Length: 10\r\n\r\nabc"):
        for reset in (False, True):
            raw = Raw(daemon.port, 5)
            if reset:
                raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            raw.send(data)
            raw.socket.close()
    assert daemon.call("GET", "/healthz").status_code == 200


def test_garbage(daemon):
    """Bytes without sense, the same every time; the verdict is one answer or none, and a daemon that goes on."""
    import random

    chance = random.Random(1)
    for _ in range(200):
        data = bytes(chance.choice(b"\r\n :/GETHTPhost1.0\0\xff") for _ in range(chance.randrange(1, 400)))
        answers = daemon.exchange(data, half_close=True)
        assert all(a.status >= 400 for a in answers)
    assert daemon.call("GET", "/healthz").status_code == 200


@pytest.fixture(scope="module")
def strict():
    """A daemon with short deadlines."""
    running = Daemon(["--head-timeout=2", "--body-timeout=2", "--idle-timeout=3", "--threads=2", "--head-limit=4k"]).start()
    yield running
    running.finish()


def drip(raw, data):
    """Sends a byte every 0.2 s until the other end is heard; fails where it is not before the last."""
    timeout = raw.socket.gettimeout()
    raw.socket.settimeout(0.2)
    for byte in data:
        raw.send(bytes([byte]))
        try:
            if raw._more():
                break
        except socket.timeout:
            pass
    else:
        pytest.fail("every byte has been taken, however late")
    raw.socket.settimeout(timeout)


def test_slow_head_has_an_absolute_deadline(strict):
    with strict.connect() as raw:
        start = time.monotonic()
        drip(raw, GET + b"X: " + b"a" * 100)  # for 28 s, so a deadline that each byte moves on is not met
        answer = raw.answer()
        assert time.monotonic() - start > 1.9 and answer.status == 408 and answer.headers["connection"] == "close"
        problem(answer)


def test_idle_connection_is_closed_without_a_word(strict):
    """After its time, and long before any other deadline (the client here waits for 20 s)."""
    start = time.monotonic()
    with strict.connect() as raw:
        assert raw.is_closed()
        assert time.monotonic() - start > 2.9
    for path, status in ((b"/healthz", 200), (b"/nope", 404)):
        with strict.connect() as raw:
            start = time.monotonic()
            raw.send(b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n")
            assert raw.answer().status == status
            assert raw.is_closed()
            assert time.monotonic() - start > 2.9


def test_connections_have_a_cap(own_daemon):
    """The 31st from one address is turned away with a word; when one goes there is room again."""
    capped = own_daemon("--max-connections=40", "--max-connections-per-address=30", "--threads=2", "--idle-timeout=300")
    open_ones = [capped.connect() for _ in range(30)]
    refused = 1

    def served():
        nonlocal refused
        status = capped.call("GET", "/healthz").status_code
        refused += status == 503
        return status == 200

    def counted():
        nonlocal refused
        count = capped.metric("lagesbild_http_connections_refused_total")
        refused += count == 0  # turned away itself, so that there was nothing to read
        return count == refused

    try:
        for raw in open_ones:
            raw.send(GET + b"\r\n")
            assert raw.answer().status == 200
        with capped.connect() as raw:
            answer = raw.answer()
            assert answer.status == 503 and answer.headers["retry-after"] == "1"
            assert problem(answer) and raw.is_closed()
        open_ones.pop().socket.close()
        wait_until(served, 20, "room again")
        wait_until(counted, 20, "a count of those turned away")
    finally:
        for raw in open_ones:
            raw.socket.close()


def test_counts_of_what_happened(daemon):
    """An answer is counted when it has been sent: another loop may be asked a moment before."""
    before = daemon.metric("lagesbild_http_requests_total", route="none", status="404")
    bytes_before = daemon.metric("lagesbild_http_sent_bytes_total")
    for _ in range(3):
        daemon.call("GET", "/nope")
    wait_until(lambda: daemon.metric("lagesbild_http_requests_total", route="none", status="404") >= before + 3, 20, "a count")
    assert daemon.metric("lagesbild_http_requests_total", route="none", status="404") == before + 3
    assert daemon.metric("lagesbild_http_sent_bytes_total") > bytes_before
    assert daemon.metric("lagesbild_http_request_duration_seconds_count", route="none") >= before + 3
    assert daemon.metric("lagesbild_http_connections") >= 1


def test_counts_of_what_is_stored(daemon):
    """A new report counts with its incidents, the same again not, a correction counts as a report."""
    def counts():
        return (daemon.metric("lagesbild_reports_stored_total"), daemon.metric("lagesbild_incidents_stored_total"))

    def post(method, path, text):
        return daemon.call(method, path, daemon.admin_token, data=text.encode(), headers={"Content-Type": "text/plain"})

    path = "/v1/reports?source=counted&date=2026-02-03&municipality=upplands-bro"
    text = "22.15, Bro, skadegörelse\nKlotter i Bro centrum.\n\n23.40, Kungsängen, stöld\nEn cykel stals vid stationen.\n"
    before = counts()
    first = post("POST", path, text)
    assert first.status_code == 201
    stored = len(first.json()["incidents"])
    assert stored > 0 and counts() == (before[0] + 1, before[1] + stored)
    assert post("POST", path, text).status_code == 200
    assert counts() == (before[0] + 1, before[1] + stored)
    revised = post("PUT", f"/v1/reports/{first.json()['id']}", text + "\n23.55, Bro, brand\nEn container brann i Finnsta.\n")
    assert revised.status_code == 200
    assert counts() == (before[0] + 2, before[1] + len(revised.json()["incidents"]))
    observed = daemon.call("POST", "/v1/observations", daemon.admin_token, json={"text": "Skadegörelse i Bro nu i kväll"})
    assert observed.status_code == 201
    assert counts() == (before[0] + 2, before[1] + len(revised.json()["incidents"]) + 1)
