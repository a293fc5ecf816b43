// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include "output_stream.hpp"
#include "start_barrier.hpp"
#include "stream_groups.hpp"

namespace gemlive {

/// The outputs of a conversation. Threads as in OutputStream.
struct OutputStreams {
  OutputStream audio, input_transcript, output_transcript, text;
  StreamGroups groups;
  StartBarrier start;

  template <typename Do>
  void each(Do &&act) {
    act(audio), act(input_transcript), act(output_transcript), act(text);
  }
};

}  // namespace gemlive
