// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string_view>

#include "error.hpp"
#include "timeline_model.hpp"

namespace gemlive::timeline {

struct Sound {
  Levels user = {};
  Levels model = {};
};

/// Reads the levels of a WAV file of 16 bits: the user on the left, the model on the right. A file
/// with one channel is the model. A file that was not finished is read up to its end. `name` is the
/// file's, for errors: bad_setting. Pure. Any thread.
Result<Sound> read_sound(std::string_view file, std::string_view name);

}  // namespace gemlive::timeline
