// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "config.hpp"
#include "endpoint.hpp"
#include "log.hpp"
#include "notice.hpp"
#include "outbox.hpp"
#include "stream.hpp"
#include "timer.hpp"
#include "transport.hpp"
#include "wire.hpp"

namespace gemlive {

/// The outputs of a conversation, by what they carry.
struct Streams {
  Stream audio, input_transcript, output_transcript, text;

  template <typename Do>
  void each(Do &&act) {
    act(audio), act(input_transcript), act(output_transcript), act(text);
  }
};

/// One conversation with the service: connecting, setup, turns, the end. Lives on one thread (the
/// thread-default main context it was made with) and has no locks; Outbox and Streams are its
/// borders to other threads.
///
/// disconnected → connecting (transport, then setup sent) → connected (setupComplete) → failed.
/// One deadline covers everything from start() to setupComplete.
class Session final : private Transport::Listener {
 public:
  using MakeTransport = std::function<std::unique_ptr<Transport>(Transport::Listener &)>;
  using Tell = std::function<void(const Notice &)>;

  struct Parts {
    Config config = {};
    Endpoint endpoint = {};
    std::shared_ptr<Outbox> outbox = {};
    std::shared_ptr<Streams> streams = {};
    MakeTransport make_transport = {};
    Tell tell = {};  // on the session's thread; may not destroy the session
    Log log = {};
    std::function<std::int64_t()> now = {};  // monotonic us
  };

  explicit Session(Parts parts);
  ~Session();

  void start();
  /// Something was put into the outbox: sends as much as the transport takes.
  void drain();
  /// Drops the answer that is playing, and what still comes of it.
  void interrupt_locally();

 private:
  void opened() override;
  void message(GBytes *payload) override;
  void writable() override;
  void closed(int code, const std::string &reason) override;
  void failed(const Error &error) override;

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gemlive
