// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>

#include "notice.hpp"
#include "secret_mask.hpp"

namespace gemlive {

/// Hides secrets in the notices that contain free text of the service: errors, close reasons,
/// unknown messages and usage. The content of the conversation is not changed. Any thread.
class NoticeMask {
 public:
  using Notify = std::function<void(const Notice &)>;

  NoticeMask(std::shared_ptr<const SecretMask> secrets, Notify notify);

  /// Passes the notice on, with its secrets hidden.
  void operator()(const Notice &notice) const;

 private:
  std::shared_ptr<const SecretMask> secrets_;
  Notify notify_;
};

}  // namespace gemlive
