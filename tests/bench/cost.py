#!/usr/bin/python3
"""What a request costs one loop, in instructions of the daemon (callgrind), against what is recorded in cost.json.

    tests/bench/cost.py [--build BUILD] [--update]

Instructions are the same on a busy machine as on an idle one, nearly: how many observations share a unit and how often the
loop looks at its sockets depends on timing. More than a tenth above what is recorded is a growth that wants a reason. When
there is one, --update records the new figures; the commit says why. `meson test -C build --benchmark` runs it.
Needs valgrind. What the kernel and PostgreSQL do is not counted.
"""

import argparse
import json
import pathlib
import re
import subprocess
import tempfile

import load

HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE / "cost.json"
REQUESTS, ALLOWED = 400, 1.10


class Counted(load.Daemon):
    """A daemon under callgrind, which does not count before it is told to, on another's database."""

    def __init__(self, build, directory, other):
        self.output, self.database = directory / "callgrind", other.conninfo()
        self.data, self.log, self.options = other.data, other.log, []
        self.start(build)

    def command(self, build):
        return ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={self.output}",
                str(build / "daemon" / "lagesbildd"), "--database", self.database, "--listen", "127.0.0.1:0", "--threads=1"]

    def control(self, *what):
        subprocess.run(["callgrind_control", *what, str(self.process.pid)], check=True, stdout=subprocess.DEVNULL)

    def cost(self, work):
        """Instructions of `work`, by request."""
        self.control("-i", "on")
        self.control("-z")
        work()
        self.control("-d")
        self.control("-i", "off")
        newest = max(self.output.parent.glob("callgrind.*"), key=lambda path: int(path.suffix[1:]))
        return round(int(re.search(r"^(?:totals|summary): (\d+)", newest.read_text(), re.M).group(1)) / REQUESTS)


def measure(build):
    with tempfile.TemporaryDirectory(prefix="lagesbild-cost-", dir="/tmp") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)
        other = load.Daemon(build, directory, [])
        daemon = None
        try:
            daemon = Counted(build, directory, other)

            def many(method, path, body=None):
                for _ in range(REQUESTS):
                    answer = daemon.call(method, path, body)
                    if answer not in (200, 201):
                        raise SystemExit(f"{method} {path}: {answer}")

            bodies = [line.encode() for line in load.bodies(directory).read_text().splitlines()]

            def observe():
                many("POST", "/v1/observations", bodies[0])

            def read():
                many("GET", "/v1/categories")

            observe()  # what is made once has been made
            read()
            return {"observation": daemon.cost(observe), "read": daemon.cost(read)}
        finally:
            if daemon:
                daemon.stop()
            other.stop()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", type=pathlib.Path, default=load.ROOT / "build")
    options.add_argument("--update", action="store_true")
    given = options.parse_args()
    found = measure(given.build)
    if given.update:
        RECORD.write_text(json.dumps(found, indent=2) + "\n")
    recorded, grown = json.loads(RECORD.read_text()), False
    for what, count in found.items():
        grown = grown or count > recorded[what] * ALLOWED
        print(f"{what}: {count} instructions, {recorded[what]} recorded ({count / recorded[what] - 1:+.1%})")
    raise SystemExit(1 if grown else 0)


if __name__ == "__main__":
    main()
