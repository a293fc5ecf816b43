// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include "notice.hpp"

namespace gemlive {

/// The callbacks of a member of a conversation. Called on the I/O thread.
class Listener {
 public:
  /// May close or destroy its member.
  virtual void on_notice(const Notice &notice) = 0;
  /// Stats::state changed. Each member of a group is called.
  virtual void on_state_changed() {}
  /// The conversation accepts no more input, and its output ends: after the last answer, a timeout,
  /// or a failure. Each member of a group is called.
  virtual void on_ended() {}

 protected:
  ~Listener() = default;
};

}  // namespace gemlive
