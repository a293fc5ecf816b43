// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config.hpp"
#include "connection.hpp"
#include "counters.hpp"
#include "endpoint.hpp"
#include "guarded.hpp"
#include "input_queue.hpp"
#include "log.hpp"
#include "notice.hpp"
#include "output_streams.hpp"
#include "picture_slot.hpp"

namespace gemlive {

/// One conversation with the service, across its connections: connecting, sending, connecting
/// again, the end. Lives on one thread (the thread-default main context it was made with) and has
/// no locks; InputQueue and OutputStreams are its borders to other threads.
class Session {
 public:
  using Notify = std::function<void(const Notice &)>;

  struct Options {
    Config config = {};
    Endpoint endpoint = {};
    std::shared_ptr<Guarded<Secret>> access_token = {};
    std::string setup = {};  // the message, encoded
    std::shared_ptr<InputQueue> input_queue = {};
    std::shared_ptr<PictureSlot> pictures = {};
    std::shared_ptr<PendingToolCalls> tool_calls = {};
    std::vector<std::string> functions = {};  // that the setup declares
    std::shared_ptr<OutputStreams> streams = {};
    std::shared_ptr<Counters> counters = {};
    Connection::MakeTransport make_transport = {};
    Notify notify = {};  // on the session's thread; may not destroy the session
    Log log = {};
    std::function<std::int64_t()> now = &g_get_monotonic_time;  // us
    std::uint32_t seed = g_random_int();                        // of the delays between attempts
  };

  explicit Session(Options options);
  ~Session();

  void start();
  /// Something was put into the queue: sends as much as the transport takes.
  void drain();
  /// Drops the answer that is playing, and what still comes of it.
  void interrupt_locally();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gemlive
