// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include "notice.hpp"

namespace gemlive {

/// What a member of a conversation listens with. Called on the I/O thread.
class Listener {
 public:
  /// May close or destroy its own member.
  virtual void on_notice(const Notice &notice) = 0;
  /// Stats::state has changed. Every member is called, whatever its group.
  virtual void on_state_changed() {}

 protected:
  ~Listener() = default;
};

}  // namespace gemlive
