// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "partial_args.hpp"
#include "server_event.hpp"

namespace gemlive {

/// Makes calls of their parts. A part with an id belongs to the call with this id. A part without
/// an id belongs to the newest call, unless it has another name. Bounded: 16 calls, and
/// PartialArgs::max_bytes each. Pure. One thread at a time.
class ToolCallAssembler {
 public:
  struct Complete {
    ToolCall call = {};
    wire::PartialArgs::Fault fault = wire::PartialArgs::Fault::none;
  };

  /// False: the part belongs to no call, and begins none.
  bool add(const ToolCallPart &part);
  /// The call that the last part has completed.
  std::optional<Complete> take_complete() { return std::exchange(complete_, std::nullopt); }
  bool empty() const { return open_.empty(); }
  void cancel(const std::string &id);
  void clear() { open_.clear(); }

 private:
  static constexpr std::size_t max_open = 16;

  struct Open {
    std::string id = {};
    std::string name = {};
    wire::PartialArgs args = {};
  };
  std::vector<Open>::iterator find(const ToolCallPart &part);

  std::vector<Open> open_;  // the newest last
  std::optional<Complete> complete_;
};

}  // namespace gemlive
