// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <optional>

#include "view.hpp"

namespace gemlive::talk {

/// Posts what a sink of text gets as APPLICATION messages "talk/words", when it gets it. With
/// sync=true that is when the words are heard. `sink`: a fakesink with signal-handoffs.
void post_words(GstElement *sink, Speaker speaker);

/// nullopt: another message.
std::optional<Words> words_of(GstMessage *message);

}  // namespace gemlive::talk
