// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "token_cache.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "glib_ptr.hpp"
#include "io_thread.hpp"
#include "token_fetch.hpp"

namespace gemlive::auth {
namespace {

// Minimum remaining lifetime of a token for a new connection, as in Google's libraries.
constexpr std::chrono::microseconds freshness = std::chrono::seconds(225);
// Minimum remaining lifetime if no new token is available.
constexpr std::chrono::microseconds last_resort = std::chrono::seconds(10);

}  // namespace

struct TokenCache::Request::Waiter {
  MainContextPtr context;
  Done done;  // only on the waiter's thread
};

struct TokenCache::Fetching {
  std::shared_ptr<IoThread> thread = {};  // from fetch() on
  std::unique_ptr<TokenFetch> fetch;      // only on the thread
};

struct TokenCache::Entry {
  std::shared_ptr<const Credential> credential;
  http::Route route;
  Token token = {};
  std::int64_t expires_at = 0;  // monotonic us
  std::shared_ptr<Fetching> fetching = {};
  std::vector<std::shared_ptr<Request::Waiter>> waiters = {};

  bool has_token_for(std::chrono::microseconds time) const {
    return !token.value.empty() && expires_at - g_get_monotonic_time() > time.count();
  }
};

struct TokenCache::State {
  std::vector<std::unique_ptr<Entry>> entries;

  Entry &entry(const std::shared_ptr<const Credential> &credential, const http::Route &route) {
    for (const auto &entry : entries)
      if (entry->credential->identity == credential->identity && entry->route == route)
        return *entry;
    std::erase_if(entries, [](const auto &entry) {
      return !entry->fetching && !entry->has_token_for(std::chrono::microseconds(0));
    });
    entries.push_back(std::make_unique<Entry>(Entry{.credential = credential, .route = route}));
    return *entries.back();
  }
};

TokenCache &TokenCache::shared() {
  static auto *cache = new TokenCache;  // sessions may outlive static destructors
  return *cache;
}

TokenCache::TokenCache() : state_(std::make_unique<Guarded<State>>()) {}

TokenCache::~TokenCache() = default;

TokenCache::Request::Request(TokenCache &cache, std::shared_ptr<Waiter> waiter)
    : cache_(cache), waiter_(std::move(waiter)) {}

TokenCache::Request::~Request() {
  waiter_->done = nullptr;
  cache_.abandon(waiter_);
}

std::unique_ptr<TokenCache::Request> TokenCache::request(
    std::shared_ptr<const Credential> credential, const http::Route &route, Done done) {
  auto waiter = std::make_shared<Request::Waiter>();
  waiter->context.reset(g_main_context_ref_thread_default());
  waiter->done = std::move(done);
  std::optional<Token> token;
  std::shared_ptr<Fetching> fetching;
  {
    auto state = state_->lock();
    auto &entry = state->entry(credential, route);
    if (entry.has_token_for(freshness)) {
      token = entry.token;
    } else {
      entry.waiters.push_back(waiter);
      if (!entry.fetching) fetching = entry.fetching = std::make_shared<Fetching>();
    }
  }
  if (token) deliver(waiter, *token);
  if (fetching) fetch(fetching, std::move(credential), route);
  return std::unique_ptr<Request>(new Request(*this, std::move(waiter)));
}

/// The fetch is not abandoned meanwhile: the caller's waiter is one of its waiters.
void TokenCache::fetch(const std::shared_ptr<Fetching> &fetching,
                       std::shared_ptr<const Credential> credential, const http::Route &route) {
  fetching->thread = IoThread::lease();
  fetching->thread->post([this, fetching, credential = std::move(credential), route] {
    fetching->fetch = std::make_unique<TokenFetch>(
        credential, route, [this, weak = std::weak_ptr(fetching)](Result<Token> result) {
          if (const auto self = weak.lock()) fetched(self, std::move(result));
        });
  });
}

void TokenCache::fetched(const std::shared_ptr<Fetching> &fetching, Result<Token> result) {
  std::vector<std::shared_ptr<Request::Waiter>> waiters;
  Result<Token> outcome = Token();
  {
    auto state = state_->lock();
    const auto found = std::ranges::find(state->entries, fetching, &Entry::fetching);
    if (found == state->entries.end()) return;
    auto &entry = **found;
    entry.fetching.reset();
    waiters.swap(entry.waiters);
    if (result) {
      entry.token = std::move(*result);
      entry.expires_at =
          g_get_monotonic_time() + std::chrono::microseconds(entry.token.lifetime).count();
    }
    const bool temporary = !result && result.error().retry == Retry::reconnect;
    if (result || (temporary && entry.has_token_for(last_resort)))
      outcome = entry.token;
    else
      outcome = result.error();
  }
  for (const auto &waiter : waiters)
    deliver(waiter, outcome);
  fetching->fetch.reset();
}

void TokenCache::deliver(const std::shared_ptr<Request::Waiter> &waiter,
                         const Result<Token> &result) {
  struct Delivery {
    std::shared_ptr<Request::Waiter> waiter;
    Result<Token> result;
  };
  SourcePtr source(g_idle_source_new());
  g_source_set_priority(source.get(), G_PRIORITY_DEFAULT);
  g_source_set_callback(
      source.get(),
      [](gpointer data) -> gboolean {
        auto *delivery = static_cast<Delivery *>(data);
        if (auto done = std::exchange(delivery->waiter->done, nullptr)) done(delivery->result);
        return G_SOURCE_REMOVE;
      },
      new Delivery{waiter, result}, [](gpointer data) { delete static_cast<Delivery *>(data); });
  g_source_attach(source.get(), waiter->context.get());
}

void TokenCache::abandon(const std::shared_ptr<Request::Waiter> &waiter) {
  std::shared_ptr<Fetching> fetching;
  {
    auto state = state_->lock();
    for (const auto &entry : state->entries) {
      if (std::erase(entry->waiters, waiter) == 0) continue;
      if (entry->waiters.empty()) fetching.swap(entry->fetching);
      break;
    }
  }
  if (!fetching) return;
  const auto thread = fetching->thread;  // the closure may release its lease while post() runs
  thread->post([fetching = std::move(fetching)] { fetching->fetch.reset(); });
}

void TokenCache::forget(const Secret &token) {
  auto state = state_->lock();
  for (const auto &entry : state->entries)
    if (entry->token.value == token) entry->token = {};
}

}  // namespace gemlive::auth
