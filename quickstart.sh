#!/bin/bash
# From a fresh Debian 12 to a lägesbild: installs what is needed, builds, starts, posts the sample reports.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

usage() {
    cat <<'TEXT'
usage: ./quickstart.sh [--no-serve | --stop | --build-only]

  (nothing)     install, build, start the service on http://127.0.0.1:8080, post the sample
                reports, print the lägesbild of Bro; the service goes on until --stop
  --no-serve    the same, but print the lägesbild as JSON, last, and stop everything
  --stop        stop the service
  --build-only  install and build, no more

Environment: LAGESBILD_LISTEN (127.0.0.1:8080), LAGESBILD_DATA (./var).
Run as root, or as a user with sudo (asked for only while packages are missing).
TEXT
}

mode=serve
case "${1:-}" in
    "") ;;
    --no-serve) mode=once ;;
    --stop) mode=stop ;;
    --build-only) mode=build ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf 'quickstart: %s\n' "$*" >&2; exit 1; }

packages=(
    # to build
    gcc libc6-dev meson ninja-build pkg-config
    libcairo2-dev libcjson-dev libcsv-dev libcurl4-openssl-dev libevent-dev libgeos-dev libgmime-3.0-dev libgsl-dev
    libgumbo-dev libhttp-parser-dev libinih-dev liblinear-dev libpango1.0-dev libpq-dev libsodium-dev libutf8proc-dev uthash-dev zlib1g-dev
    # to run
    fonts-liberation postgresql-15 postgresql-15-postgis-3 postgresql-15-postgis-3-scripts tzdata
)

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "packages are missing and this is neither root nor a user with sudo; as root: apt-get install ${packages[*]}"
    fi
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

install_packages() {
    local missing=() package
    for package in "${packages[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    say "Installing ${#missing[@]} Debian packages"
    if ! is_installed postgresql-common; then
        # The service runs a PostgreSQL of its own; nobody asked for a second one on the machine.
        as_root mkdir -p /etc/postgresql-common/createcluster.d
        echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.d/lagesbild.conf >/dev/null
    fi
    as_root apt-get update -q >&2 || fail "apt-get update failed; is there a network?"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >&2 ||
        fail "packages could not be installed; the lines above say why"
}

build() {
    say "Building"
    [ -f build/build.ninja ] || meson setup build >&2
    ninja -C build >&2 || fail "the build failed; the lines above say why"
}

# The private PostgreSQL never runs as root, and must be able to reach its files.
data_directory() {
    local data=${LAGESBILD_DATA:-$PWD/var}
    mkdir -p "$data"
    if [ "$(id -u)" = 0 ] && ! runuser -u postgres -- test -x "$data"; then
        local elsewhere=/var/lib/lagesbild/$(printf %s "$PWD" | sha256sum | cut -c1-12)
        say "User postgres may not enter $data; the data is kept in $elsewhere"
        mkdir -p "$elsewhere"
        rmdir "$data" 2>/dev/null && ln -s "$elsewhere" "$data"
        data=$elsewhere
    fi
    echo "$data"
}

is_running() { [ -f "$data/daemon.pid" ] && kill -0 "$(cat "$data/daemon.pid")" 2>/dev/null; }

stop() {
    is_running || { rm -f "$data/daemon.pid"; return 0; }
    say "Stopping the service"
    local pid
    pid=$(cat "$data/daemon.pid")
    kill "$pid"
    for _ in $(seq 600); do
        kill -0 "$pid" 2>/dev/null || { rm -f "$data/daemon.pid"; return 0; }
        sleep 0.1
    done
    fail "process $pid does not stop; see $data/daemon.log"
}

start() {
    say "Starting the service and its database in $data"
    : >"$data/daemon.log"
    build/daemon/lagesbildd --embedded "$data" --listen "$1" >>"$data/daemon.log" 2>&1 </dev/null &
    echo $! >"$data/daemon.pid"
    for _ in $(seq 1200); do
        url=$(sed -n 's/^lagesbild listens on //p' "$data/daemon.log")
        [ -n "$url" ] && break
        is_running || { cat "$data/daemon.log" >&2; rm -f "$data/daemon.pid"; fail "the service did not start; the lines above say why"; }
        sleep 0.1
    done
    [ -n "$url" ] || fail "the service did not come up in two minutes; see $data/daemon.log"
    export LAGESBILD_URL=$url LAGESBILD_TOKEN
    LAGESBILD_TOKEN=$(cat "$data/admin-token")
}

# Everything here may be posted again: what is stored already stays as it is.
post_samples() {
    say "Posting the sample reports and observations"
    local samples=schema/samples file kind source municipality date organisation
    : >"$data/samples.log"
    # The last column of the manifest may hold anything; the others hold no comma.
    tail -n +2 "$samples/samples.csv" | while IFS=, read -r file kind source municipality date organisation; do
        case $kind in
            observations) build/clients/lagesbild import observations "$samples/$file" ;;
            *) build/clients/lagesbild report "$samples/$file" --date "$date" --source "$source" \
                --municipality "$municipality" --organisation "$organisation" ;;
        esac >>"$data/samples.log" 2>&1 ||
            say "Not all of $file was taken (were other samples posted here before?); see $data/samples.log"
    done
}

# What runs can be stopped whether or not what is here can be built; before PostgreSQL was there, nothing ran.
if [ $mode = stop ]; then
    id postgres >/dev/null 2>&1 || exit 0
    data=$(data_directory)
    stop
    exit 0
fi

install_packages
build
[ $mode = build ] && exit 0
data=$(data_directory)
stop

if [ $mode = once ]; then
    start 127.0.0.1:0
    trap stop EXIT
    post_samples
    build/clients/lagesbild show bro 2026-W11 --format json
    exit 0
fi

start "${LAGESBILD_LISTEN:-127.0.0.1:8080}"
post_samples
say "Lägesbild Bro, v. 11 2026"
build/clients/lagesbild show bro 2026-W11 --format text
cat >&2 <<TEXT

The page:      $url/
               (any user name; the token is the password)
The token:     $LAGESBILD_TOKEN
               (also in $data/admin-token)
Command line:  export LAGESBILD_URL=$url LAGESBILD_TOKEN=\$(cat $data/admin-token)
               build/clients/lagesbild --help
To stop:       ./quickstart.sh --stop
TEXT
