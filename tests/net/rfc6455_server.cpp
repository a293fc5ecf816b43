// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "rfc6455_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <utility>

namespace gemlive::test::rfc6455 {

using End = Exchange::End;

void Server::run(RudePeer::Connection &connection) {
  connection_ = &connection;
  const int on = 1;
  setsockopt(connection.descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  connection.accept_upgrade();
  if (!client_.wait_opened()) return;
  send_parts();
  if (exchange_.end == End::closed_afterwards) {
    receive_until(exchange_.answers.size());
    connection.close_frame(1000, "");
  }
  while (!frames_.have_close() && receive()) {
  }
  if (exchange_.end == End::failed) connection.close_frame(exchange_.code, "");
  connection.finish();
  while (receive()) {
  }
}

void Server::send_parts() {
  std::string together;
  for (const auto &part : exchange_.parts) {
    if (exchange_.chop == whole) {
      together += part.bytes;
      if (!part.answers && &part != &exchange_.parts.back()) continue;
      connection_->write(std::exchange(together, {}));
    } else {
      write(part.bytes);
    }
    if (!part.answers) continue;
    if (*part.answers == frames_.all().size()) settle();
    receive_until(*part.answers);
    if (frames_.all().size() != *part.answers && problem_.empty())
      problem_ = std::to_string(frames_.all().size()) + " frames, not " +
                 std::to_string(*part.answers) + ", after " + shown(part.bytes);
  }
}

/// In chops. The client handles each before the next is sent. This would take too long for the
/// 65,000 chops of section 9: there it handles 1 KiB before the next.
void Server::write(std::string_view bytes) {
  const std::size_t step = bytes.size() < (1 << 20) ? 1 : 1 << 10;
  std::size_t unhandled = 0;
  while (!bytes.empty()) {
    const auto chop = bytes.substr(0, exchange_.chop);
    bytes.remove_prefix(chop.size());
    connection_->write(chop);
    unhandled += chop.size();
    if (unhandled < step) continue;
    settle();
    unhandled = 0;
  }
}

/// Waits until the client has handled the data that it has received: its main loop polls and
/// dispatches the socket at least once between the first call and the last.
void Server::settle() {
  for (int i = 0; i < 3; ++i)
    client_.run([] {});
}

/// False at the end of the connection, or after 10 s without data.
bool Server::receive() {
  const auto bytes = connection_->read();
  frames_.feed(bytes);
  return !bytes.empty();
}

void Server::receive_available() {
  pollfd input = {.fd = connection_->descriptor(), .events = POLLIN, .revents = 0};
  while (::poll(&input, 1, 0) > 0 && receive()) {
  }
}

/// `count` frames, or a close frame, and those that have arrived as well.
void Server::receive_until(std::size_t count) {
  while (frames_.all().size() < count && !frames_.have_close() && receive()) {
  }
  receive_available();
}

}  // namespace gemlive::test::rfc6455
