#!/usr/bin/env bash
# Compiles all sources with clang++ (14 on Debian 12), warnings as errors. Generates no code.
#   tests/clang.sh [FOLDER...]      only sources in these folders, e.g. src gst
# Exit status 77: clang is not installed, and cannot be installed.
set -euo pipefail
cd "$(dirname "$0")/.."
examples/setup-debian.sh test
if ! command -v clang++ >/dev/null; then
  { [ "$(id -u)" -eq 0 ] && apt-get install -y --no-install-recommends clang >/dev/null 2>&1; } ||
    { echo "SKIPPED: clang is not installed" >&2; exit 77; }
fi
build=build-clang
[ -f "$build/build.ninja" ] || CC=clang CXX=clang++ meson setup "$build" -Dtests=true --werror >/dev/null
python3 - "$build" "$@" <<'END'
import concurrent.futures, json, os, pathlib, shlex, subprocess, sys

build, folders = sys.argv[1], sys.argv[2:]
commands = json.loads(pathlib.Path(build, 'compile_commands.json').read_text())

def wanted(command):
    path = os.path.relpath(os.path.join(command['directory'], command['file']))
    if path.startswith(build + '/'):  # generated, and not there
        return False
    return not folders or path.startswith(tuple(folder.rstrip('/') + '/' for folder in folders))

def compile(command):
    words = shlex.split(command['command'])
    if os.path.basename(words[0]) == 'ccache':
        words = words[1:]
    at = words.index('-o')
    del words[at:at + 2]
    return subprocess.run(words + ['-fsyntax-only'], cwd=command['directory']).returncode == 0

# One command for each file, although some are in several programs.
commands = list({command['file']: command for command in commands if wanted(command)}.values())
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    good = list(pool.map(compile, commands))
print(f'clang: {sum(good)} of {len(good)} files have no warning')
sys.exit(0 if good and all(good) else 1)
END
