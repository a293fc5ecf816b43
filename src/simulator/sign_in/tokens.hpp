// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace gemlive::simulator {

/// The access tokens that the simulator has issued. Main thread.
class Tokens {
 public:
  std::string issue(int lifetime_s);
  void revoke(const std::string &token) { expiry_.erase(token); }
  bool is_valid(const std::string &token) const;

 private:
  std::map<std::string, std::int64_t> expiry_;  // by token, monotonic us
};

}  // namespace gemlive::simulator
