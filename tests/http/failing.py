"""A daemon whose calls fail when the test says so: the library of tests/shim stands between it and what it calls."""

import mmap
import os
import pathlib
import struct
import subprocess

from faults import GuestDaemon
from harness import program

MEMORY, LIBPQ, SOCKET = 1, 2, 3


class FailingDaemon(GuestDaemon):
    """`fail(kind, n)` makes the nth call of the kind fail from now on; `calm()` ends that, and tells how many failed."""

    FIELDS = ("kind", "first", "span", "seen", "fired", "clock_us")  # of Control in tests/shim/fail.c

    def __init__(self, conninfo, options=()):
        super().__init__(conninfo, options)
        path = self.directory / "fail"
        path.write_bytes(bytes(8 * len(self.FIELDS)))
        with open(path, "r+b") as file:
            self.control = mmap.mmap(file.fileno(), 8 * len(self.FIELDS))
        library = pathlib.Path(program()).parents[1] / "tests" / "shim" / "libfail.so"
        assert library.exists(), f"{library} is not there"
        self.environment.update(LD_PRELOAD=str(library), LAGESBILD_FAIL=str(path))
        self.environment["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"

    def __getitem__(self, field):
        return struct.unpack_from("q", self.control, 8 * self.FIELDS.index(field))[0]

    def __setitem__(self, field, value):
        struct.pack_into("q", self.control, 8 * self.FIELDS.index(field), value)

    def fail(self, kind, first, span=1):
        self["kind"] = 0
        self["seen"] = self["fired"] = 0
        self["first"], self["span"] = first, span
        self["kind"] = kind

    def calm(self):
        self["kind"] = 0
        return self["fired"]

    def trace(self):
        """Where the last failure was; addresses of the daemon itself by name."""
        lines = (self.directory / "fail.trace").read_text(errors="replace").splitlines()
        ours = [line.split("(")[1].split(")")[0].lstrip("+") for line in lines if "lagesbildd(" in line]
        named = subprocess.run(["addr2line", "-fsCe", program(), *ours], capture_output=True, text=True, check=False).stdout.split("\n")
        names = iter(zip(named[::2], named[1::2]))
        return "\n".join(" ".join(next(names)) if "lagesbildd(" in line else line.rsplit("/", 1)[-1] for line in lines[:24])
