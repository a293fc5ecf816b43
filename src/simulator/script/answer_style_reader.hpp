// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <string>
#include <vector>

#include "answer.hpp"
#include "member_reader.hpp"

namespace gemlive::simulator {

/// The members for framing. `kind` receives "frame"; pass it to finish_framing() after reading.
std::vector<MemberReader::Member> framing_members(MemberReader &reader, Framing &framing,
                                                  std::string &kind);
void finish_framing(MemberReader &reader, Framing &framing, const std::string &kind);

/// Reads the members of "answer".
AnswerStyle read_answer_style(MemberReader &reader, simdjson::dom::element value);

}  // namespace gemlive::simulator
