#!/bin/bash
# Every test, as CI runs them: unit and database tests under sanitizers, then the daemon over HTTP and in a browser.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

./quickstart.sh --build-only

packages=(
    libcmocka-dev
    python3-pytest python3-pytest-xdist python3-psycopg2 python3-requests python3-jsonschema
    gdal-bin chromium chromium-driver python3-selenium fonts-dejavu-core poppler-utils
)
missing=()
for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    root=; [ "$(id -u)" = 0 ] || root=sudo
    $root apt-get update -q
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

[ -f build-san/build.ninja ] ||
    meson setup build-san -Dtests=enabled -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debugoptimized
ninja -C build-san

# A small quarantine: freed memory that is kept for checking must not look like memory that is used.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0:strict_string_checks=1:quarantine_size_mb=16}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
meson test -C build-san --print-errorlogs --no-rebuild

# Debian's own Python, whose packages were just installed, even where another one comes first in PATH. Much of a test is
# waiting, so each processor gets a file of tests of its own, and each file its own daemon and database.
exec /usr/bin/python3 -m pytest tests/http -q -p no:cacheprovider -n "$(nproc)" --maxprocesses=4 --dist loadfile "$@"
