// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Text in a picture: what it may contain, how wide it is, where it can be cut. Texts are UTF-8.
/// Pure. Any thread.
namespace gemlive::timeline {

/// One line of valid text without controls, at most `limit` characters; "…" stands for the rest.
std::string clean(std::string_view text, std::size_t limit);

/// Characters that have a meaning in XML as references, and those that XML forbids as U+FFFD.
std::string escape(std::string_view text);

/// Width in pixels, in a wide font without serifs (DejaVu Sans): rather too much than too little.
double width(std::string_view text, double font_size);

/// The text, or so much of it as fits with "…" behind it. Empty if not even that fits.
std::string fitting(std::string_view text, double space, double font_size);

/// Lines no wider than `space`, at most `limit` of them; the last one ends with "…" if more is
/// left.
std::vector<std::string> wrap(std::string_view text, double space, double font_size,
                              std::size_t limit);

/// Parts of a text that are read at a glance, as positions of bytes: whole words, rather up to the
/// end of a sentence. White space around them is left out.
std::vector<std::pair<std::size_t, std::size_t>> phrases(std::string_view text);

/// The start of the word that the byte is in, or the byte itself between words.
std::size_t start_of_word(std::string_view text, std::size_t byte);

/// "0.62 s", "12.4 s", "2 min 5 s", the same in every language.
std::string seconds_text(double seconds);
/// "1:05", "1:02:05".
std::string clock_text(double seconds);
/// A number of a drawing: at most one digit behind the point, never "nan".
std::string number_text(double number);

}  // namespace gemlive::timeline
