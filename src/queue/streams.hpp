// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include "stream.hpp"

namespace gemlive {

/// The outputs of a conversation, by what they carry. Any thread, as Stream.
struct Streams {
  Stream audio, input_transcript, output_transcript, text;

  template <typename Do>
  void each(Do &&act) {
    act(audio), act(input_transcript), act(output_transcript), act(text);
  }
};

}  // namespace gemlive
