// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Section 6: text is UTF-8. Most texts are those of Markus Kuhn's "UTF-8 decoder capability and
// stress test".

#include <set>
#include <sstream>
#include <string_view>

#include "rfc6455_cases.hpp"

namespace gemlive::test::rfc6455 {

namespace {

/// The bytes that `hex` names: "ce ba".
std::string bytes(const std::string &hex) {
  std::string all;
  std::istringstream words(hex);
  for (int byte = 0; words >> std::hex >> byte;)
    all += static_cast<char>(byte);
  return all;
}

/// One frame for each text.
struct Group {
  const char *what;
  bool is_valid;
  std::vector<std::string> texts;  // in hexadecimal
};

const std::string word = "ce ba e1 bd b9 cf 83 ce bc ce b5";  // "kosme" in Greek

/// `from` to `to`, each followed by `after`.
std::string range(int from, int to, const char *after = "") {
  std::ostringstream hex;
  for (int byte = from; byte <= to; ++byte)
    hex << std::hex << byte << ' ' << after << ' ';
  return hex.str();
}

/// Each prefix of `word`. Some end within a character.
std::vector<Group> prefixes() {
  const std::set<std::size_t> complete = {2, 5, 7, 9, 11};
  std::vector<Group> all;
  for (std::size_t size = 1; size <= 11; ++size)
    all.push_back(
        {"a prefix of valid UTF-8", complete.contains(size), {word.substr(0, 3 * size - 1)}});
  return all;
}

/// The last two code points of each plane.
std::vector<std::string> non_characters() {
  std::vector<std::string> all = {"ef bf be", "ef bf bf"};
  for (const char *lead : {"f0 9f", "f0 af", "f0 bf", "f1 8f", "f1 9f", "f1 af", "f1 bf", "f2 8f",
                           "f2 9f", "f2 af", "f2 bf", "f3 8f", "f3 9f", "f3 af", "f3 bf", "f4 8f"})
    for (const char *last : {" bf be", " bf bf"})
      all.push_back(std::string(lead) + last);
  return all;
}

/// 6.5 to 6.23.
const std::vector<std::vector<Group>> groups = {
    {{"valid UTF-8",
      true,
      {"68 65 6c 6c 6f 24 77", "68 6c 6c 6f c2 a2 77", "68 6c 6c 6f e2 82 ac 77",
       "68 6c 6c 6f f0 a4 ad a2 77", word}}},
    prefixes(),
    {{"the first character of each length", true, {"00", "c2 80", "e0 a0 80", "f0 90 80 80"}}},
    {{"the first sequence of 5 and 6 bytes", false, {"f8 88 80 80 80", "fc 84 80 80 80 80"}}},
    {{"the last character of each length", true, {"7f", "df bf", "ef bf bf", "f4 8f bf bf"}}},
    {{"the last sequence of 4, 5 and 6 bytes",
      false,
      {"f7 bf bf bf", "fb bf bf bf bf", "fd bf bf bf bf bf"}}},
    {{"other limits", true, {"ed 9f bf", "ee 80 80", "ef bf bd", "f4 8f bf bf"}},
     {"above U+10FFFF", false, {"f4 90 80 80"}}},
    {{"continuation bytes alone",
      false,
      {"80", "bf", "80 bf", "80 bf 80", "80 bf 80 bf", "80 bf 80 bf 80", "80 bf 80 bf 80 bf",
       range(0x80, 0xbf)}}},
    {{"first bytes alone",
      false,
      {range(0xc0, 0xdf, "20"), range(0xe0, 0xef, "20"), range(0xf0, 0xf7, "20"),
       range(0xf8, 0xfb, "20"), range(0xfc, 0xfd, "20")}}},
    {{"the last byte is missing",
      false,
      {"c0", "e0 80", "f0 80 80", "f8 80 80 80", "fc 80 80 80 80", "df", "ef bf", "f7 bf bf",
       "fb bf bf bf", "fd bf bf bf bf"}}},
    {{"incomplete sequences in a row",
      false,
      {"c0 e0 80 f0 80 80 f8 80 80 80 fc 80 80 80 80 df ef bf f7 bf bf fb bf bf bf fd bf bf bf "
       "bf"}}},
    {{"impossible bytes", false, {"fe", "ff", "fe fe ff ff"}}},
    {{"an overlong slash",
      false,
      {"c0 af", "e0 80 af", "f0 80 80 af", "f8 80 80 80 af", "fc 80 80 80 80 af"}}},
    {{"the last overlong sequence of each length",
      false,
      {"c1 bf", "e0 9f bf", "f0 8f bf bf", "f8 87 bf bf bf", "fc 83 bf bf bf bf"}}},
    {{"an overlong NUL",
      false,
      {"c0 80", "e0 80 80", "f0 80 80 80", "f8 80 80 80 80", "fc 80 80 80 80 80"}}},
    {{"a surrogate",
      false,
      {"ed a0 80", "ed ad bf", "ed ae 80", "ed af bf", "ed b0 80", "ed be 80", "ed bf bf"}}},
    {{"a pair of surrogates",
      false,
      {"ed a0 80 ed b0 80", "ed a0 80 ed bf bf", "ed ad bf ed b0 80", "ed ad bf ed bf bf",
       "ed ae 80 ed b0 80", "ed ae 80 ed bf bf", "ed af bf ed b0 80", "ed af bf ed bf bf"}}},
    {{"a non-character, which is valid", true, non_characters()}},
    {{"specials",
      true,
      {"ef bf b9", "ef bf ba", "ef bf bb", "ef bf bc", "ef bf bd", "ef bf be", "ef bf bf"}}},
};

Case one_frame(const std::string &id, const Group &group, const std::string &hex) {
  const auto sent = std::string(group.what) + " (" + hex + ")";
  const auto payload = bytes(hex);
  if (!group.is_valid) return row(id, sent, fails(1007, {text(payload)}));
  return row(id, sent, {.parts = {text(payload)}, .answers = {echo(payload)}});
}

}  // namespace

std::vector<Case> utf8_cases() {
  const std::string kosme = bytes(word), rest = "edited";
  const std::string hello = "Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4",
                    more = "\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!";
  const std::string surrogate = kosme + "\xed\xa0\x80" + rest,
                    beyond = kosme + "\xf4\x90\x80\x80" + rest;
  // The first byte that cannot be valid is byte 12 of `beyond`.
  const auto start = beyond.substr(0, 12), bad = beyond.substr(12, 1), after = beyond.substr(13);
  const auto head = frame(0x81, beyond).bytes.substr(0, 2);
  std::vector<Case> all = {
      row("6.1.1", "an empty text", {.parts = {text("")}, .answers = {echo("")}}),
      row("6.1.2", "an empty text in 3 frames",
          {.parts = {frame(0x01, ""), frame(0x00, ""), frame(0x80, "")}, .answers = {echo("")}}),
      row("6.1.3", "a text in the second of 3 frames",
          {.parts = {frame(0x01, ""), frame(0x00, "middle"), frame(0x80, "")},
           .answers = {echo("middle")}}),
      row("6.2.1", "UTF-8 in one frame",
          {.parts = {text(hello + more)}, .answers = {echo(hello + more)}}),
      row("6.2.2", "UTF-8 in 2 frames, split between characters",
          {.parts = {frame(0x01, hello), frame(0x80, more)}, .answers = {echo(hello + more)}}),
      row("6.2.3", "UTF-8 in frames of one byte",
          {.parts = fragments(1, hello + more, 1), .answers = {echo(hello + more)}}),
      row("6.2.4", "Greek in frames of one byte",
          {.parts = fragments(1, kosme, 1), .answers = {echo(kosme)}}),
      row("6.3.1", "a surrogate in one frame", fails(1007, {text(surrogate)})),
      row("6.3.2", "a surrogate in frames of one byte", fails(1007, fragments(1, surrogate, 1))),
      // The client closes before it receives the last part.
      row("6.4.1", "3 frames, the second is invalid",
          fails(1007, {{frame(0x01, kosme).bytes, 0},
                       {frame(0x00, beyond.substr(11, 4)).bytes, 1},
                       frame(0x80, rest)})),
      row("6.4.2", "3 frames, the second is the first invalid byte",
          fails(1007,
                {{frame(0x01, start).bytes, 0}, {frame(0x00, bad).bytes, 1}, frame(0x80, after)})),
      row("6.4.3", "one frame in 3 parts, the second is invalid",
          fails(1007, {{head + kosme, 0}, {beyond.substr(11, 4), 1}, {rest}})),
      row("6.4.4", "one frame in 3 parts, the second is the first invalid byte",
          fails(1007, {{head + start, 0}, {bad, 1}, {after}})),
  };
  int section = 5;
  for (const auto &section_groups : groups) {
    int number = 1;
    for (const auto &group : section_groups)
      for (const auto &hex : group.texts)
        all.push_back(
            one_frame("6." + std::to_string(section) + '.' + std::to_string(number++), group, hex));
    ++section;
  }
  return all;
}

}  // namespace gemlive::test::rfc6455
