// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "frame.hpp"

#include <gtest/gtest.h>

using namespace gemlive;

namespace {

constexpr MaskingKey kMask = {0x11, 0xfe, 0x80, 0x07};

TEST(Frame, UsesTheShortestLengthField) {
  const auto head = [](std::size_t size) {
    std::string out;
    append_frame(out, Opcode::binary, std::string(size, 'x'));
    return out.substr(0, out.size() - size);
  };
  EXPECT_EQ(head(0), std::string("\x82\0", 2));
  EXPECT_EQ(head(125), "\x82\x7d");
  EXPECT_EQ(head(126), std::string("\x82\x7e\0\x7e", 4));
  EXPECT_EQ(head(65535), "\x82\x7e\xff\xff");
  EXPECT_EQ(head(65536), std::string("\x82\x7f\0\0\0\0\0\1\0\0", 10));
}

TEST(Frame, AClientsFrameIsMaskedByteByByte) {
  std::string payload;
  for (int i = 0; i < 70'000; ++i)
    payload += static_cast<char>(i * 7);
  for (std::size_t size : {0, 1, 3, 4, 7, 8, 9, 125, 126, 1000, 65535, 65536, 70'000}) {
    const auto part = payload.substr(0, size);
    std::string plain, masked = "before";
    append_frame(plain, Opcode::text, part, false);
    append_masked_frame(masked, Opcode::text, part, kMask, false);
    ASSERT_EQ(masked.size(), 6 + plain.size() + kMask.size());
    const auto head = plain.size() - size;
    plain[1] = static_cast<char>(plain[1] | 0x80);
    EXPECT_EQ(masked.substr(0, 6), "before");
    EXPECT_EQ(masked.substr(6, head), plain.substr(0, head));
    EXPECT_EQ(masked.substr(6 + head, 4), "\x11\xfe\x80\x07");
    for (std::size_t i = 0; i < size; ++i)
      ASSERT_EQ(static_cast<char>(masked[10 + head + i] ^ kMask[i % 4]), part[i]) << size;
  }
}

TEST(Frame, CanBeUnmaskedInPieces) {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  auto whole = text;
  apply_mask(whole.data(), whole.size(), kMask);
  for (std::size_t piece = 1; piece < text.size(); ++piece) {
    auto pieces = whole;
    for (std::size_t at = 0; at < pieces.size(); at += piece)
      apply_mask(pieces.data() + at, std::min(piece, pieces.size() - at), kMask, at);
    EXPECT_EQ(pieces, text) << piece;
  }
}

TEST(Frame, FragmentsJoinToTheMessage) {
  std::string out;
  append_message(out, Opcode::binary, "abcdefg", 3);
  EXPECT_EQ(out, std::string("\x02\x03"
                             "abc"
                             "\0\x03"
                             "def"
                             "\x80\x01g",
                             13));
  out.clear();
  append_message(out, Opcode::text, "abc", 3);
  EXPECT_EQ(out,
            "\x81\x03"
            "abc");
}

TEST(Frame, ReasonsAreCutAtACharacter) {
  EXPECT_EQ(close_payload(0, "x"), "");
  EXPECT_EQ(close_payload(1000, "bye"),
            "\x03\xe8"
            "bye");
  const auto reason = std::string(122, 'a') + "\xc3\xa4";
  EXPECT_EQ(close_payload(1011, reason).size(), 2u + 122u);
  EXPECT_EQ(close_payload(1011, std::string(200, 'a')).size(), 125u);
}

}  // namespace
