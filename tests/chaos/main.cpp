// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-chaos: pipelines under network and server faults. Run by tests/chaos/run.sh.

#include <gst/gst.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "endurance.hpp"
#include "fault.hpp"

namespace {

/// The value after an option, or `otherwise`.
long option(int argc, char **argv, const char *name, long otherwise) {
  for (int i = 2; i + 1 < argc; ++i)
    if (std::strcmp(argv[i], name) == 0) return std::atol(argv[i + 1]);
  return otherwise;
}

bool has(int argc, char **argv, const char *name) {
  return std::any_of(argv + 1, argv + argc,
                     [name](const char *given) { return std::strcmp(given, name) == 0; });
}

}  // namespace

int main(int argc, char **argv) {
  gst_init(&argc, &argv);
  const std::string what = argc > 1 ? argv[1] : "";
  const bool quick = has(argc, argv, "--quick");
  const auto number = [&](const char *name, long full, long short_run) {
    return option(argc, argv, name, quick ? short_run : full);
  };
  const auto seed = static_cast<std::uint32_t>(option(argc, argv, "--seed", g_random_int()));
  using namespace gemlive::chaos;
  if (what == "table")
    return print_fault_table(argc > 2 && argv[2][0] != '-' ? argv[2] : "", quick,
                             static_cast<int>(number("--repeat", 1, 1)))
               ? 0
               : 1;
  if (what == "random")
    return run_random_faults(static_cast<int>(number("--faults", 1000, 40)), seed) ? 0 : 1;
  if (what == "soak")
    return run_soak(static_cast<int>(number("--minutes", 1440, 60)), seed) ? 0 : 1;
  if (what == "states")
    return run_state_changes(static_cast<int>(number("--rounds", 200, 10))) ? 0 : 1;
  std::fprintf(stderr,
               "usage: gemlive-chaos table [FAULT] [--repeat N] | random [--faults N] [--seed N] | "
               "soak [--minutes N] [--seed N] | states [--rounds N]; --quick: a shorter run\n");
  return 2;
}
