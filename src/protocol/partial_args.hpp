// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "server_event.hpp"

namespace gemlive::wire {

/// The arguments of a call, from values that arrive one by one. A path is `$` with members and
/// items (`.name`, `['name']`, `[0]`), as RFC 9535 writes them. Pure. One thread at a time.
class PartialArgs {
 public:
  static constexpr std::size_t max_bytes = 1024 * 1024;

  PartialArgs();
  ~PartialArgs();
  PartialArgs(PartialArgs &&) noexcept;
  PartialArgs &operator=(PartialArgs &&) noexcept;

  /// Replaces everything by a JSON object.
  void set(std::string_view args);
  void add(const PartialArg &arg);
  enum class Fault {
    none,
    too_large,  // more than max_bytes have arrived, and all of it was dropped
    bad_path,   // the path of a value cannot be read, so the value was dropped
  };
  Fault fault() const;
  /// Compact JSON.
  std::string text() const;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace gemlive::wire
