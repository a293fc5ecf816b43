// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "io_thread.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "timer.hpp"
#include "wait.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

constexpr auto kDeadline = 10s;

TEST(IoThread, RunsWorkInOrderOnItsThread) {
  IoThread thread;
  std::vector<int> order;
  std::set<std::thread::id> threads;
  for (int i = 0; i < 1000; ++i) {
    thread.post([&, i] {
      order.push_back(i);
      threads.insert(std::this_thread::get_id());
    });
  }
  ASSERT_TRUE(thread.call([] {}, kDeadline));
  ASSERT_EQ(order.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(threads.size(), 1u);
  EXPECT_NE(*threads.begin(), std::this_thread::get_id());
}

TEST(IoThread, RunsTheWorkOfManyThreads) {
  IoThread thread;
  int count = 0;  // used on the thread only
  std::vector<std::thread> posters;
  for (int i = 0; i < 4; ++i) {
    posters.emplace_back([&] {
      for (int j = 0; j < 5000; ++j)
        thread.post([&count] { ++count; });
    });
  }
  for (auto &poster : posters)
    poster.join();
  ASSERT_TRUE(thread.call([] {}, kDeadline));
  EXPECT_EQ(count, 20000);
}

TEST(IoThread, RunsWorkThatWorkPosts) {
  std::promise<int> reached;
  IoThread thread;
  std::function<void(int)> post_next = [&](int depth) {
    if (depth == 100) return reached.set_value(depth);
    thread.post([&, depth] { post_next(depth + 1); });
  };
  thread.post([&] { post_next(0); });
  auto future = reached.get_future();
  ASSERT_EQ(future.wait_for(kDeadline), std::future_status::ready);
}

/// Polls that ended because something could be read: the context was woken.
std::atomic<int> wakes{0};

gint counting_poll(GPollFD *descriptors, guint count, gint timeout) {
  const auto result = g_poll(descriptors, count, timeout);
  if (result > 0) ++wakes;
  return result;
}

TEST(IoThread, OnlyAThreadThatSleepsIsWoken) {
  IoThread thread;
  g_main_context_set_poll_func(thread.context(), counting_poll);
  ASSERT_TRUE(thread.call([] {}, kDeadline));  // it polls with this function from now on

  std::promise<void> started, go;
  auto may_go = go.get_future();
  thread.post([&] {
    started.set_value();
    may_go.wait();
  });
  started.get_future().wait();
  const int before = wakes;
  int count = 0;  // used on the thread only
  for (int i = 0; i < 1000; ++i)
    thread.post([&] {
      if (++count == 500) thread.post([&] { ++count; });
    });
  std::promise<int> seen;
  thread.post([&] { thread.post([&] { seen.set_value(wakes); }); });
  go.set_value();
  EXPECT_EQ(seen.get_future().get(), before) << "the thread was awake";

  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(thread.call([&] { ++count; }, kDeadline)) << i;
  EXPECT_EQ(count, 1101);
}

/// Borrows when the thread sleeps: it may still be on the way there.
bool borrow_when_asleep(IoThread &thread, const IoThread::Work &work) {
  return test::wait_until([&] { return thread.borrow(work); });
}

TEST(IoThread, IsBorrowedWhileItSleeps) {
  IoThread thread;
  std::thread::id ran_on;
  EXPECT_TRUE(borrow_when_asleep(thread, [&] {
    ran_on = std::this_thread::get_id();
    EXPECT_FALSE(thread.is_current());
  }));
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(IoThread, IsNotBorrowedWhileItWorksOrIsBorrowed) {
  IoThread thread;
  const auto never = [] { ADD_FAILURE() << "it ran"; };
  std::promise<void> started, go;
  auto may_go = go.get_future();
  thread.post([&] {
    EXPECT_FALSE(thread.borrow(never)) << "by itself";
    started.set_value();
    may_go.wait();
  });
  started.get_future().wait();
  EXPECT_FALSE(thread.borrow(never)) << "it works";
  go.set_value();
  EXPECT_TRUE(borrow_when_asleep(thread, [&] {
    EXPECT_FALSE(thread.borrow(never)) << "borrowed by this thread";
    std::thread([&] { EXPECT_FALSE(thread.borrow(never)) << "borrowed by another"; }).join();
  }));
}

TEST(IoThread, PostedWorkComesBeforeWhatWouldBeBorrowed) {
  IoThread thread;
  std::atomic<bool> ran = false;
  EXPECT_TRUE(borrow_when_asleep(thread, [&] {
    thread.post([&] { ran = true; });
    EXPECT_FALSE(ran) << "the thread waits for the borrower";
  }));
  EXPECT_TRUE(borrow_when_asleep(thread, [&] { EXPECT_TRUE(ran); }));
}

/// Neither the count nor the sources of the context have another lock.
TEST(IoThread, BorrowersAndTheThreadExcludeEachOther) {
  IoThread thread;
  std::size_t count = 0;
  std::atomic<std::size_t> borrowed = 0;
  std::vector<std::thread> borrowers;
  for (int i = 0; i < 4; ++i)
    borrowers.emplace_back([&] {
      for (int j = 0; j < 5000; ++j)
        if (thread.borrow([&] { ++count; }))
          ++borrowed;
        else
          thread.post([&] { ++count; });
    });
  for (auto &borrower : borrowers)
    borrower.join();
  ASSERT_TRUE(thread.call([] {}, kDeadline));
  ASSERT_TRUE(borrow_when_asleep(thread, [&] { EXPECT_EQ(count, 20000u); }));
}

/// The callback is not finished, although a loop inside it polls.
TEST(IoThread, IsNotBorrowedInALoopInsideACallback) {
  IoThread thread;
  std::promise<void> started;
  std::atomic<bool> ends = false;
  thread.post([&] {
    started.set_value();
    while (!ends)
      g_main_context_iteration(thread.context(), TRUE);
  });
  started.get_future().wait();
  for (int i = 0; i < 1000; ++i)
    ASSERT_FALSE(thread.borrow([] {}));
  ends = true;
  g_main_context_wakeup(thread.context());
  EXPECT_TRUE(thread.call([] {}, kDeadline));
}

/// It wants to wake up while others borrow it all the time.
TEST(IoThread, WakesUpAmongBorrowers) {
  IoThread thread;
  std::atomic<bool> ends = false;
  std::vector<std::thread> borrowers;
  for (int i = 0; i < 2; ++i)
    borrowers.emplace_back([&] {
      while (!ends)
        thread.borrow([] {});
    });
  for (int i = 0; i < 200; ++i)
    EXPECT_TRUE(thread.call([] {}, kDeadline));
  ends = true;
  for (auto &borrower : borrowers)
    borrower.join();
}

TEST(IoThread, RunsPostedWorkBeforeItEnds) {
  std::atomic<int> ran{0};
  {
    IoThread thread;
    for (int i = 0; i < 100; ++i) {
      thread.post([&] { ++ran; });
    }
    thread.post([&] { thread.post([&] { ++ran; }); });
  }
  EXPECT_EQ(ran, 101);
}

TEST(IoThread, ItsContextIsTheThreadDefault) {
  IoThread thread;
  GMainContext *seen = nullptr;
  bool current = false;
  ASSERT_TRUE(thread.call(
      [&] {
        seen = g_main_context_get_thread_default();
        current = thread.is_current();
      },
      kDeadline));
  EXPECT_EQ(seen, thread.context());
  EXPECT_TRUE(current);
  EXPECT_FALSE(thread.is_current());
}

TEST(IoThread, CallOnTheThreadItselfRunsImmediately) {
  IoThread thread;
  bool inner = false;
  ASSERT_TRUE(
      thread.call([&] { EXPECT_TRUE(thread.call([&] { inner = true; }, 0ms)); }, kDeadline));
  EXPECT_TRUE(inner);
}

TEST(IoThread, CallReturnsAtTheDeadlineAndTheWorkRunsLater) {
  IoThread thread;
  std::promise<void> go, ran;
  auto may_go = go.get_future();
  thread.post([&] { may_go.wait(); });
  EXPECT_FALSE(thread.call([&] { ran.set_value(); }, 1ms));
  go.set_value();
  EXPECT_EQ(ran.get_future().wait_for(kDeadline), std::future_status::ready);
}

TEST(IoThread, DestroysTheWorkOnTheThread) {
  struct Token {
    IoThread &thread;
    std::promise<bool> &dropped_there;
    ~Token() { dropped_there.set_value(thread.is_current()); }
  };
  std::promise<bool> dropped_there;
  IoThread thread;
  auto token = std::shared_ptr<Token>(new Token{thread, dropped_there});
  thread.post([token = std::move(token)] {});
  auto future = dropped_there.get_future();
  ASSERT_EQ(future.wait_for(kDeadline), std::future_status::ready);
  EXPECT_TRUE(future.get());
}

TEST(IoThread, WaitsForWorkGuards) {
  std::atomic<bool> finished{false};
  {
    IoThread thread;
    ASSERT_TRUE(thread.call(
        [&] {
          struct Task {
            IoThread::WorkGuard work_guard;
            Timer timer;
          };
          auto *task = new Task;
          task->timer.start(30ms, [task, &finished] {
            finished = true;
            delete task;
          });
        },
        kDeadline));
  }
  EXPECT_TRUE(finished);
}

TEST(IoThread, DoesNotWaitForeverForAWorkGuard) {
  std::unique_ptr<IoThread::WorkGuard> work_guard;
  auto start = std::chrono::steady_clock::now();
  {
    IoThread thread;
    ASSERT_TRUE(
        thread.call([&] { work_guard = std::make_unique<IoThread::WorkGuard>(); }, kDeadline));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, kDeadline);
}

TEST(IoThreadPool, SixteenLeasesShareAThread) {
  std::vector<std::shared_ptr<IoThread>> leases;
  for (int i = 0; i < 16; ++i)
    leases.push_back(IoThread::lease());
  std::set<IoThread *> threads;
  for (auto &lease : leases)
    threads.insert(lease.get());
  EXPECT_EQ(threads.size(), 1u);
  leases.push_back(IoThread::lease());
  EXPECT_FALSE(threads.contains(leases.back().get()));
}

TEST(IoThreadPool, ALeaseTakesTheThreadWithTheFewestLeases) {
  std::vector<std::shared_ptr<IoThread>> leases;
  for (int i = 0; i < 17; ++i)
    leases.push_back(IoThread::lease());
  auto *second = leases.back().get();
  EXPECT_EQ(IoThread::lease().get(), second);
  leases.erase(leases.begin(), leases.begin() + 15);  // one is left on the first, one on the second
  auto *first = leases.front().get();
  auto another = IoThread::lease();
  auto yet_another = IoThread::lease();
  EXPECT_NE(another.get(), yet_another.get());
  EXPECT_TRUE(another.get() == first || another.get() == second);
}

TEST(IoThreadPool, TheLastLeaseCanEndOnTheThreadItself) {
  std::promise<void> dropped;
  auto lease = IoThread::lease();
  auto *thread = lease.get();
  thread->post([lease = std::move(lease), &dropped]() mutable {
    lease.reset();
    dropped.set_value();
  });
  EXPECT_EQ(dropped.get_future().wait_for(kDeadline), std::future_status::ready);
  EXPECT_TRUE(IoThread::lease()->call([] {}, kDeadline));
}

TEST(IoThreadPool, EndingTheLastLeaseDoesNotWait) {
  std::promise<void> release;
  auto may_end = release.get_future().share();
  auto lease = IoThread::lease();
  lease->post([may_end] { may_end.wait(); });
  lease.reset();  // would hang here
  release.set_value();
}

TEST(IoThreadPool, WorkPostedBeforeTheLastLeaseEndsRuns) {
  std::promise<void> ran;
  auto lease = IoThread::lease();
  lease->post([&] { ran.set_value(); });
  lease.reset();
  EXPECT_EQ(ran.get_future().wait_for(kDeadline), std::future_status::ready);
}

TEST(IoThreadPool, ManyThreadsLeaseAndDrop) {
  std::atomic<int> ran{0};
  std::vector<std::thread> users;
  for (int i = 0; i < 4; ++i) {
    users.emplace_back([&] {
      for (int j = 0; j < 100; ++j) {
        auto lease = IoThread::lease();
        if (lease->call([&] { ++ran; }, kDeadline)) lease.reset();
      }
    });
  }
  for (auto &user : users)
    user.join();
  EXPECT_EQ(ran, 400);
}

}  // namespace
