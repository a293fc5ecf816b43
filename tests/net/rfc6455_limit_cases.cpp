// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Sections 9 and 10: large messages, many fragments, small chops, many messages.

#include "rfc6455_cases.hpp"

namespace gemlive::test::rfc6455 {

namespace {

/// 9.7, 9.8: a thousand messages, each after the answer to the one before.
Case round_trips(const std::string &id, bool is_binary, std::size_t size) {
  constexpr std::size_t rounds = 1000;
  const auto sent = "1000 times " + std::string(is_binary ? "binary" : "text") + " of " +
                    std::to_string(size) + " bytes";
  return {id, sent, [=] {
            const auto payload = counted(size, is_binary);
            Exchange exchange;
            for (std::size_t i = 1; i <= rounds; ++i) {
              exchange.parts.push_back(then_wait(frame(is_binary ? 0x82 : 0x81, payload), i));
              exchange.answers.push_back(
                  {is_binary ? Answer::Kind::binary : Answer::Kind::text, payload});
            }
            return exchange;
          }};
}

}  // namespace

std::vector<Case> limit_cases() {
  std::vector<Case> all;
  constexpr std::size_t kilobyte = 1 << 10, megabyte = 1 << 20;
  for (const bool is_binary : {false, true}) {
    std::size_t number = 1;
    for (const auto size :
         {64 * kilobyte, 256 * kilobyte, megabyte, 4 * megabyte, 8 * megabyte, 16 * megabyte})
      all.push_back(message(id_of(is_binary ? "9.2" : "9.1", number++), is_binary, size, whole));
    number = 1;
    for (std::size_t fragment = 64; fragment <= 4 * megabyte; fragment *= 4)
      all.push_back(message(id_of(is_binary ? "9.4" : "9.3", number++), is_binary, 4 * megabyte,
                            whole, fragment));
    number = 1;
    for (std::size_t chop = 64; chop <= 2048; chop *= 2)
      all.push_back(message(id_of(is_binary ? "9.6" : "9.5", number++), is_binary, megabyte, chop));
    number = 1;
    for (const std::size_t size : {0, 16, 64, 256, 1024, 4096})
      all.push_back(round_trips(id_of(is_binary ? "9.8" : "9.7", number++), is_binary, size));
  }
  all.push_back(message("10.1.1", false, 65536, whole, 1300));
  return all;
}

}  // namespace gemlive::test::rfc6455
