// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string_view>

#include "error.hpp"
#include "timeline_model.hpp"

namespace gemlive::timeline {

/// Reads a capture, session.websocket.log (docs/contributing.md), or a recording of Google's SDKs,
/// which has no times: there they are estimated, and a note says so. The user's sound is placed
/// before the moment at which it was sent, the model's behind its arrival.
/// `name` is the file's, for errors: bad_setting. Pure. Any thread.
Result<Model> read_session_log(std::string_view text, std::string_view name);

}  // namespace gemlive::timeline
