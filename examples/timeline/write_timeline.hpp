// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>

namespace gemlive::timeline {

/// Writes timeline.svg into a folder with conversation.wav, events.jsonl and session.websocket.log,
/// or some of them. Only its owner can read the file, since it has the words. False: `error` says
/// what happened and what to do. Blocks while it reads and writes. Any thread.
bool write_timeline(const std::string &folder, std::string &error);

/// Writes a whole file for its owner, or nothing. What is there already and is no regular file,
/// such as a pipe, is written to. Blocks. Any thread.
bool write_private_file(const std::string &path, std::string_view content, std::string &error);

}  // namespace gemlive::timeline
