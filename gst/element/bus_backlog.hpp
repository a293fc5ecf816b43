// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gst_ptr.hpp"

namespace gemlive {

/// Posts messages of an element, and bounds those that wait: posted, and not yet freed by the
/// application. A bus has no bound, so an application that does not read it would lose memory. It
/// loses messages instead, details first, and gets a warning when that begins and when it ends.
/// Any thread.
class BusBacklog {
 public:
  enum class Importance { detail, essential };
  static constexpr std::size_t max_messages = 10'000;
  static constexpr std::size_t max_bytes = 32 << 20;

  /// `warn` posts a warning.
  BusBacklog(GstElement *element, std::function<void(const std::string &text)> warn)
      : element_(element), warn_(std::move(warn)) {}

  /// Posts or drops the message. Details are dropped beyond the bound, essential messages beyond
  /// twice as much.
  void post(MessagePtr message, Importance importance);

 private:
  /// Outlives the element if the application keeps messages.
  struct Waiting {
    std::atomic<std::size_t> messages = 0;
    std::atomic<std::size_t> bytes = 0;
  };
  struct Posted;
  /// Percentage of the bound that is used.
  std::size_t level() const;
  void count(GstMessage *message);

  GstElement *element_;
  std::function<void(const std::string &text)> warn_;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
  std::atomic<std::uint64_t> dropped_ = 0;  // since the last message that was posted
};

}  // namespace gemlive
