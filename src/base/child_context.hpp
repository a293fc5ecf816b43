// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "glib_ptr.hpp"

namespace gemlive {

/// A GMainContext that runs as a source of the thread's default context, until the owner stops it.
/// Sources that are left in it are never dispatched again. All calls on the thread that makes it.
class ChildContext {
 public:
  /// The parent is the thread-default context. Null if the process has no file descriptors left:
  /// GLib would abort.
  static std::unique_ptr<ChildContext> make();
  /// Runs for `linger` more, while the thread runs, so that operations that were cancelled can end.
  ~ChildContext();
  ChildContext(const ChildContext &) = delete;
  ChildContext &operator=(const ChildContext &) = delete;

  /// Calls `work` with this context as the thread's default.
  void enter(const std::function<void()> &work);
  /// Calls `work`, which may destroy this object, with the parent as the thread's default. For
  /// callbacks of this context.
  void leave(const std::function<void()> &work);
  /// Dispatches nothing any more. May be called inside a callback of this context.
  void stop();

  static constexpr std::chrono::milliseconds linger{1000};

 private:
  struct Source;
  ChildContext();

  const MainContextPtr parent_;
  const MainContextPtr context_;
  SourcePtr source_;
};

}  // namespace gemlive
