// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "environment.hpp"

#include <glib.h>

#include <cstdlib>

namespace gemlive {

Environment process_environment() {
  return [](const char *name) {
    const char *value = std::getenv(name);
    return std::string(value ? value : "");
  };
}

bool is_true(const std::string &value) {
  return value == "1" || g_ascii_strcasecmp(value.c_str(), "true") == 0;
}

}  // namespace gemlive
