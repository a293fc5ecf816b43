// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <list>
#include <string>

namespace gemlive::web {

/// The handles of visitors who left, by their cookies. A service keeps a conversation for about two
/// hours. The oldest are forgotten first.
class Conversations {
 public:
  void put(const std::string &cookie, const std::string &handle, double now);
  /// Removes and returns the handle. Empty: none, or too old.
  std::string take(const std::string &cookie, double now);
  std::size_t size() const { return kept_.size(); }

 private:
  struct Kept {
    std::string cookie;
    std::string handle;
    double since;
  };
  std::list<Kept> kept_;  // the oldest first
};

}  // namespace gemlive::web
