# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starts gemlive-simulator, the local service, where no service is configured."""
import ctypes
import os
import signal
import subprocess
import sys
import tempfile

VARIABLES = ("GEMLIVE_URI", "GOOGLE_API_KEY", "GEMINI_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT",
             "GCLOUD_PROJECT", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE")
PR_SET_PDEATHSIG = 1


def use_simulator_unless_configured(script="[]"):
    """Sets GEMLIVE_URI. The simulator ends with this process. `script`: its steps as JSON (docs/simulator.md)."""
    if any(os.environ.get(name) for name in VARIABLES):
        return
    libc = ctypes.CDLL(None)
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(script)
        file.flush()
        try:
            # In a session of its own, Ctrl-C does not end it before the last answer.
            process = subprocess.Popen(
                ["gemlive-simulator", "--quiet", "--port", "0", "--script", file.name], stdout=subprocess.PIPE,
                text=True, start_new_session=True, preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM))
        except FileNotFoundError:
            sys.exit("No service is configured, and gemlive-simulator is not in PATH. "
                     "Set GOOGLE_API_KEY, or work in the shell of: meson devenv -C build -w .")
        line = process.stdout.readline()
    if "ws://" not in line:
        sys.exit("gemlive-simulator does not start")
    os.environ["GEMLIVE_URI"] = line.split()[-1]
