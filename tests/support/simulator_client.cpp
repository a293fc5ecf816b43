// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "simulator_client.hpp"

#include <simdjson.h>

#include <cmath>

#include "base64.hpp"

namespace gemlive::test {

SimulatorClient::SimulatorClient() : session_(soup_session_new()) {}

SimulatorClient::~SimulatorClient() {
  if (connection_) g_signal_handlers_disconnect_by_data(connection_.get(), this);
}

bool SimulatorClient::run_until(const std::function<bool()> &condition,
                                std::chrono::milliseconds deadline) {
  bool late = false;
  const SourcePtr timer(g_timeout_source_new(static_cast<guint>(deadline.count())));
  g_source_set_callback(
      timer.get(),
      [](gpointer flag) -> gboolean {
        *static_cast<bool *>(flag) = true;
        return G_SOURCE_REMOVE;
      },
      &late, nullptr);
  g_source_attach(timer.get(), nullptr);
  while (!condition() && !late)
    g_main_context_iteration(nullptr, TRUE);
  g_source_destroy(timer.get());
  return condition();
}

int SimulatorClient::connect(const std::string &uri, const std::string &api_key) {
  const ObjectPtr<SoupMessage> message(soup_message_new("GET", uri.c_str()));
  soup_message_add_flags(message.get(), SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect(message.get(), "accept-certificate",
                   G_CALLBACK(+[](SoupMessage *, GTlsCertificate *, GTlsCertificateFlags,
                                  gpointer) -> gboolean { return TRUE; }),
                   nullptr);
  if (!api_key.empty())
    soup_message_headers_append(soup_message_get_request_headers(message.get()), "x-goog-api-key",
                                api_key.c_str());
  struct Pending {
    ObjectPtr<SoupWebsocketConnection> connection = {};
    bool done = false;
  } pending;
  const ObjectPtr<GCancellable> cancellable(g_cancellable_new());
  soup_session_websocket_connect_async(
      session_.get(), message.get(), nullptr, nullptr, G_PRIORITY_DEFAULT, cancellable.get(),
      [](GObject *session, GAsyncResult *result, gpointer data) {
        auto *waiting = static_cast<Pending *>(data);
        waiting->connection.reset(
            soup_session_websocket_connect_finish(SOUP_SESSION(session), result, nullptr));
        waiting->done = true;
      },
      &pending);
  if (!run_until([&] { return pending.done; }, patience)) {
    g_cancellable_cancel(cancellable.get());
    run_until([&] { return pending.done; }, patience);
  }
  connection_ = std::move(pending.connection);
  if (!connection_) return static_cast<int>(soup_message_get_status(message.get()));
  soup_websocket_connection_set_max_incoming_payload_size(connection_.get(), 16 << 20);
  g_signal_connect(connection_.get(), "message", G_CALLBACK(&SimulatorClient::on_message), this);
  g_signal_connect(connection_.get(), "closed", G_CALLBACK(&SimulatorClient::on_closed), this);
  return 101;
}

void SimulatorClient::on_message(SoupWebsocketConnection *, int type, GBytes *message,
                                 gpointer self) {
  static_cast<SimulatorClient *>(self)->messages_.push_back(
      {type == SOUP_WEBSOCKET_DATA_BINARY, std::string(view(message))});
}

void SimulatorClient::on_closed(SoupWebsocketConnection *connection, gpointer self) {
  auto *client = static_cast<SimulatorClient *>(self);
  client->closed_ = true;
  client->close_code_ = soup_websocket_connection_get_close_code(connection);
  const char *reason = soup_websocket_connection_get_close_data(connection);
  client->close_reason_ = reason ? reason : "";
}

void SimulatorClient::send(std::string_view text) {
  soup_websocket_connection_send_text(connection_.get(), std::string(text).c_str());
}

void SimulatorClient::send_binary(std::string_view bytes) {
  soup_websocket_connection_send_binary(connection_.get(), bytes.data(), bytes.size());
}

void SimulatorClient::send_audio(std::span<const std::int16_t> samples, int rate) {
  const auto chunk = static_cast<std::size_t>(rate / 25);
  for (std::size_t at = 0; at < samples.size(); at += chunk) {
    const auto bytes = std::as_bytes(samples.subspan(at, std::min(chunk, samples.size() - at)));
    std::string data(base64::encoded_size(bytes.size()), '\0');
    base64::encode(bytes, data.data());
    send("{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=" + std::to_string(rate) +
         "\",\"data\":\"" + data + "\"}}}");
  }
}

void SimulatorClient::close(int code) {
  if (soup_websocket_connection_get_state(connection_.get()) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close(connection_.get(), static_cast<gushort>(code), nullptr);
}

std::optional<SimulatorClient::Message> SimulatorClient::next(std::chrono::milliseconds deadline) {
  run_until([this] { return !messages_.empty() || closed_; }, deadline);
  if (messages_.empty()) return {};
  auto message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

std::optional<std::string> SimulatorClient::next_with(std::string_view words,
                                                      std::chrono::milliseconds deadline) {
  while (auto message = next(deadline)) {
    if (message->text.find(words) != std::string::npos) return message->text;
  }
  return {};
}

bool SimulatorClient::wait_closed(std::chrono::milliseconds deadline) {
  return run_until([this] { return closed_; }, deadline);
}

std::string audio_of(std::string_view message) {
  std::string all;
  simdjson::dom::parser parser;
  simdjson::dom::array parts;
  const simdjson::padded_string text(message);
  if (parser.parse(text).at_pointer("/serverContent/modelTurn/parts").get(parts)) return all;
  for (const auto part : parts) {
    std::string_view data;
    if (part.at_pointer("/inlineData/data").get(data)) continue;
    std::vector<std::byte> bytes(base64::decoded_size(data).value_or(0));
    if (base64::decode(data, bytes.data()))
      all.append(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  }
  return all;
}

std::string text_of(std::string_view message, std::string_view field) {
  simdjson::dom::parser parser;
  std::string_view text;
  const simdjson::padded_string padded(message);
  const auto pointer = "/serverContent/" + std::string(field) + "/text";
  return parser.parse(padded).at_pointer(pointer).get(text) ? std::string() : std::string(text);
}

std::vector<std::int16_t> tone(int ms, int rate) {
  std::vector<std::int16_t> samples;
  for (int i = 0; i < rate / 1000 * ms; ++i)
    samples.push_back(static_cast<std::int16_t>(6000 * std::sin(i * 0.21)));
  return samples;
}

std::vector<std::int16_t> silence(int ms, int rate) {
  return std::vector<std::int16_t>(static_cast<std::size_t>(rate / 1000 * ms));
}

}  // namespace gemlive::test
