// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string_view>

#include "error.hpp"
#include "timeline_model.hpp"

namespace gemlive::timeline {

/// Reads lines of JSON, each what a bus message said (README.md): events.jsonl, or a program's own.
/// `name` is the file's, for errors: bad_setting, with the line. The levels are those of the sound,
/// if it is known. Pure. Any thread.
Result<Model> read_event_lines(std::string_view text, std::string_view name, Levels user,
                               Levels model);

}  // namespace gemlive::timeline
