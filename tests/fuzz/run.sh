#!/bin/sh
# Runs one fuzz target under libFuzzer with ASan and UBSan (clang), from its corpus in the repository:
#
#   tests/fuzz/run.sh NAME [libFuzzer options, such as -runs=10000000 -max_total_time=1800]
#
# Builds in build-fuzz (or $FUZZ_BUILD). What is new is kept in $FUZZ_BUILD/corpus/NAME; what fails, in crash-… there.
set -eu
cd "$(dirname "$0")/../.."
name=$1
shift
build=${FUZZ_BUILD:-build-fuzz}
[ -d "$build" ] || CC=clang meson setup "$build" -Dfuzz=true -Dtests=enabled -Dwerror=false -Db_lundef=false \
    -Db_sanitize=address,undefined -Dbuildtype=debugoptimized >/dev/null
ninja -C "$build" "tests/fuzz/fuzz-$name" >/dev/null
mkdir -p "$build/corpus/$name"
dictionary=tests/fuzz/$name.dict
export LAGESBILD_KNOWLEDGE="$PWD/schema/knowledge" UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
exec "$build/tests/fuzz/fuzz-$name" -artifact_prefix="$build/corpus/" -print_final_stats=1 \
    $([ -f "$dictionary" ] && echo "-dict=$dictionary") "$@" "$build/corpus/$name" "tests/fuzz/corpus/$name"
