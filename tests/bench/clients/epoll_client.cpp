// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-load-epoll: the client of bench.py that costs least. One thread, epoll, OpenSSL, and a
// WebSocket without checks. Its arguments: client_run.hpp.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "audio_stamp.hpp"
#include "conversation_load.hpp"
#include "epoll_loop.hpp"
#include "raw_web_socket.hpp"
#include "tick_wheel.hpp"

namespace gemlive::bench {

namespace {

[[noreturn]] void fail(const char *text) {
  std::fprintf(stderr, "gemlive-load-epoll: %s\n", text);
  std::_Exit(1);
}

class EpollClient {
 public:
  explicit EpollClient(const ClientOptions &options)
      : options_(options), load_(options), wheel_(options.chunk_ms, now_us()) {
    if (!options.ca_file.empty() && !(context_ = make_client_context(options.ca_file)))
      fail("the file of --ca-file cannot be read");
    for (int i = 0; i < options.sessions; ++i)
      sessions_.push_back(std::make_unique<Session>(*this));
  }

  void run() {
    while (load_.proceed(now_us())) {
      wheel_.advance(now_us(), [](Session &session, std::int64_t) { session.speak(); });
      const auto due = wheel_.next_due(), stage = load_.next_stage();
      loop_.wait(stage >= 0 && stage < due ? stage : due);
    }
    load_.report();
  }

 private:
  class Session : public EpollLoop::Watcher, RawWebSocket::Listener {
   public:
    explicit Session(EpollClient &client)
        : client_(client),
          socket_(connected_descriptor(client.options_.uri), client.context_.get(),
                  TlsSocket::Side::client, *this) {
      client.loop_.add(socket_.descriptor(), *this);
      ready();
    }

    void ready() override {
      if (!socket_.proceed()) fail("a connection is over");
      update();
    }
    void ask() {
      socket_.send(question_message);
      update();
    }
    void speak() {
      socket_.send(client_.load_.speak());
      update();
    }

   private:
    static int connected_descriptor(const std::string &uri) {
      const int descriptor = connect_to(uri);
      if (descriptor < 0) fail("the address is not ws://IPV4:PORT or wss://IPV4:PORT");
      return descriptor;
    }

    void opened() override { socket_.send(setup_message); }
    void message(std::string_view text) override {
      if (is_set_up_) return client_.load_.receive(text, was_heard_);
      is_set_up_ = true;
      if (client_.load_.count_set_up()) client_.begin();
    }
    void update() {
      if (was_blocked_ == socket_.is_blocked()) return;
      was_blocked_ = socket_.is_blocked();
      client_.loop_.watch_writing(socket_.descriptor(), *this, was_blocked_);
    }

    EpollClient &client_;
    RawWebSocket socket_;
    bool is_set_up_ = false, was_heard_ = false, was_blocked_ = false;
  };

  /// All are set up.
  void begin() {
    for (auto &session : sessions_) {
      session->ask();
      wheel_.add(*session);
    }
  }

  const ClientOptions options_;
  TlsContext context_;
  EpollLoop loop_;
  ConversationLoad load_;
  TickWheel<Session> wheel_;
  std::vector<std::unique_ptr<Session>> sessions_;
};

}  // namespace

}  // namespace gemlive::bench

int main(int argc, char **argv) {
  const auto options = gemlive::bench::parse_client_options(argc, argv);
  if (!options) return 2;
  gemlive::bench::EpollClient(*options).run();
}
