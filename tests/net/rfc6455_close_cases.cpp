// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Section 7: how a connection is closed.

#include "rfc6455_cases.hpp"

namespace gemlive::test::rfc6455 {

namespace {

using End = Exchange::End;

const std::string hello = "Hello, world!";

Part close_frame(int code, std::string_view reason = "") {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
  return frame(0x88, payload.append(reason));
}

/// One of the parts closes with `code`, and the client echoes it.
Exchange closes(std::vector<Part> parts, int code = 1000, std::string reason = "") {
  return {.parts = std::move(parts),
          .end = End::closed_by_parts,
          .code = code,
          .closed = {code, std::move(reason)}};
}

Exchange unspecified(std::vector<Part> parts) {
  return {.parts = std::move(parts), .end = End::informational};
}

}  // namespace

std::vector<Case> close_cases() {
  const auto close = close_frame(1000);
  const std::string long_reason(123, '*');
  auto without_code = closes({frame(0x88, "")});
  without_code.closed.first = 1005;
  std::vector<Case> all = {
      row("7.1.1", "text; then close", {.parts = {text(hello)}, .answers = {echo(hello)}}),
      row("7.1.2", "2 closes", closes({close, frame(0x88, "")})),
      row("7.1.3", "close; ping", closes({close, ping("")})),
      row("7.1.4", "close; text", closes({close, text(hello)})),
      row("7.1.5", "close between 2 frames of a text",
          closes({frame(0x01, "fragment1"), close, frame(0x80, "fragment2")})),
      row("7.1.6", "text of 256 KiB; text; close; ping",
          unspecified({text(counted(256 << 10, false)), text(hello), close, ping("")})),
      row("7.3.1", "close without code", without_code),
      row("7.3.2", "close with one byte", fails(1002, {frame(0x88, "a")})),
      row("7.3.3", "close with code", closes({close})),
      row("7.3.4", "close with reason", closes({close_frame(1000, hello)}, 1000, hello)),
      row("7.3.5", "close with a reason of 123 bytes",
          closes({close_frame(1000, long_reason)}, 1000, long_reason)),
      row("7.3.6", "close with a reason of 124 bytes",
          fails(1002, {close_frame(1000, long_reason + '*')})),
      // The RFC also allows 1007.
      row("7.5.1", "close with a reason that is not UTF-8",
          fails(1002, {close_frame(1000, "edit\xed\xa0\x80")})),
  };
  std::size_t number = 1;
  for (const int code :
       {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999})
    all.push_back(row(id_of("7.7", number++), "close with valid code " + std::to_string(code),
                      closes({close_frame(code)}, code)));
  number = 1;
  for (const int code : {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999})
    all.push_back(row(id_of("7.9", number++), "close with invalid code " + std::to_string(code),
                      fails(1002, {close_frame(code)})));
  all.push_back(row("7.13.1", "close with code 5000", unspecified({close_frame(5000)})));
  all.push_back(row("7.13.2", "close with code 65535", unspecified({close_frame(65535)})));
  return all;
}

}  // namespace gemlive::test::rfc6455
