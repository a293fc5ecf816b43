// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <string>

#include "input_item.hpp"
#include "notice.hpp"
#include "output_item.hpp"
#include "picture_slot.hpp"

namespace gemlive {

/// The counters of a conversation, for the property `stats`. A value: any thread.
struct Stats {
  ConnectionState state = ConnectionState::disconnected;
  std::string session_id = {};
  input::Stats input = {};
  PictureSlot::Stats pictures = {};
  output::Stats output = {};
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_received = 0;
  unsigned turns = 0;
  unsigned interruptions = 0;
  unsigned connects = 0;
  unsigned retries = 0;
  unsigned resumptions = 0;
  unsigned planned_reconnects = 0;
  std::uint64_t resent = 0;  // bytes of input audio
};

}  // namespace gemlive
