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
#include "counters.hpp"
#include "endpoint.hpp"
#include "guarded.hpp"
#include "input_queue.hpp"
#include "input_registry.hpp"
#include "log.hpp"
#include "notice.hpp"
#include "output_streams.hpp"
#include "picture_slot.hpp"
#include "secret_mask.hpp"
#include "transport.hpp"

namespace gemlive {

/// A conversation with the service across its connections: connects, sends, receives, reconnects
/// and ends. Runs on one thread, that of the thread-default main context at its construction,
/// without locks. All methods: that thread only, except send_audio(). InputQueue and OutputStreams
/// connect it to other threads.
class Session {
 public:
  using Notify = std::function<void(const Notice &)>;

  struct Options {
    Config config = {};
    Endpoint endpoint = {};
    std::shared_ptr<Guarded<Secret>> access_token = {};
    std::string setup = {};  // the encoded message
    std::shared_ptr<InputQueue> input_queue = {};
    std::shared_ptr<InputRegistry> inputs = {};
    std::shared_ptr<PictureSlot> pictures = {};
    std::shared_ptr<PendingToolCalls> tool_calls = {};
    std::vector<std::string> functions = {};  // declared in the setup
    std::shared_ptr<OutputStreams> streams = {};
    std::shared_ptr<Counters> counters = {};
    std::function<std::unique_ptr<Transport>(Transport::Listener &)> make_transport = {};
    Notify notify = {};  // called on the session's thread; must not destroy the session
    /// Hides the handles, keys and tokens of the session in notices. Also the mask of the log.
    std::shared_ptr<SecretMask> secret_mask = std::make_shared<SecretMask>();
    Log log = {};
    std::function<std::int64_t()> now = &g_get_monotonic_time;  // us
    std::uint32_t seed = g_random_int();                        // of the reconnect delays
  };

  explicit Session(Options options);
  ~Session();

  void start();
  /// New input in the queue: sends as much as the transport accepts.
  void drain();
  /// Sends audio that was pushed, on the thread that pushed it, which has borrowed the session's
  /// (IoThread::borrow). Returns false if drain() is to be called there.
  bool send_audio();
  /// Drops the playing answer and the rest of it.
  void interrupt_locally();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gemlive
