// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "guarded.hpp"
#include "io_thread.hpp"
#include "soup_transport.hpp"
#include "wait.hpp"

namespace gemlive::test {

inline std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

/// A transport with its own I/O thread. Records the calls of its listener.
class TransportClient final : private Transport::Listener {
 public:
  struct Heard {
    int opened = 0;
    std::vector<std::string> messages = {};
    std::size_t message_count = 0;
    std::size_t message_bytes = 0;
    int writable = 0;
    std::vector<std::pair<int, std::string>> closed = {};
    std::vector<Error> failed = {};
    int after_the_end = 0;  // forbidden calls

    bool ended() const { return !closed.empty() || !failed.empty(); }
  };

  TransportClient() : TransportClient(std::make_shared<IoThread>()) {}
  explicit TransportClient(std::shared_ptr<IoThread> thread) : thread_(std::move(thread)) {
    run([this] { transport_ = make_soup_transport(*this, {}); });
  }
  ~TransportClient() { destroy(); }

  void connect_to(const std::string &url) { connect({.url = url}); }
  void connect(const Transport::Request &request) {
    run([&] { transport_->connect(request); });
  }
  /// On the I/O thread.
  template <typename Work>
  void run(Work work) {
    if (!thread_->call(work, patience)) abort();
  }
  Transport &transport() { return *transport_; }
  IoThread &thread() { return *thread_; }
  void destroy() {
    run([this] {
      transport_.reset();
      destroyed_ = true;
    });
  }

  template <typename Predicate>
  bool wait(Predicate holds) {
    auto heard = heard_.lock();
    return heard.wait_until(changed_, std::chrono::steady_clock::now() + patience,
                            [&] { return holds(*heard); });
  }
  bool wait_opened() {
    return wait([](auto &heard) { return heard.opened > 0 || heard.ended(); }) && heard().opened;
  }
  bool wait_ended() {
    return wait([](auto &heard) { return heard.ended(); });
  }
  Heard heard() { return heard_.copy(); }
  std::string last_message() { return heard_.lock()->messages.back(); }
  /// Called on the I/O thread for each message.
  std::function<void()> on_message = {};
  /// Called on the I/O thread when a message can be sent again.
  std::function<void()> on_writable = {};
  bool keep_messages = true;

 private:
  template <typename Change>
  void record(Change change) {
    auto heard = heard_.lock();
    if (heard->ended() || destroyed_) ++heard->after_the_end;
    change(*heard);
    changed_.notify_all();
  }

  void opened() override {
    record([](Heard &heard) { ++heard.opened; });
  }
  void message(const Message &payload) override {
    record([&](Heard &heard) {
      ++heard.message_count;
      heard.message_bytes += payload.bytes().size();
      if (keep_messages) heard.messages.emplace_back(payload.bytes());
    });
    if (on_message) on_message();
  }
  void writable() override {
    record([](Heard &heard) { ++heard.writable; });
    if (on_writable) on_writable();
  }
  void closed(int code, const std::string &reason) override {
    record([&](Heard &heard) { heard.closed.emplace_back(code, reason); });
  }
  void failed(const Error &error) override {
    record([&](Heard &heard) { heard.failed.push_back(error); });
  }

  Guarded<Heard> heard_;
  std::condition_variable changed_;
  bool destroyed_ = false;  // I/O thread
  std::shared_ptr<IoThread> thread_;
  std::unique_ptr<Transport> transport_;  // I/O thread
};

}  // namespace gemlive::test
