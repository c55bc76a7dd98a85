#!/usr/bin/env bash
# Make or refresh a virtual environment: make_venv.sh FOLDER REQUIREMENTS
# FOLDER/.installed is written last, so an interrupted installation is taken up again by the next call.
set -euo pipefail
folder=$1
requirements=$2

fail() {
    echo "$1" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        command -v "$PYTHON" >/dev/null || fail "PYTHON=$PYTHON: there is no such program; name a Python 3.11 or later"
        new_enough "$PYTHON" || fail "PYTHON=$PYTHON is $("$PYTHON" --version 2>&1); Python 3.11 or later is needed"
        echo "$PYTHON"
        return
    fi
    for candidate in python3 python3.13 python3.12 python3.11 python3.14 python; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or later is needed and none is on PATH ($(python3 --version 2>&1 || true)); install one, or name it: make PYTHON=/path/to/python3.12 ..."
}

if ! new_enough "$folder/bin/python"; then
    python=$(choose_python)
    echo "Making $folder with $("$python" --version)"
    "$python" -m venv --clear "$folder" ||
        fail "$python could not make a virtual environment; on Debian and Ubuntu, apt install python3-venv"
fi

echo "Installing $requirements into $folder (once)"
set -- -r "$requirements"
[ -t 1 ] || set -- --quiet "$@"
lock=${requirements%.txt}.lock  # what those packages bring along, in the versions that were tested
[ ! -f "$lock" ] || [ -n "${UNLOCKED:-}" ] || set -- --constraint "$lock" "$@"
"$folder/bin/python" -m pip install --disable-pip-version-check --no-input "$@" ||
    fail "pip could not install $requirements; the lines above say why. Run the same command again to go on"
touch "$folder/.installed"
