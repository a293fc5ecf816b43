// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>
#include <string_view>

#include "glib_ptr.hpp"

namespace gemlive {

/// Memory for messages that is used again: a steady flow allocates nothing. What it made may be
/// dropped on any thread, and after the pool.
class MessagePool {
 public:
  MessagePool();
  ~MessagePool();

  /// The owner's thread.
  BytesPtr copy(std::string_view message);

 private:
  struct Block;
  class Shelf;
  std::shared_ptr<Shelf> shelf_;
};

}  // namespace gemlive
