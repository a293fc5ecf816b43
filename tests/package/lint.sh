#!/bin/sh
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs in the root that built the package, in which /src is the source: lintian, AppStream, the systemd unit.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get -qq install -y --no-install-recommends lintian systemd >/dev/null 2>&1
cd /src/build-deb
lintian --allow-root --fail-on error,warning --display-info --tag-display-limit 0 ./*.changes

appstreamcli validate --no-net gemlive-*/docs/packaging/*.metainfo.xml

# The unit names the user's program. Here it is the example.
install gemlive-*/obj-*/examples/c/voice-gateway /usr/local/bin
cp gemlive-*/docs/packaging/gemlive-gateway@.service /tmp
errors=$(systemd-analyze verify --man=no --recursive-errors=no '/tmp/gemlive-gateway@line.service' 2>&1) || { echo "$errors"; exit 1; }
[ -z "$errors" ] || { echo "$errors"; exit 1; }
