// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "child_context.hpp"

#include <glib-unix.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

#include "timer.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

constexpr auto kDeadline = 20s;

/// The parent is a context of its own, run by the test's thread.
class ChildContextTest : public testing::Test {
 protected:
  ChildContextTest() { g_main_context_push_thread_default(parent_.get()); }
  ~ChildContextTest() override { g_main_context_pop_thread_default(parent_.get()); }

  template <typename Condition>
  bool run_until(Condition condition) {
    Timer deadline;
    deadline.start(std::chrono::milliseconds(kDeadline), [] {});
    while (!condition() && deadline.running())
      g_main_context_iteration(parent_.get(), TRUE);
    return condition();
  }
  /// Everything that is ready.
  void run() {
    while (g_main_context_iteration(parent_.get(), FALSE)) {
    }
  }

  const MainContextPtr parent_{g_main_context_new()};
};

TEST_F(ChildContextTest, RunsTimersInItself) {
  const auto child = ChildContext::make();
  Timer timer;
  GMainContext *inside = nullptr, *at_expiry = nullptr;
  child->enter([&] {
    inside = g_main_context_get_thread_default();
    timer.start(20ms, [&] { at_expiry = g_main_context_get_thread_default(); });
  });
  EXPECT_EQ(g_main_context_get_thread_default(), parent_.get());
  ASSERT_TRUE(run_until([&] { return at_expiry != nullptr; }));
  EXPECT_EQ(at_expiry, inside);
  EXPECT_NE(at_expiry, parent_.get());
}

TEST_F(ChildContextTest, DispatchesDescriptors) {
  std::array<int, 2> ends = {};
  ASSERT_EQ(pipe(ends.data()), 0);
  const auto child = ChildContext::make();
  int calls = 0;
  SourcePtr source(g_unix_fd_source_new(ends[0], G_IO_IN));
  const auto count = [](gint fd, GIOCondition, gpointer calls) -> gboolean {
    char byte = 0;
    if (read(fd, &byte, 1) == 1) ++*static_cast<int *>(calls);
    return G_SOURCE_CONTINUE;
  };
  g_source_set_callback(source.get(), G_SOURCE_FUNC(+count), &calls, nullptr);
  child->enter([&] { g_source_attach(source.get(), g_main_context_get_thread_default()); });
  run();
  EXPECT_EQ(calls, 0);
  for (int sent = 1; sent <= 3; ++sent) {
    ASSERT_EQ(write(ends[1], "x", 1), 1);
    ASSERT_TRUE(run_until([&] { return calls == sent; })) << sent;
  }
  g_source_destroy(source.get());
  close(ends[0]);
  close(ends[1]);
}

TEST_F(ChildContextTest, AnotherThreadWakesIt) {
  const auto child = ChildContext::make();
  GMainContext *context = nullptr;
  child->enter([&] { context = g_main_context_get_thread_default(); });
  bool called = false;
  std::thread other([&] {
    const auto call = [](gpointer called) -> gboolean {
      *static_cast<bool *>(called) = true;
      return G_SOURCE_REMOVE;
    };
    SourcePtr idle(g_idle_source_new());
    g_source_set_callback(idle.get(), call, &called, nullptr);
    g_source_attach(idle.get(), context);
  });
  EXPECT_TRUE(run_until([&] { return called; }));
  other.join();
}

TEST_F(ChildContextTest, LeaveCallsInTheParent) {
  const auto child = ChildContext::make();
  Timer timer;
  GMainContext *outside = nullptr, *afterwards = nullptr, *inside = nullptr;
  child->enter([&] {
    inside = g_main_context_get_thread_default();
    timer.start(0ms, [&] {
      child->leave([&] { outside = g_main_context_get_thread_default(); });
      afterwards = g_main_context_get_thread_default();
    });
  });
  ASSERT_TRUE(run_until([&] { return afterwards != nullptr; }));
  EXPECT_EQ(outside, parent_.get());
  EXPECT_EQ(afterwards, inside);
}

TEST_F(ChildContextTest, NothingIsDispatchedAfterStop) {
  const auto child = ChildContext::make();
  Timer first, second;
  int calls = 0;
  child->enter([&] {
    first.start(0ms, [&] {
      ++calls;
      child->stop();
      second.start(0ms, [&] { ++calls; });
    });
  });
  ASSERT_TRUE(run_until([&] { return calls == 1; }));
  run();
  EXPECT_EQ(calls, 1);
}

TEST_F(ChildContextTest, CancelledOperationsEndAfterItsDestruction) {
  auto child = ChildContext::make();
  bool ended = false;
  const auto end = [](gpointer ended) -> gboolean {
    *static_cast<bool *>(ended) = true;
    return G_SOURCE_REMOVE;
  };
  SourcePtr source(g_timeout_source_new(20));
  g_source_set_callback(source.get(), end, &ended, nullptr);
  child->enter([&] { g_source_attach(source.get(), g_main_context_get_thread_default()); });
  child.reset();
  EXPECT_TRUE(run_until([&] { return ended; }));
}

TEST_F(ChildContextTest, MayBeDestroyedInItsCallback) {
  auto child = ChildContext::make();
  bool called = false;
  const auto destroy = [&] {
    called = true;
    child->leave([&] { child.reset(); });
  };
  Timer timer;
  child->enter([&] { timer.start(0ms, destroy); });
  ASSERT_TRUE(run_until([&] { return called; }));
  EXPECT_EQ(child, nullptr);
}

TEST_F(ChildContextTest, ItsSourcesAreFreedAfterAWhile) {
  bool freed = false;
  SourcePtr source(g_timeout_source_new_seconds(3600));
  g_source_set_callback(
      source.get(), [](gpointer) -> gboolean { return G_SOURCE_REMOVE; }, &freed,
      [](gpointer freed) { *static_cast<bool *>(freed) = true; });
  {
    const auto child = ChildContext::make();
    child->enter([&] { g_source_attach(source.get(), g_main_context_get_thread_default()); });
  }
  run();
  EXPECT_FALSE(freed) << "it lingers";
  EXPECT_TRUE(run_until([&] { return freed; }));
}

TEST_F(ChildContextTest, IsNotMadeWithoutDescriptors) {
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = dup(0);
  close(next);
  rlimit few = before;
  few.rlim_cur = static_cast<rlim_t>(next) + 2;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const auto child = ChildContext::make();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(child, nullptr);
  EXPECT_NE(ChildContext::make(), nullptr);
}

TEST_F(ChildContextTest, EndsWithItsThread) {
  bool freed = false;
  std::thread thread([&] {
    SourcePtr source(g_timeout_source_new_seconds(3600));
    g_source_set_callback(
        source.get(), [](gpointer) -> gboolean { return G_SOURCE_REMOVE; }, &freed,
        [](gpointer freed) { *static_cast<bool *>(freed) = true; });
    const MainContextPtr parent(g_main_context_new());
    g_main_context_push_thread_default(parent.get());
    {
      const auto child = ChildContext::make();
      child->enter([&] { g_source_attach(source.get(), g_main_context_get_thread_default()); });
    }
    g_main_context_pop_thread_default(parent.get());
  });
  thread.join();
  EXPECT_TRUE(freed);
}

}  // namespace
