// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sip_caller.hpp"

#include <poll.h>

#include <cstdlib>

#include "local_socket.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

constexpr char end_of_line[] = "\r\n";

/// With its name. Empty: there is no such header.
std::string header(const std::string &message, const std::string &name) {
  const auto start = message.find(end_of_line + name + ": ");
  if (start == std::string::npos) return "";
  return message.substr(start + 2, message.find(end_of_line, start + 2) - start - 2) + end_of_line;
}

int status_of(const std::string &response) {
  return response.empty() ? 0 : std::atoi(response.c_str() + sizeof "SIP/2.0");
}

}  // namespace

SipCaller::SipCaller(int server_port) : socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  if (!bind_locally(socket_, 0) || !connect_locally(socket_, server_port)) abort();
  server_ = "127.0.0.1:" + std::to_string(server_port);
  self_ = "127.0.0.1:" + std::to_string(local_port(socket_));
  call_id_ = std::to_string(local_port(socket_)) + "-" + std::to_string(std::rand());
}

SipCaller::~SipCaller() {
  close(socket_);
}

std::string SipCaller::offer(int rtp_port, const std::string &formats,
                             const std::string &protocol) {
  return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio " +
         std::to_string(rtp_port) + " " + protocol + " " + formats +
         "\r\na=rtpmap:101 telephone-event/8000\r\n";
}

int SipCaller::invite(const std::string &offer, const std::string &answer) {
  ++sequence_;
  send_raw(request("INVITE", offer));
  const auto response = wait_for_response("INVITE");
  const auto to = header(response, "To");
  if (const auto tag = to.find(";tag="); tag != std::string::npos)
    tag_ = to.substr(tag, to.size() - tag - 2);
  is_accepted_ = status_of(response) == 200;
  if (!response.empty()) send_raw(request("ACK", answer));
  const auto body = response.find("\r\n\r\n");
  answer_ = body == std::string::npos ? "" : response.substr(body + 4);
  return status_of(response);
}

int SipCaller::rtp_port() const {
  const auto line = answer_.find("m=audio ");
  return line == std::string::npos ? 0 : std::atoi(answer_.c_str() + line + sizeof "m=audio");
}

int SipCaller::ask(const std::string &method, const std::string &body) {
  ++sequence_;
  send_raw(request(method, body));
  return status_of(wait_for_response(method));
}

bool SipCaller::is_hung_up() {
  for (auto message = receive(); !message.empty(); message = receive()) {
    if (message.rfind("BYE ", 0) != 0) continue;
    std::string response = "SIP/2.0 200 OK\r\n";
    for (const char *name : {"Via", "From", "To", "Call-ID", "CSeq"})
      response += header(message, name);
    send_raw(response + "Content-Length: 0\r\n\r\n");
    return true;
  }
  return false;
}

void SipCaller::send_raw(const std::string &bytes) {
  if (send(socket_, bytes.data(), bytes.size(), 0) < 0) abort();
}

std::string SipCaller::request(const std::string &method, const std::string &body) const {
  const auto number = std::to_string(sequence_);
  return method + " sip:model@" + server_ + " SIP/2.0\r\nVia: SIP/2.0/UDP " + self_ +
         ";branch=z9hG4bK" + call_id_ + number + (method == "ACK" && is_accepted_ ? "ack" : "") +
         "\r\nMax-Forwards: 70\r\nFrom: <sip:test@" + self_ + ">;tag=1\r\nTo: <sip:model@" +
         server_ + ">" + tag_ + "\r\nCall-ID: " + call_id_ + "\r\nCSeq: " + number + " " + method +
         "\r\nContact: <sip:test@" + self_ + ">\r\nSupported: timer\r\n" +
         "Session-Expires: 1800;refresher=uac\r\n" +
         (body.empty() ? "" : "Content-Type: application/sdp\r\n") +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// The final one.
std::string SipCaller::wait_for_response(const std::string &method) {
  const auto sequence = "CSeq: " + std::to_string(sequence_) + " " + method + end_of_line;
  for (auto message = receive(); !message.empty(); message = receive())
    if (message.rfind("SIP/2.0 ", 0) == 0 && status_of(message) >= 200 &&
        message.find(sequence) != std::string::npos)
      return message;
  return "";
}

std::string SipCaller::receive() {
  pollfd readable{.fd = socket_, .events = POLLIN, .revents = 0};
  if (poll(&readable, 1, static_cast<int>(2 * patience.count())) != 1) return "";
  std::string bytes(10000, '\0');
  const auto size = recv(socket_, bytes.data(), bytes.size(), 0);
  bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return bytes;
}

}  // namespace gemlive::test
