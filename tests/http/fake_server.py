"""A server that does what a test tells it to: for what the real daemon never does on demand."""
import http.server
import json
import threading
import uuid


class FakeServer:
    """Answers each request with what `behave(request)` returns: (status, headers, body), or "cut" to read the request and
    close without an answer. Keeps every request, in order, and what it has stored, once a key."""

    def __init__(self, behave=None):
        self.behave = behave or FakeServer.accept
        self.requests = []
        self.stored = {}
        self._lock = threading.Lock()
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self):
                try:
                    request = Request(self)
                except (ValueError, ConnectionError):  # the client gave up in the middle of its body
                    self.close_connection = True
                    return
                with fake._lock:
                    fake.requests.append(request)
                    answer = fake.behave(fake, request)
                if answer == "cut":
                    self.close_connection = True
                    return
                status, headers, body = answer
                if isinstance(body, (dict, list)):
                    body = json.dumps(body)
                if isinstance(body, str):
                    body = body.encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = "http://127.0.0.1:%d" % self.port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def accept(self, request):
        """Stores what is posted, once for each Idempotency-Key, as the contract says."""
        key = request.headers.get("Idempotency-Key")
        known = key in self.stored
        identity = self.stored[key][0] if known else str(uuid.uuid4())
        self.stored.setdefault(key, (identity, request.body))
        if request.path.startswith("/v1/reports"):
            return 200 if known else 201, JSON, {"id": identity, "revision": 1, "incidents": [INCIDENT], "pii": [], "warnings": []}
        if request.headers["Content-Type"] == "application/x-ndjson":
            lines = [dict(INCIDENT, id=str(uuid.uuid4())) for line in request.body.split(b"\n") if line]
            return 200, {"Content-Type": "application/x-ndjson"}, "".join(json.dumps(line) + "\n" for line in lines)
        return 201, JSON, dict(INCIDENT, id=identity)


class Request:
    def __init__(self, handler):
        self.method = handler.command
        self.path = handler.path
        self.headers = handler.headers
        if handler.headers.get("Transfer-Encoding") == "chunked":
            chunks = []
            while not chunks or chunks[-1]:
                size = int(handler.rfile.readline(), 16)
                chunks.append(handler.rfile.read(size))
                handler.rfile.readline()
            self.body = b"".join(chunks)
        else:
            self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))


JSON = {"Content-Type": "application/json"}
PROBLEM = {"Content-Type": "application/problem+json"}

INCIDENT = {
    "id": "01a1f994-b508-769a-99e5-cc9a17f9277e",
    "occurred_at": "2026-03-13T23:40:00+01:00",
    "precision": "minute",
    "areas": [{"code": "bro", "confidence": 0.98, "evidence": "Finnsta"}],
    "category": {"code": "skjutning-sprangning", "confidence": 0.91, "evidence": "smällar"},
    "place": "Finnsta",
    "position": None,
    "title": "Smällar på gångvägen",
    "text": "Boende hör smällar.",
    "flags": [],
    "source": "polis",
    "organisation": None,
    "report_id": None,
    "status": "review",
    "review": ["category"],
    "created_at": "2026-03-14T08:00:00+01:00",
}


def problem(status, title, detail="", errors=()):
    """An RFC 9457 answer."""
    return status, PROBLEM, {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": list(errors)}
