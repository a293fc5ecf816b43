// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numbers>
#include <set>
#include <string>
#include <vector>

#include "answer.hpp"
#include "base64.hpp"
#include "handshake.hpp"
#include "resample.hpp"
#include "service_messages.hpp"
#include "voice.hpp"
#include "wav_file.hpp"

namespace gemlive::simulator {
namespace {

TEST(Handshake, KnowsThePaths) {
  const auto developer =
      "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
  const auto vertex = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent";
  EXPECT_EQ(service_at(developer), Service::developer);
  EXPECT_EQ(service_at(std::string(developer) + "Constrained"), Service::developer);
  EXPECT_EQ(service_at(vertex), Service::vertex);
  EXPECT_EQ(service_at(std::string("/") + vertex), Service::vertex);
  EXPECT_EQ(service_at("/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent"),
            Service::vertex);
  for (const auto *path :
       {"/", "", "/ws", "/ws/google.cloud.aiplatform.v1.LlmBidiService.BidiGenerateContent",
        "/ws/google.ai.generativelanguage.v1beta.GenerativeService/BidiGenerateContent",
        "/ws/google.ai.generativelanguage..GenerativeService.BidiGenerateContent",
        "/ws/google.ai.generativelanguage.v1/x.GenerativeService.BidiGenerateContent"})
    EXPECT_EQ(service_at(path), std::nullopt) << path;
}

TEST(Handshake, ReadsTheRequest) {
  const auto request = parse_request(
      "GET /a/b?key=bad%2Dkey HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\nConnection: keep-alive, "
      "Upgrade\r\n"
      "Sec-WebSocket-Key:  dGhlIHNhbXBsZSBub25jZQ== \r\nSec-WebSocket-Version: 13\r\n\r\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/a/b");
  EXPECT_STREQ(find_credential(*request).kind, "key");
  EXPECT_TRUE(find_credential(*request).bad_key);
  const auto answer = answer_upgrade(*request);
  EXPECT_EQ(answer.find("HTTP/1.1 101 "), 0u);
  EXPECT_NE(answer.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), answer.npos);

  EXPECT_FALSE(parse_request("nonsense\r\n\r\n"));
  EXPECT_FALSE(parse_request("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(answer_upgrade(*parse_request("POST / HTTP/1.1\r\n\r\n")).substr(9, 3), "405");
  EXPECT_EQ(answer_upgrade(*parse_request("GET / HTTP/1.1\r\n\r\n")).substr(9, 3), "400");
}

TEST(Handshake, TellsCredentialsApart) {
  const auto kind = [](const std::string &query, const std::string &header) {
    return std::string(
        find_credential(*parse_request("GET /" + query + " HTTP/1.1\r\n" + header + "\r\n")).kind);
  };
  EXPECT_EQ(kind("", ""), "none");
  EXPECT_EQ(kind("", "X-Goog-Api-Key: abc\r\n"), "key");
  EXPECT_EQ(kind("?alt=1&key=abc", ""), "key");
  EXPECT_EQ(kind("?keys=abc", ""), "none");
  EXPECT_EQ(kind("", "Authorization: Bearer abc\r\n"), "bearer");
  EXPECT_EQ(kind("?access_token=auth_tokens/abc", ""), "bearer");
}

TEST(Messages, PrettyAsTheServiceWrites) {
  EXPECT_EQ(messages::pretty(messages::setup_complete("")), "{\n  \"setupComplete\": {}\n}\n");
  EXPECT_EQ(messages::pretty(R"({"a":[1,{"b\"{":"x,:\\"}],"c":[],"d":true})"),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\\\"{\": \"x,:\\\\\"\n    }\n  ],\n  \"c\": "
            "[],\n  \"d\": true\n}\n");
}

TEST(Resample, KeepsATone) {
  const auto sine = [](int rate, double frequency, std::size_t count) {
    std::vector<std::int16_t> samples;
    for (std::size_t i = 0; i < count; ++i)
      samples.push_back(static_cast<std::int16_t>(std::lround(
          10000 * std::sin(2 * std::numbers::pi * frequency * static_cast<double>(i) / rate))));
    return samples;
  };
  for (const auto &[from, to] :
       {std::pair{22050, 24000}, {22050, 16000}, {16000, 48000}, {24000, 24000}}) {
    const auto out = resample(sine(from, 1000, static_cast<std::size_t>(from)), from, to);
    ASSERT_EQ(out.size(), static_cast<std::size_t>(to));
    const auto wanted = sine(to, 1000, out.size());
    for (std::size_t i = 100; i + 100 < out.size(); ++i)
      ASSERT_NEAR(out[i], wanted[i], 30) << i << " of " << to;
  }
}

TEST(Resample, TakesAwayWhatWouldFold) {
  std::vector<std::int16_t> high;
  for (int i = 0; i < 48000; ++i)
    high.push_back(
        static_cast<std::int16_t>(10000 * std::sin(2 * std::numbers::pi * 11000 * i / 48000)));
  const auto out = resample(high, 48000, 16000);
  for (std::size_t i = 100; i + 100 < out.size(); ++i)
    ASSERT_LT(std::abs(out[i]), 50) << i;
}

TEST(Voice, TonesAreTheSameEachTimeAndOtherEachTurn) {
  Voice one(Voice::Kind::tone);
  Voice two(Voice::Kind::tone);
  EXPECT_EQ(*one.tone(500, 1, 24000), *two.tone(500, 1, 24000));
  EXPECT_NE(*one.tone(500, 1, 24000), *one.tone(500, 2, 24000));
  EXPECT_EQ(one.tone(500, 1, 24000)->size(), 24000u);
  EXPECT_EQ(one.tone(500, 1, 16000)->size(), 16000u);
  EXPECT_TRUE(one.tone(0, 1, 24000)->empty());
}

TEST(Voice, Speaks) {
  Voice voice(Voice::Kind::espeak);
  if (voice.kind() != Voice::Kind::espeak) GTEST_SKIP() << "espeak-ng is not there";
  const auto short_text = voice.speak("Yes.", 24000);
  const auto long_text = voice.speak("You spoke for two point nine seconds.", 24000);
  EXPECT_GT(short_text->size(), 24000u / 5);
  EXPECT_GT(long_text->size(), 2 * short_text->size());
  EXPECT_LT(long_text->size(), 48000u * 6);
  EXPECT_EQ(voice.speak("Yes.", 24000), short_text);
}

/// All the pieces of an answer: audio that its messages hold, its words, the number of messages.
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

TEST(Answer, MarksWhatItIsToldTo) {
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

TEST(WavFile, IsValidAfterEachWrite) {
  const auto path = testing::TempDir() + "gemlive-wav-" + std::to_string(getpid()) + ".wav";
  WavFile file;
  ASSERT_TRUE(file.open(path, 24000));
  std::uint32_t expected = 0;
  for (const std::size_t size : {0u, 4u, 1001u}) {
    file.write(*ramp(size));
    expected += static_cast<std::uint32_t>(size);
    std::ifstream stream(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    ASSERT_EQ(bytes.size(), 44 + expected);
    std::uint32_t riff = 0;
    std::uint32_t rate = 0;
    std::uint32_t data = 0;
    std::memcpy(&riff, bytes.data() + 4, 4);
    std::memcpy(&rate, bytes.data() + 24, 4);
    std::memcpy(&data, bytes.data() + 40, 4);
    EXPECT_EQ(riff, 36 + expected);
    EXPECT_EQ(rate, 24000u);
    EXPECT_EQ(data, expected);
  }
  std::remove(path.c_str());
}

}  // namespace
}  // namespace gemlive::simulator
