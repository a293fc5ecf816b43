// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tool_call_assembler.hpp"

#include <algorithm>

namespace gemlive {
namespace {

/// A longer name or id is cut: it is refused anyway, but still too long to be another one.
constexpr std::size_t kept_of_name = 1025;

}  // namespace

bool ToolCallAssembler::add(const ToolCallPart &part) {
  auto found = find(part);
  if (found == open_.end()) {
    if (part.name.empty()) return false;  // of a call that was cancelled
    if (open_.size() == max_open) open_.erase(open_.begin());
    open_.push_back(
        {.id = part.id.substr(0, kept_of_name), .name = part.name.substr(0, kept_of_name)});
  } else {
    std::rotate(found, found + 1, open_.end());
  }
  auto &call = open_.back();
  if (!part.args.empty() && part.args != "{}") call.args.set(part.args);
  for (const auto &arg : part.partial_args)
    call.args.add(arg);
  if (part.will_continue) return true;
  complete_ = {
      .call = {.id = std::move(call.id), .name = std::move(call.name), .args = call.args.text()},
      .fault = call.args.fault()};
  open_.pop_back();
  return true;
}

std::vector<ToolCallAssembler::Open>::iterator ToolCallAssembler::find(const ToolCallPart &part) {
  if (!part.id.empty()) return std::ranges::find(open_, part.id, &Open::id);
  if (open_.empty()) return open_.end();
  const auto newest = open_.end() - 1;
  return part.name.empty() || part.name == newest->name ? newest : open_.end();
}

void ToolCallAssembler::cancel(const std::string &id) {
  std::erase_if(open_, [&](const Open &call) { return call.id == id; });
}

}  // namespace gemlive
