#!/bin/sh
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs in a root with the installed package, as an ordinary user without any setting: the plugin's description, the manual
# pages, and the pipelines of README.md with gemlive-simulator.
set -eu
cd

gst-inspect-1.0 gemlive >inspect.txt 2>inspect.err
[ ! -s inspect.err ] || { cat inspect.err; exit 1; }
if grep 'WARNING\|CRITICAL' inspect.txt; then exit 1; fi

for program in $(dpkg -L gstreamer1.0-gemlive | grep '^/usr/bin/.'); do
  dpkg -L gstreamer1.0-gemlive | grep -qx "/usr/share/man/man1/$(basename "$program").1.gz" || { echo "no manual page: $program"; exit 1; }
done

# A conversation without an account: it starts the simulator.
gemlive-talk --input /usr/share/gemlive/question.wav --output talk.wav >talk.txt || { cat talk.txt; exit 1; }
grep '^model: ' talk.txt

# The README's question is that of the source.
mkdir -p examples/data
cp /usr/share/gemlive/question.wav examples/data

# The README's line, and then its pipelines. A conversation with devices, of which there are none here, ends by Ctrl-C.
service=$(grep '^gemlive-simulator --quiet &' /try/README.md)
eval "$service"
grep '^gst-launch-1.0 ' /try/README.md >pipelines.txt
[ "$(wc -l <pipelines.txt)" -ge 2 ]
while read -r line; do
  echo "  $line"
  case "$line" in
    *autoaudiosrc*) line="timeout --signal=INT 5 $line" ;;
    *) line="timeout 60 $line" ;;
  esac
  if eval "$line" </dev/null >launch.log 2>&1; then status=0; else status=$?; fi
  # timeout: 124 if it had to send the signal, which is Ctrl-C.
  case "$line:$status" in
    *:0 | *--signal=INT*:124) if grep '^ERROR\|WARNING \*\*\|CRITICAL' launch.log; then exit 1; fi ;;
    *) cat launch.log; exit 1 ;;
  esac
done <pipelines.txt
