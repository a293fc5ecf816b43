// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "rtp_peer.hpp"

#include <poll.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "g711.hpp"
#include "local_socket.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t mulaw_size = 160;
constexpr int a_law_type = 8, comfort_noise_type = 13, digits_type = 101;

std::string big_endian(std::uint32_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    text += static_cast<char>(value >> shift & 0xff);
  return text;
}

std::string to_bytes(const RtpPacket &packet) {
  return big_endian(0x80, 1) +
         big_endian(static_cast<std::uint32_t>(packet.payload_type | (packet.marker ? 0x80 : 0)),
                    1) +
         big_endian(packet.sequence, 2) + big_endian(packet.timestamp, 4) +
         big_endian(packet.ssrc, 4) + packet.payload;
}

}  // namespace

std::chrono::microseconds monotonic_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

bool is_rtp(const std::string &bytes) {
  const auto type = bytes.size() < 12 ? 200 : static_cast<std::uint8_t>(bytes[1]);
  return type < 192 || type > 223;
}

RtpPacket parse_rtp(const std::string &bytes) {
  const auto number = [&](std::size_t at, int size) {
    std::uint32_t value = 0;
    for (int i = 0; i < size; ++i)
      value = value << 8 | static_cast<std::uint8_t>(bytes[at + static_cast<std::size_t>(i)]);
    return value;
  };
  return {.payload_type = static_cast<int>(number(1, 1) & 0x7f),
          .marker = (number(1, 1) & 0x80) != 0,
          .sequence = static_cast<std::uint16_t>(number(2, 2)),
          .timestamp = number(4, 4),
          .ssrc = number(8, 4),
          .payload = bytes.substr(12),
          .time = monotonic_now()};
}

bool RtpPacket::is_loud() const {
  return std::any_of(payload.begin(), payload.end(), [this](char code) {
    const auto byte = static_cast<std::uint8_t>(code);
    return std::abs(payload_type == a_law_type ? decode_alaw(byte) : decode_mulaw(byte)) > 500;
  });
}

RtpPeer::RtpPeer(Options options)
    : options_(std::move(options)), socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  if (!bind_locally(socket_, 0)) abort();
  state_.lock()->format = options_.format;
}

RtpPeer::~RtpPeer() {
  stopped_ = true;
  if (thread_.joinable()) thread_.join();
  close(socket_);
}

int RtpPeer::port() const {
  return local_port(socket_);
}

void RtpPeer::start(int port) {
  if (!connect_locally(socket_, port)) abort();
  thread_ = std::thread([this] { run(); });
}

void RtpPeer::change(const Format &format) {
  state_.lock()->format = format;
}

void RtpPeer::say(const std::string &samples) {
  auto codes = encode_mulaw(samples);
  codes.resize((codes.size() + mulaw_size - 1) / mulaw_size * mulaw_size, '\xff');
  std::vector<std::string> payloads;
  for (std::size_t at = 0; at < codes.size(); at += mulaw_size)
    payloads.push_back(codes.substr(at, mulaw_size));
  say_payloads(payloads);
}

void RtpPeer::say_payloads(const std::vector<std::string> &payloads) {
  auto state = state_.lock();
  for (const auto &payload : payloads)
    state->slots.push_back({.payload_type = state->format.payload_type, .payload = payload});
}

void RtpPeer::press(int event) {
  auto state = state_.lock();
  for (int age = 0; age < 5; ++age) {
    const auto lasts =
        static_cast<std::uint32_t>(std::min(age + 1, 3) * state->format.samples_per_packet);
    const std::uint32_t end_and_volume = age < 2 ? 10 : 0x80 | 10;
    state->slots.push_back({.payload_type = digits_type,
                            .payload = big_endian(static_cast<std::uint32_t>(event), 1) +
                                       big_endian(end_and_volume, 1) + big_endian(lasts, 2),
                            .age = age});
  }
}

void RtpPeer::send_raw(const std::string &bytes) {
  if (send(socket_, bytes.data(), bytes.size(), 0) < 0) abort();
}

int RtpPeer::wait_for(bool loud, std::size_t from) {
  int found = -1;
  wait_until([&] {
    const auto packets = received();
    for (auto i = from; i < packets.size() && found < 0; ++i)
      if (packets[i].is_loud() == loud) found = static_cast<int>(i);
    return found >= 0;
  });
  return found;
}

bool RtpPeer::is_silent_for(std::size_t packets) {
  return wait_until([&] {
    const auto all = received();
    const auto silent = std::find_if(all.rbegin(), all.rend(),
                                     [](const RtpPacket &packet) { return packet.is_loud(); });
    return silent - all.rbegin() >= static_cast<long>(packets);
  });
}

void RtpPeer::run() {
  const auto start = std::chrono::steady_clock::now();
  const auto period = 20e6 / (1 + options_.clock_ppm / 1e6);  // ns
  for (; !stopped_; ++tick_) {
    send_next();
    receive_until(start + std::chrono::nanoseconds(std::llround((tick_ + 1) * period)));
  }
}

void RtpPeer::send_next() {
  auto state = state_.lock();
  const auto &format = state->format;
  Slot slot{.payload_type = format.payload_type, .payload = format.silence};
  const bool begins = state->is_silent;
  if (!state->slots.empty()) {
    slot = state->slots.front();
    state->slots.pop_front();
    state->is_silent = false;
  } else if (options_.suppresses_silence) {
    if (state->is_silent) return;
    state->is_silent = true;
    slot = {.payload_type = comfort_noise_type, .payload = "\x40"};
  }
  const RtpPacket packet{
      .payload_type = slot.payload_type,
      .marker = slot.payload_type == digits_type ? slot.age == 0 : begins && !state->is_silent,
      .sequence = sequence_++,
      .timestamp = static_cast<std::uint32_t>((tick_ - slot.age) * format.samples_per_packet),
      .ssrc = static_cast<std::uint32_t>(port()),
      .payload = slot.payload,
      .time = monotonic_now()};
  state->sent.push_back(packet);
  if (!options_.is_lost(packet)) {
    const auto bytes = to_bytes(packet);
    // Fails after the other side has closed its port.
    [[maybe_unused]] const auto size = send(socket_, bytes.data(), bytes.size(), 0);
  }
}

void RtpPeer::receive_until(std::chrono::steady_clock::time_point until) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd readable{.fd = socket_, .events = POLLIN, .revents = 0};
    if (left <= 0ms || poll(&readable, 1, static_cast<int>(left.count())) == 0) return;
    std::string bytes(2000, '\0');
    const auto size = recv(socket_, bytes.data(), bytes.size(), 0);
    bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    if (!is_rtp(bytes)) continue;
    state_.lock()->received.push_back(parse_rtp(bytes));
  }
}

}  // namespace gemlive::test
