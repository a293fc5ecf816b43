// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <functional>

#include "glib_ptr.hpp"

namespace gemlive {

/// Calls back once, in the thread-default main context of the thread that started it. Starting
/// again replaces the callback. Destruction cancels it. All calls on that thread.
class Timer {
 public:
  ~Timer() { stop(); }

  void start(std::chrono::milliseconds delay, std::function<void()> expired) {
    stop();
    expired_ = std::move(expired);
    source_.reset(g_timeout_source_new(static_cast<guint>(delay.count())));
    g_source_set_callback(source_.get(), &Timer::dispatch, this, nullptr);
    g_source_attach(source_.get(), g_main_context_get_thread_default());
  }
  void stop() {
    if (source_) g_source_destroy(source_.get());
    source_.reset();
  }
  bool running() const { return source_ != nullptr; }

 private:
  static gboolean dispatch(gpointer self) {
    auto *timer = static_cast<Timer *>(self);
    timer->stop();
    auto expired = std::move(timer->expired_);  // may start the timer again, or destroy it
    expired();
    return G_SOURCE_REMOVE;
  }

  std::function<void()> expired_;
  SourcePtr source_;
};

}  // namespace gemlive
