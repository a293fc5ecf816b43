// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "answer.hpp"

#include <gtest/gtest.h>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base64.hpp"
#include "voice.hpp"

namespace gemlive::simulator {
namespace {

/// All pieces of an answer, joined.
struct Collected {
  std::string audio = {};
  std::string content = {};
  int pieces = 0;
  std::int64_t last_due = 0;
};
Collected collect(AnswerStyle style, Answer::Source subject) {
  Answer answer(std::move(style), std::move(subject));
  Collected all;
  while (!answer.done()) {
    all.last_due = answer.next_due_us();
    const auto piece = answer.next();
    all.audio.append(reinterpret_cast<const char *>(piece.audio.data()), piece.audio.size());
    all.content += piece.content + '\n';
    ++all.pieces;
  }
  return all;
}

Pcm ramp(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::byte>(i * 7);
  return std::make_shared<const std::vector<std::byte>>(std::move(bytes));
}

std::string as_text(const Pcm &pcm) {
  return {reinterpret_cast<const char *>(pcm->data()), pcm->size()};
}

/// The audio as a client reads it from the messages themselves.
std::string decoded(const std::string &content) {
  std::string all;
  const std::string before = "\"data\":\"";
  for (std::size_t at = 0; (at = content.find(before, at)) != content.npos;) {
    at += before.size();
    auto data = content.substr(at, content.find('"', at) - at);
    for (std::size_t slash; (slash = data.find('\\')) != data.npos;)
      data.erase(slash, 1);
    std::vector<std::byte> bytes(*base64::decoded_size(data));
    EXPECT_TRUE(base64::decode(data, bytes.data()));
    all.append(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  }
  return all;
}

TEST(Answer, CutsAsTheServiceDoes) {
  const auto pcm = ramp(9600 + 2 * 11520 + 100);
  const auto all = collect({}, {.text = "a b", .pcm = pcm});
  EXPECT_EQ(all.pieces, 4);
  EXPECT_EQ(all.audio, as_text(pcm));
  EXPECT_EQ(decoded(all.content), all.audio);
  EXPECT_EQ(all.last_due, (9600 + 2 * 11520) / 2 * 1000000LL / 24000);
}

TEST(Answer, EveryStyleCarriesTheSameAudio) {
  const auto pcm = ramp(30001);
  for (const auto &style : {AnswerStyle{.chunks = {7}}, AnswerStyle{.chunks = {9601, 3}},
                            AnswerStyle{.chunks = {1 << 20}}, AnswerStyle{.parts = 3},
                            AnswerStyle{.bundle_transcript = true}, AnswerStyle{.url_safe = true},
                            AnswerStyle{.escape = true}, AnswerStyle{.chunks = {1}, .parts = 4}}) {
    const auto all =
        collect(style, {.text = "one two three four five", .pcm = pcm, .transcribe = true});
    EXPECT_EQ(all.audio, as_text(pcm));
    EXPECT_EQ(decoded(all.content), as_text(pcm));
    std::string words;
    for (std::size_t at = 0; (at = all.content.find("\"text\":\"", at)) != all.content.npos;) {
      at += 8;
      words += all.content.substr(at, all.content.find('"', at) - at);
    }
    EXPECT_EQ(words, "one two three four five");
  }
}

TEST(Answer, FollowsItsStyle) {
  const auto content = [](AnswerStyle style, Service service) {
    return collect(std::move(style),
                   {.service = service, .text = "hi", .pcm = ramp(100), .transcribe = true})
        .content;
  };
  EXPECT_NE(content({}, Service::developer).find("audio/pcm;rate=24000"), std::string::npos);
  EXPECT_EQ(content({}, Service::developer).find("role"), std::string::npos);
  EXPECT_NE(content({}, Service::vertex).find("\"role\":\"model\""), std::string::npos);
  EXPECT_NE(content({.rate = 16000}, Service::vertex).find("rate=16000"), std::string::npos);
  EXPECT_NE(content({.mime = "audio/pcm"}, Service::vertex).find("\"mimeType\":\"audio/pcm\""),
            std::string::npos);
  EXPECT_NE(content({.escape = true}, Service::vertex).find("audio\\/pcm"), std::string::npos);
}

TEST(Answer, InTextHasNoAudio) {
  const auto all = collect({}, {.text = "one two three four"});
  EXPECT_EQ(all.pieces, 2);
  EXPECT_TRUE(all.audio.empty());
  EXPECT_NE(all.content.find("\"parts\":[{\"text\":\"one two three\"}]"), std::string::npos);
}

TEST(Answer, TranscriptsHaveTheirShareOfTheAudio) {
  Answer::Source source{Service::vertex, "one two three four", ramp(48'000), true, {}};
  source.transcripts.offsets = true;
  const auto all = collect({}, source);
  EXPECT_NE(all.content.find(R"("text":"one two three","startOffset":"0s","endOffset":"0.500s")"),
            all.content.npos)
      << all.content;
  EXPECT_NE(
      all.content.find(R"("text":" four","finished":true,"startOffset":"0.500s","endOffset":"1s")"),
      all.content.npos);
}

TEST(Answer, LateTranscriptsAreOnlyOfTheAudioThatWasSent) {
  for (const bool bundled : {false, true}) {
    AnswerStyle style;
    style.bundle_transcript = bundled;
    Answer answer(style,
                  {Service::developer, "one two three four", ramp(48'000), true, {.late = true}});
    EXPECT_EQ(answer.next().content.find("outputTranscription"), std::string::npos);
    EXPECT_EQ(answer.late_transcriptions(),
              (std::vector<std::string>{R"("outputTranscription":{"text":"one two three"})"}));
    while (!answer.done())
      answer.next();
    EXPECT_EQ(answer.late_transcriptions(),
              (std::vector<std::string>{R"("outputTranscription":{"text":" four"})"}));
    EXPECT_TRUE(answer.late_transcriptions().empty());
  }
}

}  // namespace
}  // namespace gemlive::simulator
