// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "conversations.hpp"

#include <algorithm>

namespace gemlive::web {
namespace {

constexpr std::size_t most = 1000;
constexpr double lifetime = 2 * 3600;  // s

}  // namespace

void Conversations::put(const std::string &cookie, const std::string &handle, double now) {
  take(cookie, now);
  if (handle.empty()) return;
  if (kept_.size() == most) kept_.pop_front();
  kept_.push_back({cookie, handle, now});
}

std::string Conversations::take(const std::string &cookie, double now) {
  while (!kept_.empty() && now - kept_.front().since > lifetime)
    kept_.pop_front();
  const auto found = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const Kept &kept) { return kept.cookie == cookie; });
  if (found == kept_.end()) return {};
  const std::string handle = found->handle;
  kept_.erase(found);
  return handle;
}

}  // namespace gemlive::web
