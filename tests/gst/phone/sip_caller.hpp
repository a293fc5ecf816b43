// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

/// A caller that speaks SIP (RFC 3261) over UDP on 127.0.0.1. It knows no timers: nothing is lost
/// there.
namespace gemlive::test {

class SipCaller {
 public:
  explicit SipCaller(int server_port);
  ~SipCaller();
  SipCaller(const SipCaller &) = delete;
  SipCaller &operator=(const SipCaller &) = delete;

  /// A description of media in the formats of RFC 3551, and DTMF as 101.
  static std::string offer(int rtp_port, const std::string &formats = "0 8 13 101",
                           const std::string &protocol = "RTP/AVP");
  /// Calls, and waits for the final response. Returns its status; 0: no response in time. A second
  /// invite() offers something else in the same call. Without an offer the server makes one, and
  /// `answer` is that to it.
  int invite(const std::string &offer, const std::string &answer = "");
  /// The body of the last response to invite().
  const std::string &answer() const { return answer_; }
  /// The port of m=audio in it.
  int rtp_port() const;

  /// Another request. Returns the status of the response.
  int ask(const std::string &method, const std::string &body = "");
  /// Ends the call. Returns the status of the response.
  int bye() { return ask("BYE"); }
  /// Waits until the server ends the call.
  bool is_hung_up();
  /// Sends a datagram as it is.
  void send_raw(const std::string &bytes);

 private:
  std::string request(const std::string &method, const std::string &body = "") const;
  std::string wait_for_response(const std::string &method);
  std::string receive();

  int socket_;
  std::string server_, self_;  // host:port
  std::string call_id_;
  std::string tag_;  // ";tag=..." of the server
  std::string answer_;
  int sequence_ = 0;
  bool is_accepted_ = false;
};

}  // namespace gemlive::test
