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

/// What a session counts on its thread, for any thread to read.
struct Counters {
  std::atomic<ConnectionState> state = ConnectionState::disconnected;
  std::atomic<std::uint64_t> messages_sent = 0;
  std::atomic<std::uint64_t> messages_received = 0;
  std::atomic<unsigned> turns = 0;
  std::atomic<unsigned> interruptions = 0;
  std::atomic<unsigned> connects = 0;
  std::atomic<unsigned> retries = 0;
  std::atomic<unsigned> resumptions = 0;
  std::atomic<unsigned> hand_overs = 0;
  std::atomic<std::uint64_t> replayed = 0;  // bytes of audio that were sent again
  Guarded<std::string> session_id;
  /// The newest good one, a secret; empty: there is none. Nothing before it begins.
  Guarded<std::optional<std::string>> handle;
};

}  // namespace gemlive
