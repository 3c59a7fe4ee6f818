#!/usr/bin/python3
"""A published page from the daemon, token and all, against nginx with the same bytes in a file.

    apt-get install nginx-light wrk
    tests/bench/published_page.py [--rounds 7] [--seconds 3] [--connections 16] [--form html]

One loop against one worker: both stand on one core, by turns in the same run, and wrk on another. Both keep their
connections open and write no line for a request. nginx opens the file once (open_file_cache) and sends it with sendfile.
The answers are compared first: the same bytes, the same type. What is told is the median of the rounds.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "http"))
os.environ.setdefault("LAGESBILDD", str(HERE.parents[1] / "build" / "daemon" / "lagesbildd"))

import requests  # noqa: E402
from harness import Daemon  # noqa: E402
from incidents import put_incident, put_report  # noqa: E402

SERVER_CORE, CLIENT_CORE = "0", "1"
MUNICIPALITY, PERIOD = "upplands-bro", "2013-W20"
NGINX = """
worker_processes 1;
worker_cpu_affinity 1;
pid {directory}/nginx.pid;
error_log {directory}/error.log crit;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_requests 100000000;
    open_file_cache max=10;
    open_file_cache_valid 60s;
    client_body_temp_path {directory}/t1; proxy_temp_path {directory}/t2; fastcgi_temp_path {directory}/t3;
    uwsgi_temp_path {directory}/t4; scgi_temp_path {directory}/t5;
    types {{ }}
    default_type "{kind}";
    server {{
        listen 127.0.0.1:{port};
        root {directory}/files;
        add_header Cache-Control "private, max-age=31536000, immutable";
        add_header X-Content-Type-Options nosniff;
        add_header Content-Security-Policy "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'";
    }}
}}
"""


def publish(daemon):
    """A week of thirty incidents, as a meeting of one area has it."""
    put_report(daemon, MUNICIPALITY, "2013-05-13")
    for n in range(30):
        put_incident(daemon, MUNICIPALITY, f"2013-05-{13 + n % 7} {n % 24:02}:10", areas=["bro"],
                     place=("Bro centrum", "Bro station", "Stjärnparken")[n % 3],
                     category=("skadegorelse", "stold", "brand")[n % 3], organisation="Kommunpolisen")
    answer = daemon.call("POST", f"/v1/lagesbilder/bro/{PERIOD}/publish", daemon.admin_token)
    assert answer.status_code == 201, answer.text


def start_nginx(directory, page, kind, port):
    (directory / "files").mkdir()
    (directory / "files" / "page").write_bytes(page)
    (directory / "nginx.conf").write_text(
        NGINX.format(directory=directory, port=port, kind=kind, user="user root;" if os.geteuid() == 0 else ""))
    return subprocess.Popen(["nginx", "-p", str(directory), "-c", str(directory / "nginx.conf"), "-g", "daemon off;"])


def load(url, given, headers=()):
    """Requests a second, and the p99 in milliseconds."""
    command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{given.connections}", f"-d{given.seconds}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    told = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in told and "Socket errors" not in told, told
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", told).group(1)),
            float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--form", default="html")
    given = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="lagesbild-bench-", dir="/tmp"))
    directory.chmod(0o755)
    daemon = Daemon(["--threads", "1"]).start()
    nginx = None
    try:
        publish(daemon)
        for task in os.listdir(f"/proc/{daemon.process.pid}/task"):
            subprocess.run(["taskset", "-p", "-c", SERVER_CORE, task], check=True, stdout=subprocess.DEVNULL)
        ours = f"{daemon.url}/v1/lagesbilder/bro/{PERIOD}.{given.form}?version=1"
        token = f"Authorization: Bearer {daemon.admin_token}"
        page = requests.get(ours, headers=dict([token.split(": ")]))
        assert page.status_code == 200 and requests.get(ours).status_code == 401, "the token is looked at"
        port = daemon.port + 1 if daemon.port < 65000 else daemon.port - 1
        nginx = start_nginx(directory, page.content, page.headers["Content-Type"], port)
        theirs = f"http://127.0.0.1:{port}/page"
        for _ in range(100):
            try:
                answer = requests.get(theirs)
                break
            except requests.ConnectionError:
                time.sleep(0.05)
        assert answer.content == page.content and answer.headers["Content-Type"] == page.headers["Content-Type"]
        print(f"{len(page.content)} bytes, {given.connections} connections, load {os.getloadavg()[0]:.1f}")
        rounds = {"lagesbildd": [], "nginx": []}
        for n in range(given.rounds):
            for name, url, headers in (("lagesbildd", ours, [token]), ("nginx", theirs, [token]))[::1 if n % 2 else -1]:
                rounds[name].append(load(url, given, headers))
                print(json.dumps({"round": n, "server": name, "per_second": rounds[name][-1][0],
                                  "p99_ms": rounds[name][-1][1]}), flush=True)
        medians = {name: statistics.median(r for r, _ in figures) for name, figures in rounds.items()}
        ratios = [a / b for (a, _), (b, _) in zip(rounds["lagesbildd"], rounds["nginx"])]
        print(f"medians: lagesbildd {medians['lagesbildd']:.0f}, nginx {medians['nginx']:.0f} requests a second: "
              f"{medians['lagesbildd'] / medians['nginx']:.2f} (median of the rounds' own ratios {statistics.median(ratios):.2f})")
    finally:
        if nginx:
            nginx.send_signal(signal.SIGTERM)
            nginx.wait()
        daemon.finish()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
