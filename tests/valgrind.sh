#!/bin/sh
# A program under Valgrind, whose every complaint ends it with status 99:
#
#   meson test -C build --suite unit --wrap=$PWD/tests/valgrind.sh      a unit test (given by its path)
#   LAGESBILDD=$PWD/tests/valgrind.sh python3 -m pytest test_tokens.py  the daemon of build/, in the HTTP tests
set -eu
here=$(dirname "$(readlink -f "$0")")
case ${1-} in
/*) ;;
*) set -- "$here/../build/daemon/lagesbildd" "$@" ;;
esac
exec valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --num-callers=30 \
    "$@"
