// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

namespace gemlive {

/// What a piece of the user's audio sounds like.
enum class Sound {
  silence,  // quieter than any speech
  noise,    // no louder than what came before
  speech,
};

}  // namespace gemlive
