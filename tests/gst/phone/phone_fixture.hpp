// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "local_socket.hpp"
#include "program.hpp"
#include "rtp_peer.hpp"
#include "simulator_process.hpp"
#include "sip_caller.hpp"

namespace gemlive::test {

/// A telephone that calls gemlive-phone.
struct Telephone {
  explicit Telephone(int server_port, RtpPeer::Options options = {})
      : rtp(std::move(options)), sip(server_port) {}

  /// Returns the status of the response. 200: the media flow.
  int call() { return call(SipCaller::offer(rtp.port())); }
  int call(const std::string &offer) {
    const int status = sip.invite(offer);
    if (status == 200) rtp.start(sip.rtp_port());
    return status;
  }

  RtpPeer rtp;
  SipCaller sip;
};

/// gemlive-phone and a service.
class PhoneFixture : public ::testing::Test {
 protected:
  /// The service answers with `answer` ms of tones.
  void serve(const std::string &script = "[]", int answer = 500) {
    service = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--voice", "tone", "--tone-duration", std::to_string(answer)},
        script);
  }
  /// Starts gemlive-phone, with a service if serve() was not called.
  void start(const std::vector<std::string> &options = {}) {
    if (!service) serve();
    port = unused_port();
    std::vector<std::string> command{example_program("phone/gemlive-phone"), "--port",
                                     std::to_string(port)};
    command.insert(command.end(), options.begin(), options.end());
    phone = std::make_unique<Program>(command, std::vector<std::pair<std::string, std::string>>{
                                                   {"GEMLIVE_URI", service->uri()}});
    ASSERT_TRUE(phone->prints("Call sip:127.0.0.1:" + std::to_string(port)));
  }

  std::unique_ptr<SimulatorProcess> service;
  std::unique_ptr<Program> phone;
  int port = 0;
};

}  // namespace gemlive::test
