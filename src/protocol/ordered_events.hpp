// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <vector>

#include "server_event.hpp"

namespace gemlive::wire {

/// The order of events, independent of the order of the fields.
enum EventOrder {
  at_setup,
  at_user_transcript,
  at_model_transcript,  // before the audio that it belongs to
  at_content,
  at_tools,
  at_interruption,
  at_behind_interruption,  // the user's transcript, if it comes with the interruption alone
  at_generation_end,
  at_usage,
  at_turn_end,
  at_rest,
  at_error,
  event_orders,
};
using OrderedEvents = std::array<std::vector<ServerEvent>, event_orders>;

}  // namespace gemlive::wire
