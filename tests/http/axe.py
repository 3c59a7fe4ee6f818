"""axe-core (Deque), which finds what keeps people from using a page. Debian has no package of it.

LAGESBILD_AXE names an axe.min.js; otherwise one version is fetched from npm's registry once, held against its hash and
kept in the user's cache. Without a network there is none, and the tests that need it skip.
"""

import hashlib
import http.client
import io
import os
import pathlib
import tarfile
import urllib.error
import urllib.request

VERSION = "4.10.3"
URL = f"https://registry.npmjs.org/axe-core/-/axe-core-{VERSION}.tgz"
SHA512 = (
    "5e6edba515e70d25f6604d9815f064d859c5d1ea7ab661bbc4f87c88779ef0c2"
    "1cae0abbeb636471ef39e9d62d2582e4b88a1866f19f4ecfcf6d986275e4dc12"
)
MEMBER = "package/axe.min.js"


class NoAxe(Exception):
    """Why there is none."""


def _package() -> bytes:
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "lagesbild-tests"
    kept = cache / URL.rsplit("/", 1)[1]
    if kept.exists() and hashlib.sha512(kept.read_bytes()).hexdigest() == SHA512:
        return kept.read_bytes()
    try:
        with urllib.request.urlopen(URL, timeout=30) as answer:
            package = answer.read()
    except (urllib.error.URLError, http.client.HTTPException, OSError) as reason:
        raise NoAxe(f"{URL} cannot be fetched ({reason}), and LAGESBILD_AXE names no axe.min.js") from reason
    found = hashlib.sha512(package).hexdigest()
    assert found == SHA512, f"{URL} is not what it was: SHA-512 {found}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_bytes(package)
        part.replace(kept)
    except OSError:
        pass  # it is fetched again the next time
    return package


def script() -> str:
    """axe's source. NoAxe where there is none; AssertionError where the registry has another file than it had."""
    given = os.environ.get("LAGESBILD_AXE")
    if given:
        return pathlib.Path(given).read_text()
    with tarfile.open(fileobj=io.BytesIO(_package())) as package:
        return package.extractfile(MEMBER).read().decode()
