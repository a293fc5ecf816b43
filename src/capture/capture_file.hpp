// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "error.hpp"
#include "log.hpp"

namespace gemlive {

/// Writes the messages of a conversation to a file (websocket_log.hpp), without secrets. A thread
/// of its own does the work; no method waits for the disk. If the disk is too slow, messages are
/// dropped and counted. All methods: any thread.
class CaptureFile {
 public:
  struct Limits {
    std::size_t queue = 32 << 20;             // bytes that wait for the disk
    std::uint64_t size = 1 << 30;             // of the file
    std::chrono::milliseconds interval{500};  // between two writes: each costs a wake-up
  };

  /// Creates the file, for its owner only. A file that exists stays as it is: the new one gets a
  /// number (talk.websocket.log, talk-2.websocket.log ...). `setting` names the property or
  /// variable in errors: bad_setting.
  static Result<std::shared_ptr<CaptureFile>> create(const std::string &location,
                                                     std::string_view setting, Log log);
  /// Owns the descriptor. At the end the file at `path` is removed if it is empty.
  CaptureFile(int descriptor, Limits limits, Log log, std::string path = {});
  /// Does not wait. What was added is still written.
  ~CaptureFile();
  CaptureFile(const CaptureFile &) = delete;
  CaptureFile &operator=(const CaptureFile &) = delete;

  /// A secret that a message may quote.
  void hide(std::string_view secret);
  void add_sent(std::string_view message) { add(true, message); }
  void add_received(std::string_view message) { add(false, message); }
  /// The server ended the connection, or it was lost (1006).
  void add_closed(int code, const std::string &reason);
  /// Why the file ended before the conversation. Only the first call after it says so.
  std::optional<Error> take_failure();
  /// Ends the file. Returns false if it is not written within `timeout`; the thread goes on then.
  bool finish(std::chrono::milliseconds timeout);

 private:
  struct Queue;
  class Writer;
  void add(bool is_clients, std::string_view message);

  std::shared_ptr<Writer> writer_;  // shared with its thread
};

}  // namespace gemlive
