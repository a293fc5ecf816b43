// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tokens.hpp"

#include <glib.h>

#include "glib_ptr.hpp"

namespace gemlive::simulator {

std::string Tokens::issue(int lifetime_s) {
  const StrPtr unique(g_uuid_string_random());
  const auto token = std::string("ya29.gemlive-test-") + unique.get();
  expiry_[token] = g_get_monotonic_time() + std::int64_t{lifetime_s} * G_USEC_PER_SEC;
  return token;
}

bool Tokens::is_valid(const std::string &token) const {
  const auto found = expiry_.find(token);
  return found != expiry_.end() && found->second > g_get_monotonic_time();
}

}  // namespace gemlive::simulator
