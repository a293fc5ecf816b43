// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "child_context.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace gemlive {

struct ChildContext::Source {
  GSource base;
  struct State {
    MainContextPtr context;
    std::vector<GPollFD> polled = {};
    std::vector<gpointer> tags = {};  // in the same order
    gint64 due = -1;                  // monotonic us; -1: never
    gint64 ends = -1;
  } * state;

  static Source &of(GSource *source) { return *reinterpret_cast<Source *>(source); }
  static gboolean prepare(GSource *source, gint *timeout);
  static gboolean check(GSource *source);
  static gboolean dispatch(GSource *source, GSourceFunc, gpointer);
  static void finalize(GSource *source) { delete of(source).state; }

  void poll(const std::vector<GPollFD> &wanted);
};

namespace {

/// What the context waits for. It is ready when it has nothing to wait for.
struct Query {
  bool is_ready = false;
  gint timeout = -1;
  std::vector<GPollFD> descriptors = {};
};

Query query(GMainContext *context) {
  Query result;
  gint priority = 0;
  result.is_ready = g_main_context_prepare(context, &priority) != FALSE;
  for (gint count = 0;;) {
    count = g_main_context_query(context, priority, &result.timeout, result.descriptors.data(),
                                 static_cast<gint>(result.descriptors.size()));
    const bool fits = static_cast<std::size_t>(count) <= result.descriptors.size();
    result.descriptors.resize(static_cast<std::size_t>(count));
    if (fits) return result;
  }
}

MainContextPtr ref(const MainContextPtr &context) {
  return MainContextPtr(g_main_context_ref(context.get()));
}

/// By value: `work` may destroy the owner of the context.
void call_in(MainContextPtr context, const std::function<void()> &work) {
  g_main_context_push_thread_default(context.get());
  work();
  g_main_context_pop_thread_default(context.get());
}

/// Whether that many can be opened now. Another thread may take them.
bool has_descriptors(std::size_t count) {
  std::vector<int> opened(count);
  for (auto &descriptor : opened)
    descriptor = eventfd(0, EFD_CLOEXEC);
  const bool all = std::ranges::all_of(opened, [](int descriptor) { return descriptor >= 0; });
  for (const int descriptor : opened)
    if (descriptor >= 0) close(descriptor);
  return all;
}

/// The contexts of this thread that run although their owner is gone. They end with the thread.
class Lingering {
 public:
  ~Lingering() {
    for (const auto &source : sources_)
      g_source_destroy(source.get());
  }
  void add(SourcePtr source) {
    std::erase_if(sources_,
                  [](const SourcePtr &each) { return g_source_is_destroyed(each.get()); });
    sources_.push_back(std::move(source));
  }

 private:
  std::vector<SourcePtr> sources_;
};

thread_local Lingering lingering;

bool same(const GPollFD &a, const GPollFD &b) {
  return a.fd == b.fd && a.events == b.events;
}

}  // namespace

gboolean ChildContext::Source::prepare(GSource *source, gint *timeout) {
  auto &self = of(source);
  auto *context = self.state->context.get();
  if (!g_main_context_acquire(context)) return FALSE;
  const auto wanted = query(context);
  g_main_context_release(context);
  self.poll(wanted.descriptors);
  *timeout = wanted.is_ready ? 0 : wanted.timeout;
  self.state->due = *timeout < 0 ? -1 : g_source_get_time(source) + *timeout * gint64{1000};
  return wanted.is_ready;
}

void ChildContext::Source::poll(const std::vector<GPollFD> &wanted) {
  if (std::ranges::equal(wanted, state->polled, same)) return;
  for (auto *tag : state->tags)
    g_source_remove_unix_fd(&base, tag);
  state->tags.clear();
  state->polled = wanted;
  for (const auto &descriptor : wanted)
    state->tags.push_back(
        g_source_add_unix_fd(&base, descriptor.fd, static_cast<GIOCondition>(descriptor.events)));
}

gboolean ChildContext::Source::check(GSource *source) {
  const auto &state = *of(source).state;
  if (state.due >= 0 && g_source_get_time(source) >= state.due) return TRUE;
  return std::ranges::any_of(
      state.tags, [source](gpointer tag) { return g_source_query_unix_fd(source, tag) != 0; });
}

gboolean ChildContext::Source::dispatch(GSource *source, GSourceFunc, gpointer) {
  auto &state = *of(source).state;
  auto *context = state.context.get();
  g_main_context_push_thread_default(context);
  g_main_context_iteration(context, FALSE);
  g_main_context_pop_thread_default(context);
  if (state.ends < 0 || g_source_get_time(source) < state.ends) return G_SOURCE_CONTINUE;
  state.context.reset();
  return G_SOURCE_REMOVE;
}

/// More than one, since libsoup and GIO need some for the connection.
std::unique_ptr<ChildContext> ChildContext::make() {
  constexpr std::size_t needed = 4;
  return std::unique_ptr<ChildContext>(has_descriptors(needed) ? new ChildContext : nullptr);
}

// Ownerless polling: other threads wake it although the parent polls.
ChildContext::ChildContext()
    : parent_(g_main_context_ref_thread_default()),
      context_(g_main_context_new_with_flags(G_MAIN_CONTEXT_FLAGS_OWNERLESS_POLLING)) {
  static GSourceFuncs functions = {&Source::prepare,  &Source::check, &Source::dispatch,
                                   &Source::finalize, nullptr,        nullptr};
  source_.reset(g_source_new(&functions, sizeof(Source)));
  Source::of(source_.get()).state =
      new Source::State{.context = MainContextPtr(g_main_context_ref(context_.get()))};
  g_source_set_static_name(source_.get(), "gemlive child context");
  g_source_attach(source_.get(), parent_.get());
}

ChildContext::~ChildContext() {
  if (!source_) return;
  const auto ends = g_get_monotonic_time() + std::chrono::microseconds(linger).count();
  Source::of(source_.get()).state->ends = ends;
  g_source_set_ready_time(source_.get(), ends);
  lingering.add(std::move(source_));
}

void ChildContext::enter(const std::function<void()> &work) {
  call_in(ref(context_), work);
}

void ChildContext::leave(const std::function<void()> &work) {
  call_in(ref(parent_), work);
}

void ChildContext::stop() {
  if (source_) g_source_destroy(source_.get());
  source_.reset();
}

}  // namespace gemlive
