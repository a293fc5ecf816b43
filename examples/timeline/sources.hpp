// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <vector>

#include "error.hpp"
#include "timeline_model.hpp"

namespace gemlive::timeline {

struct Sources {
  Model model = {};
  std::string sound = {};               // path of the WAV file, if there is one
  std::vector<std::string> files = {};  // paths of all that belong to the recording
};

/// Reads the files of one conversation. What is in a file is told by its content. A folder stands
/// for its conversation.wav, events.jsonl and session.websocket.log. What happened is taken from
/// the events, else from the log; the sound from the WAV file, else from the log; how much input
/// waited from the log. Errors: bad_setting, with the file. Blocks while it reads. Any thread.
Result<Sources> read_sources(const std::vector<std::string> &paths);

}  // namespace gemlive::timeline
