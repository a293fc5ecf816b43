// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rfc6455_cases.hpp"

namespace gemlive::test::rfc6455 {

/// Reads the client's frames. A second implementation, independent of FrameParser.
class ClientFrames {
 public:
  void feed(std::string_view bytes) {
    bytes_ += bytes;
    while (take()) {
    }
  }
  const std::vector<Answer> &all() const { return all_; }
  bool have_close() const;

 private:
  std::size_t number(std::size_t at, std::size_t count) const {
    std::size_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value = value << 8 | static_cast<std::uint8_t>(bytes_[at + i]);
    return value;
  }
  bool take();

  std::string bytes_;  // of an incomplete frame
  std::vector<Answer> all_;
};

/// For messages of failed cases.
std::string shown(std::string_view bytes);
std::string shown(const std::vector<Answer> &answers);
std::string shown(const std::vector<Part> &parts);

}  // namespace gemlive::test::rfc6455
