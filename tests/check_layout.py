#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks the layout rules of the source tree. Prints each violation; exit status 1 if there is one.

usage: check_layout.py [--words] [--skip FOLDER]... [SOURCE_DIR]

- Header names are unique in src/, gst/ and tests/.
- An #include "x.hpp" in src/FOLDER or gst/FOLDER names a header of the folder itself, or of a folder that the folder's
  meson.build lists: "# may include: FOLDER FOLDER". "core" means the folders in CORE. A file in gst/ itself may
  include all folders of gst/ and the core.
- Only the folders in DOORS include a third-party library, and no file in src/ includes GStreamer.
- src/FOLDER/NOUN.cpp is tested by tests/FOLDER/NOUN_test.cpp, gst/FOLDER/NOUN.cpp by tests/gst/FOLDER/NOUN_test.cpp, and
  src/simulator/.../NOUN.cpp by tests/simulator/NOUN_test.cpp, except for the files in NO_TEST.
- No for loop runs over what a temporary lock guards: C++20 unlocks before the first round.
- With --words: none of the WORDS is in src/, gst/ or tests/, neither as a name nor in prose.

Headers with more than 100 lines are listed, but are not a violation."""
import argparse
import pathlib
import re
import sys

SOURCES = (".cpp", ".hpp", ".c", ".h", ".sh", ".mjs", ".build")
MAX_HEADER_LINES = 100
# The folders of src/ that gst/ may include.
CORE = ("conversation", "queue", "api", "base")
# The folders that may include a third-party library. A folder stands for its subfolders.
DOORS = {
    "libsoup": (re.compile(r"libsoup/"), ("src/net", "src/simulator/sign_in")),
    "OpenSSL": (re.compile(r"openssl/"), ("src/auth", "src/simulator/sign_in")),
    "simdjson": (re.compile(r"simdjson"), ("src/json", "src/simulator")),
    "GStreamer": (re.compile(r"gst/"), ("gst",)),
}
# Source files without a test file of their own, with the reason. A file that gets one leaves this list.
NO_TEST = {
    "gst/gstgemlive.cpp": "a GObject shell: the tests with pipelines, in tests/gst itself",
    "gst/gstgemlivesink.cpp": "a GObject shell: sink_input_test",
    "gst/gstgemlivesrc.cpp": "a GObject shell: playout_test",
    "gst/input/sink_input_events.cpp": "a part of SinkInput: sink_input_test",
    "gst/input/sink_input_text.cpp": "a part of SinkInput: text_splitter_test and text_turns_test",
    "gst/output/playout_text.cpp": "a part of Playout: text_streams_test and dubbing_test",
    "gst/plugin.cpp": "registers the elements: every test with a pipeline",
    "gst/util/categories.cpp": "declares the debug categories: core_log_test and the logs of all tests",
    "src/base/io_thread_pool.cpp": "a part of IoThread: io_thread_test",
    "src/net/soup_handshake.cpp": "soup_transport_test, soup_tls_test, soup_flood_test and proxy_test",
    "src/net/soup_request.cpp": "token_fetch_test",
    "src/net/soup_session.cpp": "soup_tls_test and proxy_test",
    "src/simulator/main.cpp": "the main program: all tests with the simulator, and options_test",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
LOOP_OVER_A_LOCK = re.compile(r"\bfor \([^;:()]*:[^;:]*?\block\(\)")
MAY_INCLUDE = re.compile(r"^# may include:(.*)$", re.MULTILINE)

# Words that the code used before and that say nothing to a newcomer, with the words to use instead.
WORDS = {
    "sitting": "session host", "seat": "member", "audiences?": "group", "participant": "conversation client",
    "intake": "sink input", "outbox": "input queue", "vigil": "exchange, deadlines", "conclusion": "exchange",
    "dialogue": "receiver", "replay(?:s|ed|ing)?": "resend", "tool_?desk": "tool call handler",
    "recovery": "reconnect policy", "remed(?:y|ies)": "retry", "pulse": "heartbeat", "errands?": "work guard",
    "wordless": "without a transcript", "facts?": "event", "ears?": "audio input", "journal": "event log",
    "occasions?": "trigger", "hand-?overs?": "planned reconnect", "afresh": "again",
}
WORD = re.compile(r"(?<![a-z])(?:" + "|".join(WORDS) + r")(?![a-z])")
# Public names, and the terms of other specifications: OAuth's "audience", percentiles of "recovery".
ALLOWED_WORDS = (
    (re.compile(r"(input-)?replayed|hand-overs|\bhand_overs\b"), ("src", "gst", "tests")),
    (re.compile(r"audience", re.IGNORECASE), ("src/auth", "src/simulator", "tests/auth", "tests/fuzz",
                                            "tests/simulator", "tests/gst")),
    (re.compile(r"recovery p50"), ("tests/chaos",)),
    (re.compile(r"--replay"), ("gst", "tests/support")),
    (re.compile(r"pulse_?(audio|server)|pipewire-pulse|pulse/native", re.IGNORECASE), ("tests/talk",)),
    (re.compile(r"replay(s|ed|ing)?", re.IGNORECASE), ("src/simulator", "tests/simulator", "tests/meson.build",
                                                            "tests/gst/capture_test.cpp")),
)


def is_inside(path, folders):
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


class Tree:
    def __init__(self, root, skipped):
        self.root = root
        self.texts = {}  # by path, for example "src/net/frame.hpp"
        for top in ("src", "gst", "tests"):
            for file in sorted((root / top).rglob("*")):
                path = file.relative_to(root).as_posix()
                if file.suffix in SOURCES and file.is_file() and not is_inside(path, skipped):
                    self.texts[path] = file.read_text(encoding="utf-8")
        self.headers = {}  # paths by name
        for path in self.texts:
            if path.endswith((".hpp", ".h")):
                self.headers.setdefault(path.rsplit("/", 1)[1], []).append(path)
        self.problems = []

    def report(self, path, offset, problem):
        line = self.texts[path].count("\n", 0, offset) + 1
        self.problems.append(f"{path}:{line}: {problem}")

    def check_names(self):
        for paths in self.headers.values():
            for path in paths[1:]:
                self.report(path, 0, f"{paths[0]} has the same name")

    def allowed(self, folder):
        """The folders that `folder` may include; None if its meson.build does not say."""
        if folder == "gst":  # the GObject shells
            return {"gst", *(f"gst/{path.parent.name}" for path in self.root.glob("gst/*/meson.build")),
                    *("src/" + core for core in CORE)}
        build = self.root / folder / "meson.build"
        line = MAY_INCLUDE.search(build.read_text(encoding="utf-8")) if build.is_file() else None
        if not line:
            return None
        places = ["src"] if folder.startswith("src/") else ["gst", "src"]
        if folder.count("/") > 1:  # of a program with folders of its own
            places.insert(0, folder.rsplit("/", 1)[0])
        places.insert(0, folder)
        found = {folder}
        for name in line[1].replace(",", " ").split():
            if name == "nothing":
                continue
            names = CORE if name == "core" else (name,)
            for name in names:
                home = next((place for place in places if (self.root / place / name).is_dir()), None)
                if home:
                    found.add(f"{home}/{name}")
                else:
                    self.problems.append(f"{folder}/meson.build: may include: there is no folder {name}")
        return found

    def check_walls(self):
        allowed = {}
        for path, text in self.texts.items():
            if path.startswith("tests/") or path.endswith(".build"):
                continue
            folder = path.rsplit("/", 1)[0]
            if folder not in allowed:
                allowed[folder] = self.allowed(folder)
                if allowed[folder] is None:
                    self.problems.append(f'{folder}/meson.build: has no line "# may include:"')
            if allowed[folder] is None:
                continue
            for include in INCLUDE.finditer(text):
                header = include[1]
                if not header:
                    continue
                homes = {home.rsplit("/", 1)[0] for home in self.headers.get(header, [])}
                if not homes:
                    self.report(path, include.start(), f"{header} is not in the tree")
                elif not homes & allowed[folder]:
                    self.report(path, include.start(), f"{header} is in {', '.join(sorted(homes))}: "
                                                       f"{folder} may not include that")

    def check_doors(self):
        for path, text in self.texts.items():
            if path.startswith("tests/"):
                continue
            for include in INCLUDE.finditer(text):
                name = include[1] or include[2]
                for library, (pattern, folders) in DOORS.items():
                    if pattern.match(name) and not is_inside(path, folders):
                        self.report(path, include.start(), f"{library} may only be included in {', '.join(folders)}")

    def check_loops(self):
        for path, text in self.texts.items():
            for loop in LOOP_OVER_A_LOCK.finditer(text):
                self.report(path, loop.start(), "the loop runs without the lock: give the lock a name before it")

    def check_tests(self):
        for path in self.texts:
            if not path.endswith(".cpp") or path.startswith("tests/"):
                continue
            folder, noun = path[:-len(".cpp")].rsplit("/", 1)
            if is_inside(folder, ["src/simulator"]):
                folder = "src/simulator"
            test = f"tests/{folder.removeprefix('src/')}/{noun}_test.cpp"
            if test not in self.texts and path not in NO_TEST:
                self.report(path, 0, f"has no test: {test}")
            elif test in self.texts and path in NO_TEST:
                self.report(path, 0, f"has a test, {test}: remove it from NO_TEST")
        for path in NO_TEST.keys() - self.texts.keys():
            self.problems.append(f"{path}: is not in the tree: remove it from NO_TEST")

    def check_words(self):
        for path, text in self.texts.items():
            for number, line in enumerate(text.splitlines(), 1):
                rest = line
                for pattern, folders in ALLOWED_WORDS:
                    if is_inside(path, folders):
                        rest = pattern.sub("", rest)
                words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", rest).lower()  # "ToolDesk" becomes "tool_desk"
                for word in WORD.finditer(words):
                    instead = next(better for old, better in WORDS.items() if re.fullmatch(old, word[0]))
                    self.problems.append(f'{path}:{number}: "{word[0]}": write "{instead}"')

    def long_headers(self):
        for paths in self.headers.values():
            for path in paths:
                lines = self.texts[path].count("\n")
                if lines > MAX_HEADER_LINES:
                    yield f"{path}: {lines} lines"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--words", action="store_true", help="also look for words that are not used any more")
    parser.add_argument("--skip", action="append", default=[], metavar="FOLDER", help="a folder that is not checked")
    parser.add_argument("root", nargs="?", default=pathlib.Path(__file__).parents[1], type=pathlib.Path)
    arguments = parser.parse_args()
    tree = Tree(arguments.root, arguments.skip)
    if len(tree.headers) < 50:
        sys.exit(f"{arguments.root} is not the source folder of gemlive")
    tree.check_names()
    tree.check_walls()
    tree.check_doors()
    tree.check_loops()
    tree.check_tests()
    if arguments.words:
        tree.check_words()
    for header in tree.long_headers():
        print(f"note: {header}, more than {MAX_HEADER_LINES}")
    for problem in tree.problems:
        print(problem)
    print(f"{len(tree.texts)} files, {len(tree.problems)} violations")
    sys.exit(1 if tree.problems else 0)


main()
