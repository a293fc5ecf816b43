// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "websocket_log.hpp"

namespace gemlive::simulator {

/// A recorded session, by connection. A setup message begins a connection. Pure.
struct Recording {
  /// What the server said or did.
  struct Step {
    std::string_view payload = {};
    std::optional<websocket_log::Note> note = {};  // in place of a payload
    std::optional<std::int64_t> time = {};         // us since the connection's setup
    std::size_t messages = 0;                      // of the client before it, without audio
    std::size_t audio = 0;                         // bytes of the client's audio before it
  };
  struct Connection {
    std::vector<Step> steps = {};
    std::vector<std::string> messages = {};    // of the client, without audio; no secrets
    std::vector<std::string_view> audio = {};  // the client's messages with audio
    std::size_t audio_bytes = 0;
    bool is_closed = false;  // by the server
    bool is_cut = false;     // the recording ends before the connection
  };
  std::vector<Connection> connections = {};

  /// `text` must outlive the recording. Errors: bad_setting.
  static Result<Recording> read(std::string_view text);
};

}  // namespace gemlive::simulator
