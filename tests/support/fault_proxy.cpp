// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "fault_proxy.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <vector>

#include "local_socket.hpp"

namespace gemlive::test {

namespace {

/// Small buffers: a stall blocks the sender soon, not after megabytes.
constexpr int buffer = 16 << 10;
constexpr std::size_t max_held = 64 << 10;

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int tcp_socket() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  return descriptor;
}

/// A socket whose port other sockets of this function can share; -1 if the port is in use.
int bound_socket(int port) {
  const int descriptor = tcp_socket();
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (bind_locally(descriptor, port)) return descriptor;
  close(descriptor);
  return -1;
}

void prepare(int descriptor) {
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
}

void reset_and_close(int descriptor) {
  const linger none = {.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  close(descriptor);
}

}  // namespace

FaultProxy::FaultProxy(int target)
    : reserved_(bound_socket(0)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), target_(target) {
  if (reserved_ < 0) throw std::runtime_error("the proxy has no port");
  port_ = local_port(reserved_);
  listen_or_not();
  thread_ = std::thread([this] { run(); });
}

FaultProxy::~FaultProxy() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
  thread_.join();
  for (auto &link : links_)
    end(link, false);
  if (listener_ >= 0) close(listener_);
  close(reserved_);
  close(wake_);
}

void FaultProxy::wake() {
  const std::uint64_t one = 1;
  if (write(wake_, &one, sizeof one) < 0) return;  // the thread is awake already
}

void FaultProxy::set_accept(Accept accept) {
  {
    const std::lock_guard lock(mutex_);
    accept_ = accept;
    listen_or_not();
  }
  wake();
}

void FaultProxy::set_target(int port) {
  const std::lock_guard lock(mutex_);
  target_ = port;
}

void FaultProxy::set_flow(Way way, Flow flow) {
  {
    const std::lock_guard lock(mutex_);
    flow_of(way) = flow;
  }
  wake();
}

void FaultProxy::cut(Cut how) {
  {
    const std::lock_guard lock(mutex_);
    (how == Cut::in_mid_message ? cut_next_ : cut_) = true;
    cut_resets_ = how == Cut::reset;
  }
  wake();
}

void FaultProxy::corrupt(Way way) {
  const std::lock_guard lock(mutex_);
  (way == Way::up ? corrupt_up_ : corrupt_down_) = true;
}

void FaultProxy::heal() {
  {
    const std::lock_guard lock(mutex_);
    accept_ = Accept::pass;
    up_ = down_ = {};
    cut_next_ = corrupt_up_ = corrupt_down_ = false;
    listen_or_not();
  }
  wake();
}

/// Call with the lock, or before the thread starts.
void FaultProxy::listen_or_not() {
  const bool wanted = accept_ != Accept::refuse;
  if (wanted == (listener_ >= 0)) return;
  if (!wanted) {
    close(listener_);
    listener_ = -1;
    return;
  }
  listener_ = bound_socket(port_);
  if (listener_ < 0 || listen(listener_, 128) != 0)
    throw std::runtime_error("the proxy cannot listen");
  fcntl(listener_, F_SETFL, O_NONBLOCK);
}

bool FaultProxy::wants_input(const Pipe &pipe) const {
  const auto &flow = pipe.way == Way::up ? up_ : down_;
  return !pipe.ended && !flow.stalled && pipe.held < max_held;
}

void FaultProxy::run() {
  std::vector<pollfd> polled;
  for (;;) {
    polled = {{.fd = wake_, .events = POLLIN, .revents = 0}};
    int timeout = -1;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      if (listener_ >= 0) polled.push_back({.fd = listener_, .events = POLLIN, .revents = 0});
      const auto now = now_us();
      for (const auto &link : links_) {
        if (link.silent) continue;
        for (const auto *pipe : {&link.up, &link.down}) {
          if (wants_input(*pipe))
            polled.push_back({.fd = pipe->from, .events = POLLIN, .revents = 0});
          if (pipe->chunks.empty()) continue;
          const auto due = std::max(pipe->chunks.front().due, pipe->next_write);
          if (due <= now)
            polled.push_back({.fd = pipe->to, .events = POLLOUT, .revents = 0});
          else if (const auto wait = static_cast<int>((due - now) / 1000 + 1);
                   timeout < 0 || wait < timeout)
            timeout = wait;
        }
      }
    }
    poll(polled.data(), polled.size(), timeout);
    std::uint64_t ignored = 0;
    if (read(wake_, &ignored, sizeof ignored) < 0) ignored = 0;
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (listener_ >= 0) accept_one();
    const auto now = now_us();
    for (auto &link : links_) {
      if (cut_) end(link, cut_resets_);
      if (link.silent) continue;
      for (auto *pipe : {&link.up, &link.down}) {
        if (!link.dead && wants_input(*pipe)) receive(*pipe);
        if (!link.dead) deliver(link, *pipe, now);
      }
      if (link.up.finished && link.down.finished) end(link, false);
    }
    cut_ = false;
    links_.remove_if([](const Link &link) { return link.dead; });
  }
}

void FaultProxy::accept_one() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  ++connections_;
  if (accept_ == Accept::reset) {
    reset_and_close(client);
    return;
  }
  const int server = tcp_socket();
  if (accept_ == Accept::pass) {
    if (!connect_locally(server, target_)) {
      close(server);
      reset_and_close(client);
      return;
    }
  }
  prepare(client);
  prepare(server);
  links_.push_back({.up = {.from = client, .to = server, .way = Way::up},
                    .down = {.from = server, .to = client, .way = Way::down},
                    .silent = accept_ == Accept::silent});
}

void FaultProxy::receive(Pipe &pipe) {
  std::string bytes(8 << 10, '\0');
  const auto count = recv(pipe.from, bytes.data(), bytes.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    pipe.ended = true;
    return;
  }
  bytes.resize(static_cast<std::size_t>(count));
  auto &corrupt = pipe.way == Way::up ? corrupt_up_ : corrupt_down_;
  if (corrupt) bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
  corrupt = false;
  pipe.held += bytes.size();
  pipe.chunks.push_back({now_us() + transit_time(flow_of(pipe.way)), std::move(bytes)});
}

/// Lost data is resent until it arrives. Later data waits: TCP delivers in order.
std::int64_t FaultProxy::transit_time(const Flow &flow) {
  const auto chance = [this](std::int64_t below) {
    return static_cast<std::int64_t>(random_() % static_cast<unsigned>(below));
  };
  auto time = flow.delay.count();
  if (flow.jitter.count() > 0) time += chance(2 * flow.jitter.count() + 1) - flow.jitter.count();
  while (chance(100) < flow.loss)
    time += 2 * flow.delay.count();
  return time * 1000;
}

void FaultProxy::deliver(Link &link, Pipe &pipe, std::int64_t now) {
  const auto &flow = flow_of(pipe.way);
  while (!pipe.chunks.empty() && std::max(pipe.chunks.front().due, pipe.next_write) <= now) {
    auto &bytes = pipe.chunks.front().bytes;
    auto size = bytes.size();
    const bool last = cut_next_ && pipe.way == Way::down;
    if (last) size = (size + 1) / 2;
    if (flow.bytes_per_second > 0)
      size = std::min(size, static_cast<std::size_t>(flow.bytes_per_second / 50 + 1));
    if (flow.slice > 0) size = std::min(size, static_cast<std::size_t>(flow.slice));
    const auto sent = send(pipe.to, bytes.data(), size, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN && errno != EINTR) end(link, true);
      return;
    }
    if (last) {
      cut_next_ = false;
      end(link, false);
      return;
    }
    if (flow.bytes_per_second > 0) pipe.next_write = now + sent * 1'000'000 / flow.bytes_per_second;
    pipe.held -= static_cast<std::size_t>(sent);
    bytes.erase(0, static_cast<std::size_t>(sent));
    if (bytes.empty()) pipe.chunks.pop_front();
  }
  if (pipe.ended && pipe.chunks.empty() && !pipe.finished && !flow.stalled) {
    pipe.finished = true;
    shutdown(pipe.to, SHUT_WR);
  }
}

void FaultProxy::end(Link &link, bool reset) {
  if (link.dead) return;
  link.dead = true;
  if (reset) {
    reset_and_close(link.up.from);
  } else {
    shutdown(link.up.from, SHUT_WR);  // close() alone sends an RST if data is unread
    close(link.up.from);
  }
  close(link.up.to);
}

}  // namespace gemlive::test
