// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "stream_kind.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gemlive {
namespace {

constexpr StreamKind kinds[] = {StreamKind::audio, StreamKind::input_transcript,
                                StreamKind::output_transcript, StreamKind::text};

TEST(StreamKind, ATranscriptStreamSwitchesItsTranscriptionOn) {
  for (const auto kind : kinds) {
    const auto config = required_settings(kind);
    EXPECT_EQ(*config.input_transcription, kind == StreamKind::input_transcript);
    EXPECT_EQ(*config.output_transcription, kind == StreamKind::output_transcript);
  }
}

TEST(StreamKind, EachKindHasAStreamOfItsOwn) {
  OutputStreams streams;
  std::set<OutputStream *> found;
  for (const auto kind : kinds)
    found.insert(&select_stream(streams, kind));
  EXPECT_EQ(found.size(), 4u);
  EXPECT_EQ(&select_stream(streams, StreamKind::audio), &streams.audio);
  EXPECT_EQ(&select_stream(streams, StreamKind::text), &streams.text);
  EXPECT_EQ(&select_stream(streams, StreamKind::input_transcript), &streams.input_transcript);
}

TEST(StreamKind, OnlyAudioHasARate) {
  gst_init(nullptr, nullptr);
  for (const auto kind : kinds) {
    const auto caps = caps_of(kind, 24000);
    const StrPtr text(gst_caps_to_string(caps.get()));
    EXPECT_STREQ(text.get(), kind == StreamKind::audio
                                 ? "audio/x-raw, format=(string)S16LE, "
                                   "layout=(string)interleaved, rate=(int)24000, channels=(int)1"
                                 : "text/x-raw, format=(string)utf8");
  }
}

}  // namespace
}  // namespace gemlive
