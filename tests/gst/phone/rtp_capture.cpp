// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "rtp_capture.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

namespace gemlive::test {
namespace {

constexpr std::size_t udp_header = 8;

int port_at(const std::string &bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]) << 8 | static_cast<std::uint8_t>(bytes[at + 1]);
}

/// When the kernel had the last packet that was read. A busy machine reads it later.
std::chrono::microseconds arrival(int socket) {
  using namespace std::chrono;
  timespec time{};
  if (ioctl(socket, SIOCGSTAMPNS, &time) != 0) return monotonic_now();
  const auto ago =
      system_clock::now().time_since_epoch() - seconds(time.tv_sec) - nanoseconds(time.tv_nsec);
  return monotonic_now() - duration_cast<microseconds>(ago);
}

int open_loopback() {
  const int descriptor = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_IP));
  if (descriptor < 0) return -1;
  arrival(descriptor);  // the first call makes the kernel note the times
  sockaddr_ll loopback{};
  loopback.sll_family = AF_PACKET;
  loopback.sll_protocol = htons(ETH_P_IP);
  loopback.sll_ifindex = static_cast<int>(if_nametoindex("lo"));
  if (bind(descriptor, reinterpret_cast<sockaddr *>(&loopback), sizeof loopback) == 0)
    return descriptor;
  close(descriptor);
  return -1;
}

}  // namespace

RtpCapture::RtpCapture() : socket_(open_loopback()) {
  if (is_possible()) thread_ = std::thread([this] { run(); });
}

RtpCapture::~RtpCapture() {
  stopped_ = true;
  if (thread_.joinable()) thread_.join();
  if (is_possible()) close(socket_);
}

/// A packet of the loopback is seen when it leaves and when it arrives.
void RtpCapture::run() {
  while (!stopped_) {
    pollfd readable{.fd = socket_, .events = POLLIN, .revents = 0};
    if (poll(&readable, 1, 50) != 1) continue;
    std::string bytes(70000, '\0');
    sockaddr_ll from{};
    socklen_t length = sizeof from;
    const auto size = recvfrom(socket_, bytes.data(), bytes.size(), 0,
                               reinterpret_cast<sockaddr *>(&from), &length);
    const auto header = (static_cast<std::size_t>(bytes[0]) & 0x0f) * 4;
    if (size < 0 || static_cast<std::size_t>(size) < header + udp_header ||
        from.sll_pkttype == PACKET_OUTGOING || bytes[9] != IPPROTO_UDP)
      continue;
    bytes.resize(static_cast<std::size_t>(size));
    datagrams_.lock()->push_back({.from = port_at(bytes, header),
                                  .to = port_at(bytes, header + 2),
                                  .bytes = bytes.substr(header + udp_header),
                                  .time = arrival(socket_)});
  }
}

int RtpCapture::caller_port(int sip_port) {
  auto datagrams = datagrams_.lock();
  for (const auto &datagram : *datagrams) {
    const auto media = datagram.bytes.find("m=audio ");
    if (datagram.to == sip_port && datagram.bytes.rfind("INVITE ", 0) == 0 &&
        media != std::string::npos)
      return std::atoi(datagram.bytes.c_str() + media + sizeof "m=audio");
  }
  return 0;
}

std::vector<RtpPacket> RtpCapture::packets(int from, int to) {
  std::vector<RtpPacket> found;
  auto datagrams = datagrams_.lock();
  for (const auto &datagram : *datagrams) {
    if ((from && datagram.from != from) || (to && datagram.to != to) || !is_rtp(datagram.bytes))
      continue;
    found.push_back(parse_rtp(datagram.bytes));
    found.back().time = datagram.time;
  }
  return found;
}

}  // namespace gemlive::test
