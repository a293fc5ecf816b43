// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "io_thread.hpp"

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <utility>

namespace gemlive {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

/// How long a thread that ends waits for its work guards.
constexpr auto max_wait_at_end = 1s;

}  // namespace

struct IoThread::Impl {
  explicit Impl(GMainContext *main_context);
  ~Impl();

  void post(Work work);
  bool borrow(const Work &work);
  void quit();
  bool ended() const { return ended_.load(); }

  static thread_local Impl *current;

  int work_guards = 0;  // only on the thread

 private:
  struct InboxSource {
    GSource source;
    Impl *impl;
  };

  static Impl &of(GSource *source) { return *reinterpret_cast<InboxSource *>(source)->impl; }
  static gboolean prepare(GSource *source, gint *timeout);
  static gboolean check(GSource *source);
  static gboolean dispatch(GSource *source, GSourceFunc, gpointer);
  static gint poll(GPollFD *descriptors, guint count, gint timeout);
  bool has_work();
  static gpointer run(gpointer self);
  bool run_inbox();
  void finish_guarded_work();

  GMainContext *context_;
  SourcePtr source_;
  GThread *thread_ = nullptr;
  std::atomic<bool> ended_{false};
  bool quit_ = false;        // only on the thread
  std::vector<Work> batch_;  // only on the thread

  std::mutex mutex_;
  std::vector<Work> inbox_;
  bool sleeps_ = false;  // or is about to: work that is posted wakes it

  /// Held by the thread except while it sleeps, and by the thread that borrows it.
  std::mutex awake_;
  std::atomic<bool> wants_awake_{false};  // it has slept: borrow() fails until it has the lock
};

thread_local IoThread::Impl *IoThread::Impl::current = nullptr;

namespace {

thread_local bool is_borrowing = false;

}  // namespace

IoThread::Impl::Impl(GMainContext *main_context) : context_(main_context) {
  static GSourceFuncs functions = {&Impl::prepare, &Impl::check, &Impl::dispatch,
                                   nullptr,        nullptr,      nullptr};
  source_.reset(g_source_new(&functions, sizeof(InboxSource)));
  reinterpret_cast<InboxSource *>(source_.get())->impl = this;
  g_source_set_static_name(source_.get(), "gemlive inbox");
  g_main_context_set_poll_func(context_, &Impl::poll);
  g_source_attach(source_.get(), context_);
  thread_ = g_thread_new("gemlive-io", &Impl::run, this);
}

IoThread::Impl::~Impl() {
  quit();
  g_thread_join(thread_);
  g_source_destroy(source_.get());
}

/// Only the first item of a batch wakes the thread, and only if it sleeps. A ready time of the
/// source would wake it each time, with the context locked: the thread would wait for that lock
/// next.
void IoThread::Impl::post(Work work) {
  bool wakes = false;
  {
    std::lock_guard lock(mutex_);
    inbox_.push_back(std::move(work));
    wakes = std::exchange(sleeps_, false);
  }
  if (wakes) g_main_context_wakeup(context_);
}

gboolean IoThread::Impl::prepare(GSource *source, gint *timeout) {
  auto &self = of(source);
  *timeout = -1;
  std::lock_guard lock(self.mutex_);
  self.sleeps_ = self.inbox_.empty();
  return !self.sleeps_;
}

gboolean IoThread::Impl::check(GSource *source) {
  auto &self = of(source);
  std::lock_guard lock(self.mutex_);
  self.sleeps_ = false;
  return !self.inbox_.empty();
}

/// A thread that waits for posted work is as good as awake: that work comes first.
bool IoThread::Impl::borrow(const Work &work) {
  if (current == this || is_borrowing || wants_awake_ || !awake_.try_lock()) return false;
  const std::lock_guard lock(awake_, std::adopt_lock);
  if (has_work()) return false;
  is_borrowing = true;
  work();
  is_borrowing = false;
  return true;
}

bool IoThread::Impl::has_work() {
  const std::lock_guard lock(mutex_);
  return !inbox_.empty();
}

/// Only the thread's own loop sleeps: in a loop inside a callback, the callback is not finished.
gint IoThread::Impl::poll(GPollFD *descriptors, guint count, gint timeout) {
  auto *self = current;
  if (!self || timeout == 0 || g_main_depth() > 0) return g_poll(descriptors, count, timeout);
  self->awake_.unlock();
  const auto result = g_poll(descriptors, count, timeout);
  const auto error = errno;
  self->wants_awake_ = true;
  self->awake_.lock();
  self->wants_awake_ = false;
  errno = error;
  return result;
}

void IoThread::Impl::quit() {
  post([this] { quit_ = true; });
}

gboolean IoThread::Impl::dispatch(GSource *source, GSourceFunc, gpointer) {
  of(source).run_inbox();
  return G_SOURCE_CONTINUE;
}

bool IoThread::Impl::run_inbox() {
  {
    std::lock_guard lock(mutex_);
    std::swap(batch_, inbox_);  // both keep their capacity, so a steady flow does not allocate
  }
  bool any = !batch_.empty();
  for (auto &work : batch_) {
    work();
    work = nullptr;  // destroys the captures in order, too
  }
  batch_.clear();
  return any;
}

gpointer IoThread::Impl::run(gpointer self) {
  auto *impl = static_cast<Impl *>(self);
  current = impl;
  impl->awake_.lock();
  g_main_context_push_thread_default(impl->context_);
  while (!impl->quit_)
    g_main_context_iteration(impl->context_, TRUE);
  impl->finish_guarded_work();
  g_main_context_pop_thread_default(impl->context_);
  impl->awake_.unlock();
  current = nullptr;
  impl->ended_ = true;
  return nullptr;
}

/// Operations that were started shortly before the end (closing streams, cancelled requests) would
/// leak without their callbacks.
void IoThread::Impl::finish_guarded_work() {
  auto deadline = Clock::now() + max_wait_at_end;
  SourcePtr wake(g_timeout_source_new(std::chrono::milliseconds(max_wait_at_end).count()));
  g_source_set_callback(
      wake.get(), [](gpointer) -> gboolean { return G_SOURCE_REMOVE; }, nullptr, nullptr);
  g_source_attach(wake.get(), context_);
  while (Clock::now() < deadline) {
    bool busy = work_guards > 0;
    if (g_main_context_iteration(context_, busy) || busy) continue;
    if (!run_inbox()) break;
  }
  g_source_destroy(wake.get());
}

IoThread::WorkGuard::WorkGuard() {
  if (Impl::current) ++Impl::current->work_guards;
}

IoThread::WorkGuard::~WorkGuard() {
  if (Impl::current) --Impl::current->work_guards;
}

IoThread::IoThread()
    : context_(g_main_context_new()), impl_(std::make_unique<Impl>(context_.get())) {}

IoThread::~IoThread() = default;

void IoThread::post(Work work) {
  impl_->post(std::move(work));
}

bool IoThread::call(Work work, std::chrono::milliseconds timeout) {
  if (is_current()) {
    work();
    return true;
  }
  struct Done {
    std::mutex mutex;
    std::condition_variable condition;
    bool done = false;
  };
  auto done = std::make_shared<Done>();
  post([work = std::move(work), done] {
    work();
    std::lock_guard lock(done->mutex);
    done->done = true;
    done->condition.notify_one();
  });
  std::unique_lock lock(done->mutex);
  return done->condition.wait_until(lock, Clock::now() + timeout, [&] { return done->done; });
}

bool IoThread::borrow(const Work &work) {
  return impl_->borrow(work);
}

bool IoThread::is_current() const {
  return Impl::current == impl_.get();
}

void IoThread::quit() {
  impl_->quit();
}

bool IoThread::has_ended() const {
  return impl_->ended();
}

}  // namespace gemlive
