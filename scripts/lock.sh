#!/usr/bin/env bash
# Write requirements-demo.lock and requirements.lock: everything that a clean installation of each list brings.
# make_venv.sh holds installations to these versions. Run it (`make lock`) after changing a list.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for list in requirements-demo requirements; do
    UNLOCKED=1 bash scripts/make_venv.sh "$folder/$list" "$list.txt"
    {
        echo "# Made by \`make lock\` from $list.txt. Constraints: a line counts only where its package is needed."
        "$folder/$list/bin/python" -m pip freeze --exclude pip --exclude setuptools
    } >"$folder/$list.lock"
    mv "$folder/$list.lock" "$list.lock"
done
