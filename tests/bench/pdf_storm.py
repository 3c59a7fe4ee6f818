#!/usr/bin/python3
"""How long a page takes alone, and while others ask for PDF as fast as they get it.

    tests/bench/pdf_storm.py URL TOKEN AREA PERIOD [SECONDS]

What is asked for is the page with an If-None-Match that fits, one request at a time on one connection: 304 is the
answer a browser that has the page already gets. The storm is eight clients that ask for the PDF again and again.
"""

import sys
import threading
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

STORM = 8


def main():
    url, token, area, period = sys.argv[1:5]
    seconds = float(sys.argv[5]) if len(sys.argv) > 5 else 10
    host = urlsplit(url).netloc
    path = f"/v1/lagesbilder/{area}/{period}"
    headers = {"Authorization": f"Bearer {token}"}

    def ask(connection, form, more):
        connection.request("GET", f"{path}.{form}", headers={**headers, **more})
        answer = connection.getresponse()
        answer.read()
        return answer

    def measure():
        connection = HTTPConnection(host)
        tag = ask(connection, "html", {}).headers["ETag"]
        took, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            start = time.perf_counter()
            assert ask(connection, "html", {"If-None-Match": tag}).status == 304
            took.append((time.perf_counter() - start) * 1e3)
        took.sort()
        return len(took), took[len(took) // 2], took[len(took) * 99 // 100]

    stop, drawn, refused = threading.Event(), [], []

    def storm():
        connection = HTTPConnection(host)
        while not stop.is_set():
            start = time.perf_counter()
            status = ask(connection, "pdf", {}).status
            (drawn if status == 200 else refused).append((time.perf_counter() - start) * 1e3)

    print("alone:        %6d pages, median %.2f ms, p99 %.2f ms" % measure())
    threads = [threading.Thread(target=storm) for _ in range(STORM)]
    for thread in threads:
        thread.start()
    print("in the storm: %6d pages, median %.2f ms, p99 %.2f ms" % measure())
    stop.set()
    for thread in threads:
        thread.join()
    drawn.sort()
    print("the storm:    %6d PDF (%.0f a second), median %.0f ms, %d refused" %
          (len(drawn), len(drawn) / seconds, drawn[len(drawn) // 2] if drawn else 0, len(refused)))


if __name__ == "__main__":
    main()
