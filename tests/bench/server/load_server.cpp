// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "load_server.hpp"

#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "audio_stamp.hpp"

namespace gemlive::bench {

class LoadServer::Session : public EpollLoop::Watcher, RawWebSocket::Listener {
 public:
  Session(LoadServer &server, int descriptor)
      : server_(server),
        socket_(descriptor, server.context_.get(), TlsSocket::Side::server, *this) {
    server.loop_.add(descriptor, *this);
  }

  void ready() override {
    const bool goes_on = socket_.proceed();
    if (!goes_on) return server_.end(*this);  // this is gone
    update();
  }

  bool send(std::string_view text) {
    const bool sent = socket_.send(text);
    update();
    return sent;
  }

 private:
  void opened() override {}

  void message(std::string_view text) override {
    if (!is_set_up_) {
      is_set_up_ = true;
      socket_.send("{\n  \"setupComplete\": {}\n}\n");
      return;
    }
    if (server_.reader_.read(text) > 0) {
      auto &figures = server_.figures_;
      ++figures.messages_up;
      if (const auto stamp = server_.reader_.stamp())
        figures.latencies.push_back(static_cast<std::int32_t>(now_us() - *stamp));
      return;
    }
    // A text of realtimeInput, or the turns of clientContent.
    if (speaks_ || text.find("\"text\"") == text.npos) return;
    speaks_ = true;
    server_.wheel_.add(*this);
  }

  void update() {
    if (was_blocked_ == socket_.is_blocked()) return;
    was_blocked_ = socket_.is_blocked();
    server_.loop_.watch_writing(socket_.descriptor(), *this, was_blocked_);
  }

  LoadServer &server_;
  RawWebSocket socket_;
  bool is_set_up_ = false;
  bool speaks_ = false;
  bool was_blocked_ = false;
};

class LoadServer::Door : public EpollLoop::Watcher {
 public:
  explicit Door(LoadServer &server) : server_(server) {}
  void ready() override { server_.accept_all(); }

 private:
  LoadServer &server_;
};

class LoadServer::Bell : public EpollLoop::Watcher {
 public:
  explicit Bell(LoadServer &server) : server_(server) {}
  void ready() override { server_.stopped_ = true; }

 private:
  LoadServer &server_;
};

LoadServer::LoadServer(const LoadServerOptions &options)
    : message_(AudioMessage::from_server(options.chunk_ms)), wheel_(options.chunk_ms, now_us()) {
  if (!options.certificate_file.empty()) {
    context_ = make_server_context(options.certificate_file, options.key_file);
    if (!context_) {
      error_ = "The certificate or its key cannot be read: check --tls-cert and --tls-key";
      return;
    }
  }
  if (!listen(options.port)) {
    error_ = "The port cannot be opened: choose another --port";
    return;
  }
  door_ = std::make_unique<Door>(*this);
  loop_.add(listening_, *door_);
  bell_descriptor_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  bell_ = std::make_unique<Bell>(*this);
  loop_.add(bell_descriptor_, *bell_);
}

LoadServer::~LoadServer() {
  for (const int descriptor : {listening_, bell_descriptor_})
    if (descriptor >= 0) close(descriptor);
}

bool LoadServer::listen(int port) {
  listening_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listening_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return bind(listening_, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0 &&
         ::listen(listening_, 4096) == 0;
}

std::string LoadServer::uri() const {
  sockaddr_in address = {};
  socklen_t size = sizeof address;
  getsockname(listening_, reinterpret_cast<sockaddr *>(&address), &size);
  return (context_ ? "wss://127.0.0.1:" : "ws://127.0.0.1:") +
         std::to_string(ntohs(address.sin_port));
}

void LoadServer::run() {
  while (!stopped_) {
    wheel_.advance(now_us(), [this](Session &session, std::int64_t due) { speak(session, due); });
    loop_.wait(wheel_.next_due());
  }
}

void LoadServer::stop() {
  const std::uint64_t one = 1;
  if (write(bell_descriptor_, &one, sizeof one) < 0) error_ = "The server cannot be stopped";
}

void LoadServer::accept_all() {
  for (;;) {
    const int descriptor = accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return;
    sessions_.push_back(std::make_unique<Session>(*this, descriptor));
  }
}

void LoadServer::speak(Session &session, std::int64_t due) {
  const auto now = now_us();
  figures_.delays.push_back(static_cast<std::int32_t>(now - due));
  const bool sent = session.send(message_.stamped(now));
  ++(sent ? figures_.messages_down : figures_.dropped);
}

void LoadServer::end(Session &session) {
  wheel_.remove(session);
  std::erase_if(sessions_, [&](const auto &other) { return other.get() == &session; });
}

}  // namespace gemlive::bench
