// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "measure.hpp"

namespace gemlive::bench {

/// What the server saw of one session, from its --events file.
struct ServerSession {
  std::vector<Stamp> received = {};  // audio that came in
  std::vector<Stamp> sent = {};      // audio that went out
};

/// By the system instruction of the session's setup message. A line that is not understood is
/// passed over.
std::unordered_map<std::string, ServerSession> read_server_events(const std::string &file);

}  // namespace gemlive::bench
