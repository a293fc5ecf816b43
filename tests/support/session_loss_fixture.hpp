// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <ranges>
#include <string>

#include "session_fixture.hpp"

namespace gemlive::test {

/// A session whose connections are lost.
struct Reconnecting : SessionTest {
  /// The next connection has been asked for; the service may let it in.
  bool tries_again() {
    const int before = server.made;
    return run_until([&] { return server.made > before; });
  }
  void let_in() {
    server.open();
    server.say(setup_complete);
  }
  bool lose_and_reconnect(int code = 1011) {
    server.close(code, "Internal error encountered.");
    if (!tries_again()) return false;
    let_in();
    return counters->state == ConnectionState::connected;
  }
};

inline std::string handle(const std::string &name) {
  return R"({"sessionResumptionUpdate":{"newHandle":")" + name + R"(","resumable":true}})";
}
inline const std::string not_now = R"({"sessionResumptionUpdate":{}})";
/// In transparent mode, with the index of the last message that the handle covers.
inline std::string handle(const std::string &name, unsigned index) {
  return R"({"sessionResumptionUpdate":{"newHandle":")" + name +
         R"(","resumable":true,"lastConsumedClientMessageIndex":")" + std::to_string(index) +
         "\"}}";
}

/// One that the service can go on with.
struct Resuming : Reconnecting {
  Resuming() { setup = R"({"setup":{"sessionResumption":{}}})"; }
  /// The setup message of the last connection.
  std::string setup_sent() const {
    for (auto at = server.messages.rbegin(); at != server.messages.rend(); ++at)
      if (at->find(R"("setup")") != std::string::npos) return *at;
    return "";
  }
  bool resumes_with(const std::string &name) const {
    return setup_sent().find(R"("handle":")" + name + '"') != std::string::npos;
  }
  std::size_t messages_with(const std::string &part) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        server.messages, [&](const auto &text) { return text.find(part) != std::string::npos; }));
  }
  std::size_t audio_messages() const { return messages_with("audio/pcm"); }
  void be_quiet(int chunks = 1) {
    for (int i = 0; i < chunks; ++i)
      push(0);
  }
};

}  // namespace gemlive::test
