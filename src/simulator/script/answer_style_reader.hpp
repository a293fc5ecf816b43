// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <string>
#include <vector>

#include "answer.hpp"
#include "script_reader.hpp"

namespace gemlive::simulator {

/// The members for framing. `kind` receives "frame"; pass it to finish_framing() after reading.
std::vector<ScriptReader::Member> framing_members(ScriptReader &reader, Framing &framing,
                                                  std::string &kind);
void finish_framing(ScriptReader &reader, Framing &framing, const std::string &kind);

/// Reads the members of "answer".
AnswerStyle read_answer_style(ScriptReader &reader, simdjson::dom::element value);

}  // namespace gemlive::simulator
