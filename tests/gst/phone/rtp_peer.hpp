// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "guarded.hpp"

namespace gemlive::test {

/// A packet of RTP (RFC 3550) without extensions.
struct RtpPacket {
  int payload_type = 0;
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
  std::string payload = {};
  std::chrono::microseconds time{0};  // CLOCK_MONOTONIC: when it was sent, or received

  bool is_loud() const;  // of µ-law or A-law
};

/// Whether a datagram is RTP. RTCP can arrive, as that of another call with the neighbouring port
/// (RFC 5761, 4).
bool is_rtp(const std::string &bytes);
/// `time` is now.
RtpPacket parse_rtp(const std::string &bytes);
std::chrono::microseconds monotonic_now();

/// The media of a telephone: by default G.711 µ-law, in packets of 20 ms by a clock of its own. It
/// says silence while it has nothing to say. Any thread.
class RtpPeer {
 public:
  struct Format {
    int payload_type = 0;
    int samples_per_packet = 160;                    // of the RTP clock
    std::string silence = std::string(160, '\xff');  // a packet of it
  };
  struct Options {
    double clock_ppm = 0;  // how much its clock is ahead
    std::function<bool(const RtpPacket &)> is_lost = [](const RtpPacket &) { return false; };
    bool suppresses_silence = false;  // sends one packet of comfort noise, and then nothing
    Format format = {};
  };

  RtpPeer() : RtpPeer(Options{}) {}
  explicit RtpPeer(Options options);
  ~RtpPeer();
  RtpPeer(const RtpPeer &) = delete;
  RtpPeer &operator=(const RtpPeer &) = delete;

  int port() const;
  /// Begins to send to a port of 127.0.0.1.
  void start(int port);
  /// Speaks in another format from the next packet on.
  void change(const Format &format);
  /// Says S16LE of 8 kHz as µ-law, behind what it still has to say.
  void say(const std::string &samples);
  /// Says what is encoded already: the payload of each packet.
  void say_payloads(const std::vector<std::string> &payloads);
  /// Presses a key for 60 ms: an event of RFC 4733 in place of audio. Its end is sent three times.
  void press(int event);
  /// Sends a datagram as it is.
  void send_raw(const std::string &bytes);

  /// Lost packets count as sent.
  std::vector<RtpPacket> sent() { return state_.lock()->sent; }
  std::vector<RtpPacket> received() { return state_.lock()->received; }
  /// Waits until a received packet, counted from `from`, is loud or is silent. Returns its number,
  /// or -1.
  int wait_for(bool loud, std::size_t from = 0);
  /// Waits until so many packets in a row are silent.
  bool is_silent_for(std::size_t packets);

 private:
  struct Slot {  // what is sent at one tick
    int payload_type = 0;
    std::string payload = {};
    int age = 0;  // ticks since its timestamp
  };
  struct State {
    std::deque<Slot> slots;
    std::vector<RtpPacket> sent, received;
    Format format = {};
    bool is_silent = false;  // and has said so with comfort noise
  };

  void run();
  void send_next();
  void receive_until(std::chrono::steady_clock::time_point until);

  Options options_;
  int socket_;
  Guarded<State> state_;
  int tick_ = 0;                // the sending thread's
  std::uint16_t sequence_ = 0;  // likewise
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

}  // namespace gemlive::test
