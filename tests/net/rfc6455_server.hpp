// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rfc6455_cases.hpp"
#include "rfc6455_frames.hpp"
#include "rude_peer.hpp"
#include "transport_client.hpp"

namespace gemlive::test::rfc6455 {

/// The server's side of an exchange. run() is for the peer's thread. Read the results after it has
/// returned.
class Server {
 public:
  Server(const Exchange &exchange, TransportClient &client)
      : exchange_(exchange), client_(client) {}

  void run(RudePeer::Connection &connection);
  /// The client's frames.
  const std::vector<Answer> &answers() const { return frames_.all(); }
  /// Empty, or the first part after which the client had not sent the right number of frames.
  const std::string &problem() const { return problem_; }

 private:
  void send_parts();
  void write(std::string_view bytes);
  bool receive();
  void receive_available();
  void receive_until(std::size_t count);
  void settle();

  const Exchange &exchange_;
  TransportClient &client_;
  RudePeer::Connection *connection_ = nullptr;
  ClientFrames frames_;
  std::string problem_;
};

}  // namespace gemlive::test::rfc6455
