// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Whatever a server sends, the session continues, reports only printable text, and warns once for
// each kind of fault.

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "overloaded.hpp"
#include "read_file.hpp"
#include "session_fixture.hpp"
#include "text.hpp"
#include "wire.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

/// Messages that together hold every field we know: the corpus of the fuzzer.
std::vector<std::string> fixtures() {
  std::vector<std::string> messages;
  for (const auto &entry : std::filesystem::directory_iterator(fixture_path("../fuzz/corpus/wire")))
    messages.push_back(read_file(entry.path()));
  return messages;
}

/// Calls see(start, size) for each value inside of `json`, which is well-formed; returns the end.
using See = std::function<void(std::size_t start, std::size_t size)>;
std::size_t each_value(const std::string &json, std::size_t at, const See &see) {
  at = json.find_first_not_of(" \n", at);
  const auto start = at;
  if (json[at] == '"') {
    for (++at; json[at] != '"'; ++at)
      if (json[at] == '\\') ++at;
    ++at;
  } else if (json[at] == '{' || json[at] == '[') {
    const bool is_object = json[at] == '{';
    for (at = json.find_first_not_of(" \n,", at + 1); json[at] != '}' && json[at] != ']';
         at = json.find_first_not_of(" \n,", at)) {
      if (is_object) at = json.find(':', each_value(json, at, [](auto, auto) {})) + 1;
      at = each_value(json, at, see);
    }
    ++at;
  } else {
    at = json.find_first_of(" \n,]}", at);
  }
  see(start, at - start);
  return at;
}

const std::vector<std::string> odd_values = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e400",
    "-0.0",
    "99999999999999999999999999",
    "9223372036854775808",
    "\"\"",
    R"("\u0000\u001b[31m\u009b31m\u007f\u202e\u2066")",
    "\"\x7f\xc2\x9b\xe2\x80\xae\"",
    R"("-1s")",
    "[]",
    "[[]]",
    R"([{"a":"b"}])",
    "{}",
    R"({"":""})",
    R"({"text":{"text":[]},"parts":[null]})",
};

/// All texts of a notice.
std::vector<std::string> texts(const Notice &notice) {
  using Texts = std::vector<std::string>;
  return std::visit(
      Overloaded{
          [](const Transcript &f) {
            return Texts{f.text, f.language_code, f.words};
          },
          [](const Text &f) { return Texts{f.text}; },
          [](const ToolCall &f) {
            return Texts{f.id, f.name, f.args};
          },
          [](const ToolCallCancelled &f) { return Texts{f.id}; },
          [](const Usage &f) { return Texts{f.json}; },
          [](const ServerMessage &f) { return Texts{f.json}; },
          [](const notice::Connected &f) { return Texts{f.session_id}; },
          [](const notice::Warning &f) {
            return Texts{f.error.message, f.error.detail};
          },
          [](const notice::TurnComplete &f) {
            return Texts{f.reason, f.status, f.text, f.input_transcript, f.output_transcript};
          },
          [](const auto &) { return Texts{}; }},
      notice.body);
}

struct Hostile : SessionTest {
  void SetUp() override {
    for (auto *stream : {&streams->input_transcript, &streams->output_transcript, &streams->text})
      stream->attach();
    connect();
  }
  /// Without messages that end the connection on purpose.
  void say(const std::string &message) {
    if (message.find("goAway") == message.npos && message.find("\"error\"") == message.npos)
      server.say(message);
  }
  void TearDown() override {
    for (const auto &notice : notices)
      for (const auto &text : texts(notice))
        EXPECT_EQ(text::printable(text), text);
    std::set<std::string> kinds;
    for (const auto &warning : notices_of<notice::Warning>())
      EXPECT_TRUE(kinds.insert(warning.error.message + warning.error.detail).second)
          << warning.error.message << " came twice";
    // The session continues.
    notices.clear();
    server.say(turn_complete);
    server.say(content(R"("modelTurn":{"parts":[{"text":"still here"}]})"));
    EXPECT_EQ(notices_of<Text>().size(), 1u);
  }
};

TEST_F(Hostile, EveryValueOfEveryTypeAtEveryPlace) {
  wire::Decoder decoder;
  int variants = 0;
  for (const auto &message : fixtures())
    each_value(message, 0, [&](std::size_t start, std::size_t size) {
      if (size == message.size() || start == 0) return;
      for (const auto &value : odd_values) {
        auto variant = message;
        variant.replace(start, size, value);
        EXPECT_TRUE(decoder.decode(variant)) << variant;
        say(variant);
        ++variants;
      }
    });
  EXPECT_GT(variants, 1000);
}

TEST_F(Hostile, EveryFieldTwice) {
  for (const auto &message : fixtures()) {
    const auto inside = message.substr(message.find('{') + 1, message.rfind('}') - 1);
    say("{" + inside.substr(0, inside.rfind('}')) + "}");
    say("{" + message.substr(1, message.rfind('}') - 1) + "," +
        message.substr(1, message.rfind('}') - 1) + "}");
  }
  EXPECT_TRUE(notices_of<notice::Failed>().empty());
}

TEST_F(Hostile, DepthSizeAndBytesThatNobodyNeeds) {
  const auto repeat = [](const std::string &what, std::size_t times) {
    std::string all;
    for (; times > 0; --times)
      all += what;
    return all;
  };
  const std::vector<std::string> bad = {
      R"({"a":)" + repeat("[", 10000) + repeat("]", 10000) + "}",
      R"({"a":)" + repeat(R"({"a":)", 10000) + "1" + repeat("}", 10000) + "}",
      content(R"("modelTurn":{"parts":[{"text":")" + std::string(17 << 20, 'x') + R"("}]})"),
      std::string("{\"a\":\"\0\"}", 9),
      "{\"a\":\"\xff\xfe\"}",
      R"({"a":"\ud800"})",
      "not JSON",
      ""};
  for (int again = 0; again < 2; ++again)
    for (const auto &message : bad) {
      server.say(message);
      server.say("{}");  // many bad ones in a row would end the connection
    }
  EXPECT_GE(notices_of<notice::Warning>().size(), 3u);
  EXPECT_LE(notices_of<notice::Warning>().size(), 8u) << "one for each kind";
  EXPECT_TRUE(notices_of<Text>().empty());
}

TEST_F(Hostile, SixteenMebibytesAreTaken) {
  const std::string frame = content(R"("modelTurn":{"parts":[{"text":""}]})");
  auto message = frame;
  message.insert(message.find("\"\"") + 1, std::string((16 << 20) - frame.size(), 'x'));
  ASSERT_EQ(message.size(), std::size_t{16} << 20);
  server.say(message);
  ASSERT_EQ(notices_of<Text>().size(), 1u);
  EXPECT_EQ(notices_of<Text>()[0].text.size(), message.size() - frame.size());
}

TEST_F(Hostile, TerminalsAreLeftAlone) {
  const std::string evil = R"(a\u001b]0;x\u0007\u0000b\u009b2J\u007f\u202ec\u2067\n\t)";
  server.say(heard(evil));
  server.say(said(evil));
  server.say(content(R"("modelTurn":{"parts":[{"text":")" + evil + R"("}]})"));
  server.say(R"({"toolCall":{"functionCalls":[{"id":")" + evil + R"(","name":")" + evil +
             R"(","args":{"a":"\u001b"}}]}})");
  server.say(content(R"("turnComplete":true,"turnCompleteReason":")" + evil + R"(")"));
  ASSERT_EQ(notices_of<Text>().size(), 1u);
  EXPECT_EQ(notices_of<Text>()[0].text, "a]0;xb2Jc\n\t");
  EXPECT_EQ(notices_of<Transcript>().at(0).text, "a]0;xb2Jc\n\t");
  EXPECT_FALSE(notices_of<notice::Warning>().empty()) << "of a function that is not declared";
}

}  // namespace
