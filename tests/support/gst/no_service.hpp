// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace gemlive::test {

/// The environment of a program that is to start the simulator itself. The canary test has a key,
/// and a key is a service.
inline std::vector<std::pair<std::string, std::string>> no_service() {
  const auto programs = std::filesystem::path(g_getenv("GEMLIVE_SIMULATOR")).parent_path();
  return {{"GEMLIVE_URI", ""},
          {"GOOGLE_API_KEY", ""},
          {"PATH", programs.string() + ":" + g_getenv("PATH")}};
}

}  // namespace gemlive::test
