// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <variant>

#include "notice.hpp"

namespace gemlive {

template <typename... Bodies>
bool holds_any(const Notice &notice) {
  return (std::holds_alternative<Bodies>(notice.body) || ...);
}

/// Details are dropped first when there is too much for an application. It waits for none of them:
/// their texts are also part of notice::TurnComplete, and the newest handle can be read at any
/// time. Any thread.
inline bool is_detail(const Notice &notice) {
  return holds_any<Transcript, InterimTranscript, Text, Usage, notice::Activity, GoAway,
                   ResumptionUpdate, ServerMessage>(notice);
}

}  // namespace gemlive
