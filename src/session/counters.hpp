// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "guarded.hpp"
#include "notice.hpp"

namespace gemlive {

/// Counters and state of a session. The session's thread writes, any thread reads.
struct Counters {
  std::atomic<ConnectionState> state = ConnectionState::disconnected;
  std::atomic<std::uint64_t> messages_sent = 0;
  std::atomic<std::uint64_t> messages_received = 0;
  std::atomic<unsigned> turns = 0;
  std::atomic<unsigned> interruptions = 0;
  std::atomic<unsigned> connects = 0;
  std::atomic<unsigned> retries = 0;
  std::atomic<unsigned> resumptions = 0;
  std::atomic<unsigned> planned_reconnects = 0;
  std::atomic<std::uint64_t> resent = 0;  // bytes of audio
  Guarded<std::string> session_id;
  /// The newest valid resumption handle, a secret. Empty: no handle. None before the start.
  Guarded<std::optional<std::string>> handle;
};

}  // namespace gemlive
