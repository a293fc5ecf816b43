// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <functional>
#include <utility>

#include "glib_ptr.hpp"

namespace gemlive {

/// Calls back once, in the thread-default main context of the thread that started it. Starting
/// again replaces the callback. In the callback it allocates nothing. Destruction cancels it. All
/// calls on that thread.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer &) = delete;
  Timer &operator=(const Timer &) = delete;
  ~Timer() { stop(); }

  void start(std::chrono::milliseconds delay, std::function<void()> expired) {
    expired_ = std::move(expired);
    is_running_ = true;
    attach();
    g_source_set_ready_time(source_.get(), g_get_monotonic_time() + delay.count() * 1000);
  }
  void stop() {
    if (source_) g_source_destroy(source_.get());
    source_.reset();
    is_running_ = false;
  }
  bool running() const { return is_running_; }

 private:
  /// Uses the source again if it is still attached: while the timer runs, and in its callback.
  void attach() {
    auto *context = g_main_context_get_thread_default();
    if (!context) context = g_main_context_default();
    if (source_ && !g_source_is_destroyed(source_.get()) &&
        g_source_get_context(source_.get()) == context)
      return;
    if (source_) g_source_destroy(source_.get());
    static GSourceFuncs functions = {nullptr, nullptr, dispatch, nullptr, nullptr, nullptr};
    source_.reset(g_source_new(&functions, sizeof(GSource)));
    g_source_set_callback(source_.get(), nullptr, this, nullptr);
    g_source_attach(source_.get(), context);
  }

  static gboolean dispatch(GSource *source, GSourceFunc, gpointer self) {
    auto *timer = static_cast<Timer *>(self);
    auto expired = std::move(timer->expired_);  // may start the timer again, or destroy it
    timer->is_running_ = false;
    g_source_set_ready_time(source, -1);
    expired();
    if (g_source_is_destroyed(source)) return G_SOURCE_REMOVE;  // the timer may have gone
    if (!timer->is_running_) timer->source_.reset();
    return timer->is_running_ ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
  }

  std::function<void()> expired_;
  SourcePtr source_;
  bool is_running_ = false;
};

}  // namespace gemlive
