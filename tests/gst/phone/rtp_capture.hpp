// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "guarded.hpp"
#include "rtp_peer.hpp"

namespace gemlive::test {

/// Writes down the UDP packets of this machine with their times: what two programs say to each
/// other. That needs the right to do so (CAP_NET_RAW). Any thread.
class RtpCapture {
 public:
  RtpCapture();
  ~RtpCapture();
  RtpCapture(const RtpCapture &) = delete;
  RtpCapture &operator=(const RtpCapture &) = delete;

  bool is_possible() const { return socket_ >= 0; }
  /// The RTP port in the offer of the caller who called this SIP port. 0: there was no call.
  int caller_port(int sip_port);
  std::vector<RtpPacket> sent_to(int port) { return packets(0, port); }
  std::vector<RtpPacket> sent_from(int port) { return packets(port, 0); }

 private:
  struct Datagram {
    int from = 0, to = 0;  // ports
    std::string bytes = {};
    std::chrono::microseconds time{0};
  };

  void run();
  /// 0: any port.
  std::vector<RtpPacket> packets(int from, int to);

  int socket_;
  Guarded<std::vector<Datagram>> datagrams_;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

}  // namespace gemlive::test
