// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "secret.hpp"

namespace gemlive::auth {

/// An OAuth 2 access token from a token service. A value: one thread at a time.
struct Token {
  Secret value = {};
  std::chrono::seconds lifetime{0};
  std::string project = {};  // from the metadata server, otherwise empty
};

/// Whether a key or token has only characters that are allowed in a header. Any thread.
inline bool is_token_text(const Secret &token) {
  return std::ranges::all_of(token.reveal(), [](char c) { return g_ascii_isgraph(c); });
}

}  // namespace gemlive::auth
