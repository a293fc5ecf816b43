# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The benchmark scripts source this file, with $build set. It provides the programs of that build, and a ws and a wss server.
export GST_PLUGIN_PATH=$build/gst GST_REGISTRY=$build/tests/bench/registry GST_REGISTRY_FORK=no
export GEMLIVE_SIMULATOR=$build/src/simulator/gemlive-simulator
gemlive_bench=$build/tests/bench/gemlive-bench
servers=()

# start_servers FOLDER: starts both servers and writes uri-ws, uri-wss and certificate.pem to FOLDER.
start_servers() {
  local folder=$1 scheme tls
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>/dev/null
  # The same as in gemlive-bench: 40 ms of audio per message, in real time.
  echo '[{"when":{"on":"turn"},"do":{"answer":{"tone":600000,"speed":1,"chunks":[1920]}}}]' >"$folder/script"
  rm -f "$folder"/server-*.txt  # of an earlier run
  for scheme in ws wss; do
    tls=()
    [ $scheme = wss ] && tls=(--tls-cert "$folder/certificate.pem" --tls-key "$folder/key.pem")
    "$GEMLIVE_SIMULATOR" --port 0 --voice tone --quiet --script "$folder/script" "${tls[@]}" \
      >"$folder/server-$scheme.txt" &
    servers+=($!)
    until grep -qs listening "$folder/server-$scheme.txt"; do
      kill -0 "${servers[-1]}" || return 1
      sleep 0.1
    done
    sed -n 's/.*listening on //p' "$folder/server-$scheme.txt" >"$folder/uri-$scheme"
  done
}

stop_servers() {
  [ ${#servers[@]} -eq 0 ] || kill "${servers[@]}"
}
