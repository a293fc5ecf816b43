// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string_view>

namespace gemlive::properties {

/// The nick and blurb of a setting, and its range if it is a number. Any thread.
struct PropertyDoc {
  const char *name = nullptr;
  const char *nick = nullptr;
  const char *blurb = nullptr;
  double minimum = 0;
  double maximum = 0;
};

/// By the name of a setting. Every setting of Config has one.
const PropertyDoc &property_doc(std::string_view name);

}  // namespace gemlive::properties
