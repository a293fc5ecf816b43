// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "rude_peer.hpp"

#include <gio/gio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "local_socket.hpp"

namespace gemlive::test {

namespace {

std::string header(const std::string &request, std::string_view name) {
  auto at = request.find(name);
  if (at == std::string::npos) return {};
  at += name.size();
  return request.substr(at, request.find("\r\n", at) - at);
}

}  // namespace

RudePeer::Connection::~Connection() {
  ::close(descriptor_);
}

std::string RudePeer::Connection::read_request() {
  std::string request;
  while (request.find("\r\n\r\n") == std::string::npos) {
    auto more = read();
    if (more.empty()) return {};
    request += more;
  }
  return request;
}

std::string RudePeer::Connection::read() {
  std::string bytes(64 << 10, '\0');
  auto count = recv(descriptor_, bytes.data(), bytes.size(), 0);
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

void RudePeer::Connection::wait_for_end() {
  while (!read().empty()) {
  }
}

bool RudePeer::Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void RudePeer::Connection::accept_upgrade() {
  write(upgrade_response(read_request()));
}

bool RudePeer::Connection::frame(std::uint8_t first, std::string_view payload) {
  return write(frame_bytes(first, payload));
}

bool RudePeer::Connection::close_frame(int code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
  return frame(0x88, payload.append(reason));
}

void RudePeer::Connection::finish() {
  shutdown(descriptor_, SHUT_WR);
}

void RudePeer::Connection::reset() {
  // With no time to linger, the end of the connection is an RST; dup2 closes it in place.
  linger none = {.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  int unconnected = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  dup2(unconnected, descriptor_);
  ::close(unconnected);
}

RudePeer::RudePeer(Script script) : script_(std::move(script)) {
  listener_ = bound_local_socket();
  port_ = local_port(listener_);
  if (listen(listener_, 128) != 0) abort();
  thread_ = std::thread([this] { accept_all(); });
}

RudePeer::~RudePeer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto &running : running_)
      shutdown(running.connection.descriptor_, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);  // ends accept()
  thread_.join();
  for (auto &running : running_)
    running.thread.join();
  ::close(listener_);
}

void RudePeer::accept_all() {
  while (true) {
    int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    timeval patience = {.tv_sec = 10, .tv_usec = 0};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::lock_guard lock(mutex_);
    auto &running = running_.emplace_back(descriptor);
    if (stopping_) shutdown(descriptor, SHUT_RDWR);
    ++connections_;
    running.thread = std::thread([this, &running] {
      script_(running.connection);
      shutdown(running.connection.descriptor_, SHUT_RDWR);
    });
  }
}

std::string RudePeer::url(const std::string &path) const {
  return "ws://127.0.0.1:" + std::to_string(port_) + path;
}

std::string RudePeer::upgrade_response(const std::string &request) {
  auto key = header(request, "Sec-WebSocket-Key: ") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::vector<guint8> digest(20);
  gsize size = digest.size();
  GChecksum *sha1 = g_checksum_new(G_CHECKSUM_SHA1);
  g_checksum_update(sha1, reinterpret_cast<const guchar *>(key.data()),
                    static_cast<gssize>(key.size()));
  g_checksum_get_digest(sha1, digest.data(), &size);
  g_checksum_free(sha1);
  char *accept = g_base64_encode(digest.data(), size);
  std::string response = std::string(
                             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                             "Connection: Upgrade\r\nSec-WebSocket-Accept: ") +
                         accept + "\r\n\r\n";
  g_free(accept);
  return response;
}

std::string RudePeer::frame_bytes(std::uint8_t first, std::string_view payload) {
  auto size = payload.size();
  std::string bytes(1, static_cast<char>(first));
  auto append = [&](int count) {
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
      bytes += static_cast<char>(size >> shift);
    }
  };
  if (size < 126) {
    append(1);
  } else if (size < 65536) {
    bytes += 126, append(2);
  } else {
    bytes += 127, append(8);
  }
  return bytes.append(payload);
}

}  // namespace gemlive::test
