// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base64.hpp"
#include "wire.hpp"

namespace gemlive::test {

using Events = std::vector<ServerEvent>;

/// Decodes messages of the server.
class DecoderFixture : public testing::Test {
 protected:
  /// The events of `message`. The test fails if it is refused.
  Events decode(std::string message) {
    message_ = std::move(message);
    const auto events = decoder_.decode(message_);
    if (!events) {
      ADD_FAILURE() << events.error().detail << ": " << message_.substr(0, 200);
      return {};
    }
    return {events->begin(), events->end()};
  }
  Events content(const std::string &fields) {
    return decode(R"({"serverContent":{)" + fields + "}}");
  }
  Events parts(const std::string &parts) {
    return content(R"("modelTurn":{"role":"model","parts":[)" + parts + "]}");
  }
  bool refuses(std::string_view message) {
    const auto events = decoder_.decode(message);
    if (!events) {
      EXPECT_EQ(events.error().kind, ErrorKind::bad_data);
      EXPECT_FALSE(events.error().detail.empty());
    }
    return !events;
  }

  wire::Decoder decoder_;
  std::string message_;  // audio events are views into it
};

inline std::string audio_message(std::size_t bytes,
                                 const std::string &mime = "audio/pcm;rate=24000") {
  const std::vector<std::byte> samples(bytes, std::byte{0x5a});
  std::string data(base64::encoded_size(bytes), '\0');
  base64::encode(samples, data.data());
  return "{\n  \"serverContent\": {\n    \"modelTurn\": {\n      \"parts\": [\n        {\n         "
         " "
         "\"inlineData\": {\n            \"mimeType\": \"" +
         mime + "\",\n            \"data\": \"" + data +
         "\"\n          }\n        }\n      ]\n    }\n  }\n}\n";
}

}  // namespace gemlive::test
