// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <vector>

namespace dubbing {

struct Options {
  std::string input = {};                 // srt:// or udp://
  std::vector<std::string> outputs = {};  // srt://, udp://, a file: .mkv, or MPEG-TS
  std::string language = "en";            // of the voice, BCP 47
  int delay = -1;                         // of the picture in ms; -1: learned
};

/// Whether it begins with srt:// or udp://.
bool is_address(const std::string &text);

/// Of an address: what may be shown. The query can have the passphrase of SRT.
std::string without_query(const std::string &uri);

/// What is wrong with the options, before there is an input to see it. Empty: nothing.
std::string problem_of(const Options &options);

/// The parser for a stream of these caps, such as "h264parse". Empty: a stream that is not
/// supported.
std::string parser_for(const std::string &media_type, int mpegversion);

/// The part in front of the streams, as for gst-launch-1.0. Its demuxer is "streams".
std::string describe_input(const std::string &uri);

/// What the streams go through. The names of its elements: "picture" and "sound" take the streams,
/// "held-picture" and "held-sound" pass them with the delay, "speech" and "interpreter" have the
/// audio of both languages. `picture`: its parser, or empty if there is no picture.
std::string describe_dubbing(const Options &options, const std::string &picture,
                             const std::string &sound);

}  // namespace dubbing
