// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <libsoup/soup.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "glib_ptr.hpp"
#include "wait.hpp"

namespace gemlive::test {

constexpr auto developer_path =
    "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
constexpr auto vertex_path =
    "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent";

/// A minimal client of gemlive-simulator, on libsoup. One thread: waiting runs its main context.
class SimulatorClient {
 public:
  struct Message {
    bool binary = false;
    std::string text = {};
  };

  SimulatorClient();
  ~SimulatorClient();
  SimulatorClient(const SimulatorClient &) = delete;
  SimulatorClient &operator=(const SimulatorClient &) = delete;

  /// Returns the HTTP status: 101 is success, 0 no response. Accepts any certificate.
  int connect(const std::string &uri, const std::string &api_key = {});
  void send(std::string_view text);
  void send_binary(std::string_view bytes);
  /// Sends realtimeInput.audio messages of 40 ms.
  void send_audio(std::span<const std::int16_t> samples, int rate = 16000);
  void close(int code = 1000);

  /// Returns the next message, nullopt if the connection ends or the deadline passes first.
  std::optional<Message> next(std::chrono::milliseconds deadline = patience);
  /// Skips messages until one contains `words`.
  std::optional<std::string> next_with(std::string_view words,
                                       std::chrono::milliseconds deadline = patience);
  bool wait_closed(std::chrono::milliseconds deadline = patience);

  bool closed() const { return closed_; }
  int close_code() const { return close_code_; }
  const std::string &close_reason() const { return close_reason_; }

 private:
  bool run_until(const std::function<bool()> &condition, std::chrono::milliseconds deadline);
  static void on_message(SoupWebsocketConnection *, int type, GBytes *message, gpointer self);
  static void on_closed(SoupWebsocketConnection *, gpointer self);

  ObjectPtr<SoupSession> session_;
  ObjectPtr<SoupWebsocketConnection> connection_;
  std::deque<Message> messages_;
  bool closed_ = false;
  int close_code_ = 0;
  std::string close_reason_;
};

/// Returns the audio bytes in a server message.
std::string audio_of(std::string_view message);
/// Returns the text of `field` ("outputTranscription") in a server message.
std::string text_of(std::string_view message, std::string_view field);

std::vector<std::int16_t> tone(int ms, int rate = 16000);
std::vector<std::int16_t> silence(int ms, int rate = 16000);

}  // namespace gemlive::test
