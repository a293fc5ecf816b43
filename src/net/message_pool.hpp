// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>
#include <string_view>

#include "message.hpp"

namespace gemlive {

/// Reuses memory for messages, so a steady flow does not allocate. A message may be released on any
/// thread, also after the pool is destroyed.
class MessagePool {
 public:
  MessagePool();
  ~MessagePool();

  /// Returns a copy of `message`. The owner's thread.
  Message copy(std::string_view message);

 private:
  struct Block;
  class FreeList;
  std::shared_ptr<FreeList> free_list_;
};

}  // namespace gemlive
