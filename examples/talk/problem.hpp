// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace gemlive::talk {

/// What went wrong, and what the user can do about it. Both are whole sentences.
class Problem : public std::runtime_error {
 public:
  Problem(const std::string &what, std::string what_to_do)
      : std::runtime_error(what), what_to_do_(std::move(what_to_do)) {}
  const std::string &what_to_do() const { return what_to_do_; }

 private:
  std::string what_to_do_;
};

}  // namespace gemlive::talk
