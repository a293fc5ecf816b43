# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Starts gemlive-simulator, the local service, unless a service is configured. Source it in bash.
if [ -z "${GEMLIVE_URI:-}${GOOGLE_API_KEY:-}${GEMINI_API_KEY:-}${GOOGLE_APPLICATION_CREDENTIALS:-}${GOOGLE_CLOUD_PROJECT:-}" ] &&
  [ -z "${GCLOUD_PROJECT:-}${GOOGLE_GENAI_USE_VERTEXAI:-}${GOOGLE_GENAI_USE_ENTERPRISE:-}" ]; then
  command -v gemlive-simulator >/dev/null || {
    echo "No service is configured, and gemlive-simulator is not in PATH. Set GOOGLE_API_KEY, or work in the shell of: meson devenv -C build -w ." >&2
    exit 1
  }
  # In a session of its own, Ctrl-C does not end it before the last answer.
  exec {simulator_output}< <(exec setsid gemlive-simulator --port 0 --quiet)
  simulator=$!
  trap 'kill "$simulator"' EXIT
  read -r -u "$simulator_output" line || exit 1
  export GEMLIVE_URI=${line##* }
fi
