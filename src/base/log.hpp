// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>

#include <chrono>
#include <cstdarg>
#include <memory>
#include <string>
#include <utility>

#include "secret_mask.hpp"

namespace gemlive {

/// Writes the core's log lines: "session-name: text", each with a topic. A value; all methods: any
/// thread. For a disabled line, only the check runs: nothing is formatted or allocated.
/// Callers never log a secret (key, token, resumption handle) or the content of a conversation.
/// A mask hides the secrets that a server quotes.
class Log {
 public:
  enum class Level { error, warning, info, debug };
  enum class Topic { session, net, protocol };
  /// The receiver of the lines. Both functions are called on any thread. `is_enabled` is asked for
  /// each line, so that a changed threshold takes effect at once.
  struct Sink {
    bool (*is_enabled)(Topic, Level) = nullptr;
    void (*write)(Topic, Level, const char *line) = nullptr;
  };

  Log() = default;
  explicit Log(Sink sink) : sink_(sink) {}

  Log with_name(std::string name) const {
    auto log = *this;
    log.name_ = std::make_shared<const std::string>(std::move(name));
    return log;
  }
  Log with_mask(std::shared_ptr<const SecretMask> mask) const {
    auto log = *this;
    log.mask_ = std::move(mask);
    return log;
  }
  Log with_topic(Topic topic) const {
    auto log = *this;
    log.topic_ = topic;
    return log;
  }

  bool enabled(Level level) const {
    return sink_.write && sink_.is_enabled && sink_.is_enabled(topic_, level);
  }

  /// Milliseconds as %ld.
  static long ms(std::chrono::nanoseconds duration) {
    return static_cast<long>(duration / std::chrono::milliseconds(1));
  }

  void operator()(Level level, const char *format, ...) const G_GNUC_PRINTF(3, 4) {
    if (!enabled(level)) return;
    GString *line = g_string_new(name_ ? name_->c_str() : nullptr);
    if (name_) g_string_append(line, ": ");
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(line, format, arguments);
    va_end(arguments);
    sink_.write(topic_, level, mask_ ? mask_->apply(line->str).c_str() : line->str);
    g_string_free(line, TRUE);
  }

 private:
  Sink sink_ = {};
  Topic topic_ = Topic::session;
  std::shared_ptr<const std::string> name_ = {};
  std::shared_ptr<const SecretMask> mask_ = {};
};

}  // namespace gemlive
