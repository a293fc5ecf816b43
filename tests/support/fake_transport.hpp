// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "message_pool.hpp"
#include "timer.hpp"
#include "transport.hpp"

namespace gemlive::test {

/// The server of a FakeTransport, controlled by a test: no network, no thread. Only on the thread
/// of the transport, or on one that has borrowed it.
class FakeServer {
 public:
  ~FakeServer() { stop_answering(); }

  /// Called from the main loop for each received message.
  std::function<void(FakeServer &, const std::string &message)> on_message = {};
  bool writable = true;
  bool keeps_messages = true;

  // What the client did
  Transport::Request request = {};
  std::vector<std::string> messages = {};
  std::size_t message_count = 0;
  int closed_with = 0;
  bool closed = false;  // the current or last transport, by the client
  bool alive = false;   // the transport
  int made = 0;

  // Actions; they call the listener directly
  void open() { listener_->opened(); }
  void say(const std::string &json) { listener_->message(pool_.copy(json)); }
  void say(const Message &payload) { listener_->message(payload); }
  void become_writable() {
    writable = true;
    listener_->writable();
  }
  void close(int code, const std::string &reason) { listener_->closed(code, reason); }
  void fail(const Error &error) { listener_->failed(error); }

  /// Accepts the connection from the main loop, as soon as `may` returns true.
  void open_later(std::function<bool()> may) {
    opening_.start(std::chrono::milliseconds(1), [this, may = std::move(may)] {
      if (may())
        open();
      else
        open_later(may);
    });
  }

  /// Creates a transport. One at a time is connected.
  std::unique_ptr<Transport> make(Transport::Listener &listener);

 private:
  class FakeTransport;
  void take(const std::string &message);
  void answer_later();
  void answer();
  void stop_answering();

  MessagePool pool_;
  MainContextPtr context_;  // of the transport's thread: another may send for it
  Transport::Listener *listener_ = nullptr;
  FakeTransport *current_ = nullptr;
  std::deque<std::string> unanswered_;
  SourcePtr later_;
  Timer opening_;
};

class FakeServer::FakeTransport final : public Transport {
 public:
  explicit FakeTransport(FakeServer &server) : server_(server) { server_.current_ = this; }
  ~FakeTransport() override {
    if (server_.current_ != this) return;
    server_.alive = false;
    server_.stop_answering();
    server_.opening_.stop();
  }

  void connect(const Request &request) override { server_.request = request; }
  bool can_send() override { return server_.writable; }
  void send(const std::string &text) override { server_.take(text); }
  void close(int code, const std::string &) override {
    server_.closed_with = code;
    server_.closed = true;
  }

 private:
  FakeServer &server_;
};

inline std::unique_ptr<Transport> FakeServer::make(Transport::Listener &listener) {
  listener_ = &listener;
  context_.reset(g_main_context_ref_thread_default());
  unanswered_.clear();
  alive = true;
  closed = false;
  ++made;
  return std::make_unique<FakeTransport>(*this);
}

inline void FakeServer::take(const std::string &message) {
  ++message_count;
  if (keeps_messages) messages.push_back(message);
  if (!on_message) return;
  unanswered_.push_back(message);
  if (!later_) answer_later();
}

/// Not inside send(): a transport never calls its listener there.
inline void FakeServer::answer_later() {
  later_.reset(g_timeout_source_new(0));
  g_source_set_callback(
      later_.get(),
      [](gpointer self) -> gboolean {
        static_cast<FakeServer *>(self)->answer();
        return G_SOURCE_REMOVE;
      },
      this, nullptr);
  g_source_attach(later_.get(), context_.get());
}

inline void FakeServer::answer() {
  later_.reset();
  if (unanswered_.empty()) return;
  const auto message = std::move(unanswered_.front());
  unanswered_.pop_front();
  if (!unanswered_.empty()) answer_later();
  on_message(*this, message);
}

inline void FakeServer::stop_answering() {
  if (later_) g_source_destroy(later_.get());
  later_.reset();
}

}  // namespace gemlive::test
