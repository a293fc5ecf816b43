// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "frame_parser.hpp"

#include <gtest/gtest.h>

#include <vector>

using namespace gemlive;
using Side = FrameParser::Side;

namespace {

constexpr auto kMax = FrameParser::max_message;

/// As a server sends it, or a client.
std::string frame(Side reader, Opcode opcode, std::string_view payload, bool final = true) {
  std::string bytes;
  if (reader == Side::client) {
    append_frame(bytes, opcode, payload, final);
  } else {
    append_masked_frame(bytes, opcode, payload, {0x11, 0xfe, 0x80, 0x07}, final);
  }
  return bytes;
}
std::string frame(Opcode opcode, std::string_view payload, bool final = true) {
  return frame(Side::client, opcode, payload, final);
}

/// The head of a server's frame that claims `size` bytes of payload.
std::string long_head(std::uint8_t first, std::uint64_t size) {
  std::string bytes{static_cast<char>(first), 127};
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>(size >> shift);
  return bytes;
}

/// "<opcode>:<payload>", for as many as there are.
std::vector<std::string> read_all(FrameParser &reader, std::string_view bytes, std::size_t piece,
                                  std::int64_t now = 0) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece), now);
    while (const auto incoming = reader.next())
      all.push_back(std::to_string(static_cast<int>(incoming->opcode)) + ':' +
                    std::string(incoming->payload));
  }
  return all;
}

/// Of whoever reads `bytes`; 0 where they are fine. It is the same however they are cut.
int close_code(const std::string &bytes, Side side = Side::client) {
  FrameParser whole(side), pieces(side);
  read_all(whole, bytes, bytes.size());
  read_all(pieces, bytes, 1 + bytes.size() / 100);
  EXPECT_EQ(whole.error().has_value(), pieces.error().has_value());
  if (!whole.error() || !pieces.error()) return 0;
  EXPECT_EQ(whole.error()->code, pieces.error()->code);
  return whole.error()->code;
}

TEST(FrameParser, ReadsMessagesHoweverCut) {
  const std::string large(70'000, 'x');
  for (const auto side : {Side::client, Side::server}) {
    std::string bytes =
        frame(side, Opcode::text, "hello") + frame(side, Opcode::text, "a", false) +
        frame(side, Opcode::ping, "p") + frame(side, Opcode::continuation, "b", false) +
        frame(side, Opcode::pong, "") + frame(side, Opcode::continuation, "c") +
        frame(side, Opcode::binary, large) + frame(side, Opcode::text, "") +
        frame(side, Opcode::binary, "", false) + frame(side, Opcode::continuation, "end");
    std::vector<std::string> expected = {"1:hello",    "9:p", "10:",  "1:abc",
                                         "2:" + large, "1:",  "2:end"};
    for (std::size_t size : {125, 126, 127, 65535, 65536}) {
      bytes += frame(side, Opcode::binary, std::string(size, '\xff'));
      expected.push_back("2:" + std::string(size, '\xff'));
    }
    bytes += frame(side, Opcode::close, "\x03\xe8");
    expected.push_back("8:\x03\xe8");
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 1000u, 1u << 20}) {
      FrameParser reader(side);
      EXPECT_TRUE(read_all(reader, bytes, piece) == expected) << piece;
      EXPECT_FALSE(reader.error());
    }
  }
}

TEST(FrameParser, RefusesWhatIsAgainstTheRules) {
  using enum Opcode;
  EXPECT_EQ(close_code(frame(text, "x")), 0);
  EXPECT_EQ(close_code(frame(Side::server, text, "x"), Side::server), 0);
  EXPECT_EQ(close_code(frame(Side::server, text, "x")), 1002) << "masked by a server";
  EXPECT_EQ(close_code(frame(text, "x"), Side::server), 1002) << "not masked by a client";
  EXPECT_EQ(close_code(frame(continuation, "x")), 1002);
  EXPECT_EQ(close_code(frame(continuation, "x", false)), 1002);
  EXPECT_EQ(close_code(frame(text, "x", false) + frame(text, "y")), 1002);
  EXPECT_EQ(close_code(frame(text, "x", false) + frame(binary, "y", false)), 1002);
  EXPECT_EQ(close_code(frame(ping, "x", false)), 1002);
  EXPECT_EQ(close_code(frame(ping, std::string(126, 'x'))), 1002);
  for (int opcode : {3, 7, 11, 15})
    EXPECT_EQ(close_code(frame(static_cast<Opcode>(opcode), "x")), 1002) << opcode;
  for (int reserved : {0x40, 0x20, 0x10, 0x70}) {
    auto bytes = frame(text, "x");
    bytes[0] = static_cast<char>(bytes[0] | reserved);
    EXPECT_EQ(close_code(bytes), 1002) << reserved;
  }
  EXPECT_EQ(close_code(std::string("\x82\x7e\0\x7d", 4) + std::string(125, 'x')), 1002);
  EXPECT_EQ(close_code(long_head(0x82, 65535) + std::string(65535, 'x')), 1002);
  EXPECT_EQ(close_code(frame(close, "")), 0);
  EXPECT_EQ(close_code(frame(close, "\x03")), 1002);
  EXPECT_EQ(close_code(frame(close, "\x03\xe8\xff")), 1002);
}

TEST(FrameParser, TextIsUtf8) {
  const auto text = [](std::string_view payload) {
    return close_code(frame(Opcode::text, payload));
  };
  const std::string ascii(100, 'a');
  for (const auto &before : {std::string(), std::string("abc"), ascii}) {
    EXPECT_EQ(text(before + "\xc3\xa4\xf0\x9f\x98\x80" + ascii), 0);
    EXPECT_EQ(text(before + std::string("\0", 1) + "\xc3\xa4" + std::string("\0z", 2)), 0);
    EXPECT_EQ(text(before + std::string("\0", 1) + "\xc3"), 1007);
    for (auto bad : {"\xff", "\xc3\x28", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3"}) {
      EXPECT_EQ(text(before + bad + ascii), 1007) << bad;
      EXPECT_EQ(close_code(frame(Opcode::binary, before + bad + ascii)), 0);
    }
  }
  EXPECT_EQ(close_code(frame(Opcode::text, "\xc3", false) + frame(Opcode::continuation, "\xa4")),
            0);
}

TEST(FrameParser, NothingComesAfterAFault) {
  FrameParser reader(Side::client);
  const auto before = frame(Opcode::text, "before");
  const auto bad = frame(Opcode::continuation, "bad");
  EXPECT_EQ(read_all(reader, before + bad + before, 1 << 20), std::vector<std::string>{"1:before"});
  EXPECT_TRUE(read_all(reader, before, 1).empty());
}

TEST(FrameParser, TheLongestMessageIsTakenAndOneByteMoreIsNot) {
  EXPECT_EQ(close_code(long_head(0x82, kMax)), 0);
  for (std::uint64_t size : {std::uint64_t{kMax + 1}, std::uint64_t{1} << 63, ~std::uint64_t{0}})
    EXPECT_EQ(close_code(long_head(0x82, size)), FrameError::too_big) << size;
}

TEST(FrameParser, FragmentsCountTogetherAndControlFramesDoNot) {
  const std::string megabyte(1 << 20, 'a');
  std::string sixteen = frame(Opcode::text, megabyte, false);
  for (int i = 1; i < 16; ++i)
    sixteen +=
        frame(Opcode::ping, std::string(125, 'p')) + frame(Opcode::continuation, megabyte, false);
  EXPECT_EQ(close_code(sixteen + frame(Opcode::continuation, "") + frame(Opcode::text, megabyte)),
            0);
  EXPECT_EQ(close_code(sixteen + frame(Opcode::continuation, "a")), FrameError::too_big);
}

void check(FrameParser &parser, int times) {
  for (int i = 0; i < times; ++i)
    parser.check();
}

TEST(FrameParser, AMessageMustBeCompleteBeforeTheLastCheck) {
  FrameParser parser(Side::client);
  const auto bytes = frame(Opcode::text, std::string(100, 'x'));
  for (int i = 0; i < 60; ++i) {  // each message ends in time, and the next one begins
    EXPECT_EQ(read_all(parser, (i ? bytes.substr(50) : "") + bytes.substr(0, 50), 1000).size(),
              i ? 1u : 0u);
    check(parser, FrameParser::max_checks);
    ASSERT_FALSE(parser.error()) << i;
  }
  for (int i = 0; i < FrameParser::max_checks; ++i) {
    read_all(parser, bytes.substr(50 + static_cast<std::size_t>(i), 1), 1);
    check(parser, i == 0 ? 0 : 1);
  }
  EXPECT_TRUE(parser.error()) << "a byte now and then does not help";
  EXPECT_EQ(parser.error()->code, 1002);
}

TEST(FrameParser, FragmentsAndControlFramesDoNotRestartTheChecks) {
  FrameParser parser(Side::client);
  read_all(parser, frame(Opcode::text, "x", false), 100);
  check(parser, FrameParser::max_checks);
  EXPECT_FALSE(parser.error());
  read_all(parser, frame(Opcode::ping, "") + frame(Opcode::continuation, "y", false), 100);
  parser.check();
  EXPECT_TRUE(parser.error());
}

TEST(FrameParser, ChecksBetweenMessagesHaveNoEffect) {
  FrameParser parser(Side::client);
  read_all(parser, frame(Opcode::text, "x"), 100);
  check(parser, 100);
  EXPECT_FALSE(parser.error());
  read_all(parser, frame(Opcode::text, "x").substr(0, 1), 100);
  check(parser, FrameParser::max_checks);
  EXPECT_FALSE(parser.error());
}

constexpr auto kMaxSmall = int{FrameParser::first_allowance};

std::string repeated(const std::string &unit, int times) {
  std::string all;
  for (int i = 0; i < times; ++i)
    all += unit;
  return all;
}

/// The reason for which `bytes` are refused that come at once. Empty if they are accepted.
std::string refusal(const std::string &bytes) {
  FrameParser parser(Side::client);
  read_all(parser, bytes, 1 << 20);
  if (!parser.error()) return "";
  EXPECT_EQ(parser.error()->code, FrameError::too_many);
  EXPECT_TRUE(parser.error()->is_flood());
  return parser.error()->reason;
}

TEST(FrameParser, FramesThatCostMoreThanTheirBytesAreLimited) {
  const std::pair<std::string, const char *> table[] = {
      {frame(Opcode::ping, ""), "more than 5,000 control frames per second"},
      {frame(Opcode::pong, std::string(125, 'p')), "more than 5,000 control frames per second"},
      {frame(Opcode::text, ""), "more than 5,000 empty frames per second"},
      {frame(Opcode::text, std::string(63, 'x')),
       "more than 5,000 messages of less than 64 bytes per second"},
  };
  for (const auto &[unit, reason] : table) {
    EXPECT_EQ(refusal(repeated(unit, kMaxSmall)), "") << reason;
    EXPECT_EQ(refusal(repeated(unit, kMaxSmall + 1)), reason);
    FrameParser steady(Side::client);
    for (int i = 0; i < 5 * kMaxSmall; ++i)  // 4,000 a second
      ASSERT_EQ(read_all(steady, unit, unit.size(), i * 250).size(), 1u) << reason;
  }
}

TEST(FrameParser, FramesThatWaitedForAReaderAreNoFlood) {
  const auto small = repeated(frame(Opcode::text, "x"), 4 * kMaxSmall);
  FrameParser slow(Side::client);
  read_all(slow, frame(Opcode::text, "x"), 100, 0);
  EXPECT_EQ(read_all(slow, small, 1 << 20, 8'000'000).size(), std::size_t{4 * kMaxSmall});
  EXPECT_FALSE(slow.error());
  read_all(slow, small, 1 << 20, 8'000'000);
  EXPECT_TRUE(slow.error());
}

TEST(FrameParser, MessagesThatAreWorthTheirBytesAreNotLimited) {
  EXPECT_EQ(refusal(repeated(frame(Opcode::text, std::string(64, 'x')), 2 * kMaxSmall)), "");
  // One message of 4 MiB in fragments.
  for (const int size : {1, 64, 256}) {
    const auto fragment = frame(Opcode::continuation, std::string(size, 'x'), false);
    EXPECT_EQ(refusal(frame(Opcode::text, "x", false) + repeated(fragment, (4 << 20) / size) +
                      frame(Opcode::continuation, "x")),
              "")
        << size;
  }
  const auto empty = frame(Opcode::continuation, "", false);
  EXPECT_EQ(refusal(frame(Opcode::text, "x", false) + repeated(empty, kMaxSmall + 1)),
            "more than 5,000 empty frames per second");
}

TEST(FrameParser, CloseCodesAreThoseOfTheRfc) {
  const auto code_of = [](int code) {
    return close_code(frame(
        Opcode::close, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)}));
  };
  for (int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000,
                   3999, 4000, 4999})
    EXPECT_EQ(code_of(code), 0) << code;
  for (int code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    EXPECT_EQ(code_of(code), 1002) << code;
}

TEST(FrameParser, InvalidUtf8IsFoundInItsFragment) {
  FrameParser parser(Side::client);
  read_all(parser, frame(Opcode::text, "\xce\xba\xf4", false), 1 << 20);
  EXPECT_FALSE(parser.error());
  read_all(parser, frame(Opcode::continuation, "\x90", false), 1 << 20);
  ASSERT_TRUE(parser.error());
  EXPECT_EQ(parser.error()->code, 1007);

  FrameParser inside(Side::client);  // of a frame that has not arrived completely
  const auto bytes = frame(Opcode::text,
                           "\xce\xba\xf4\x90\x80\x80"
                           "abc");
  read_all(inside, bytes.substr(0, 5), 1 << 20);
  EXPECT_FALSE(inside.error());
  read_all(inside, bytes.substr(5, 1), 1 << 20);
  EXPECT_TRUE(inside.error());
}

}  // namespace
