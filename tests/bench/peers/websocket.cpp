// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The same conversation over libsoup's WebSocket and over ours, without GStreamer and without JSON:
// what the WebSocket alone costs.
//
// usage: gemlive-bench-websocket soup|own URI SECONDS [CA_FILE]
//
// Sends a message with 20 ms of audio every 20 ms for SECONDS since the first answer, and receives
// one every 40 ms. Prints the seconds of audio that it sent and received in that time.

#include <glib-unix.h>
#include <libsoup/soup.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include "glib_ptr.hpp"
#include "soup_transport.hpp"

using namespace gemlive;

namespace {

constexpr const char *path =
    "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
constexpr const char *setup =
    R"({"setup":{"model":"models/m","generationConfig":{"responseModalities":["AUDIO"]}}})";
constexpr const char *question =
    R"({"clientContent":{"turns":[{"role":"user","parts":[{"text":"Speak."}]}],"turnComplete":true}})";

std::string audio_message() {
  return R"({"realtimeInput":{"audio":{"data":")" + std::string(856, 'A') +
         R"(","mimeType":"audio/pcm;rate=16000"}}})";
}

[[noreturn]] void fail(const char *text) {
  std::fprintf(stderr, "%s\n", text);
  std::exit(1);
}

/// A connection that sends and receives texts.
struct Client {
  std::function<void()> opened;
  std::function<void(std::size_t)> received;
  virtual void send(const std::string &text) = 0;
  virtual ~Client() = default;
};

class OwnClient : public Client, Transport::Listener {
 public:
  OwnClient(const std::string &uri, const char *ca_file)
      : transport_(make_soup_transport(*this, Log())) {
    transport_->connect({.url = uri, .route = {.tls_ca_file = ca_file ? ca_file : ""}});
  }
  void send(const std::string &text) override {
    if (transport_->can_send()) transport_->send(text);
  }

 private:
  void opened() override { Client::opened(); }
  void message(const Message &payload) override { received(payload.bytes().size()); }
  void writable() override {}
  void closed(int, const std::string &) override { fail("closed"); }
  void failed(const Error &error) override { fail(error.message.c_str()); }

  const std::unique_ptr<Transport> transport_;
};

class SoupClient : public Client {
 public:
  SoupClient(const std::string &uri, const char *ca_file) : session_(soup_session_new()) {
    if (ca_file) {
      const ObjectPtr<GTlsDatabase> database(g_tls_file_database_new(ca_file, nullptr));
      soup_session_set_tls_database(session_.get(), database.get());
    }
    const ObjectPtr<SoupMessage> message(soup_message_new("GET", uri.c_str()));
    soup_session_websocket_connect_async(session_.get(), message.get(), nullptr, nullptr,
                                         G_PRIORITY_DEFAULT, nullptr, &SoupClient::connected, this);
  }
  void send(const std::string &text) override {
    soup_websocket_connection_send_text(connection_.get(), text.c_str());
  }

 private:
  static void connected(GObject *, GAsyncResult *result, gpointer data) {
    auto *self = static_cast<SoupClient *>(data);
    self->connection_.reset(
        soup_session_websocket_connect_finish(self->session_.get(), result, nullptr));
    if (!self->connection_) fail("not connected");
    soup_websocket_connection_set_max_incoming_payload_size(self->connection_.get(), 0);
    g_signal_connect(self->connection_.get(), "message", G_CALLBACK(&SoupClient::message), self);
    self->opened();
  }
  static void message(SoupWebsocketConnection *, gint, GBytes *bytes, gpointer data) {
    static_cast<SoupClient *>(data)->received(g_bytes_get_size(bytes));
  }

  const ObjectPtr<SoupSession> session_;
  ObjectPtr<SoupWebsocketConnection> connection_;
};

/// The conversation. It begins to count at the first answer.
class Conversation {
 public:
  Conversation(Client &client, double seconds) : client_(client), seconds_(seconds) {
    client_.opened = [this] { client_.send(setup); };
    client_.received = [this](std::size_t size) { received(size); };
  }
  void run() {
    g_main_loop_run(loop_.get());
    std::printf("audio-seconds-up %.3f\naudio-seconds-down %.3f\n", sent_ * 0.02, answers_ * 0.04);
  }

 private:
  void received(std::size_t size) {
    const bool is_audio = size > 1000;
    if (!is_audio && !asked_) {
      asked_ = true;
      client_.send(question);
    }
    if (!is_audio) return;
    if (answers_++ > 0) return;
    g_timeout_add(20, &Conversation::speak, this);
    g_timeout_add(static_cast<guint>(seconds_ * 1000), &Conversation::end, this);
  }
  static gboolean speak(gpointer data) {
    auto *self = static_cast<Conversation *>(data);
    self->client_.send(self->audio_);
    ++self->sent_;
    return G_SOURCE_CONTINUE;
  }
  static gboolean end(gpointer data) {
    g_main_loop_quit(static_cast<Conversation *>(data)->loop_.get());
    return G_SOURCE_REMOVE;
  }

  Client &client_;
  const double seconds_;
  const std::string audio_ = audio_message();
  const Handle<GMainLoop, g_main_loop_unref> loop_{g_main_loop_new(nullptr, FALSE)};
  bool asked_ = false;
  int sent_ = 0, answers_ = 0;
};

}  // namespace

int main(int argc, char **argv) {
  if (argc < 4) fail("usage: gemlive-bench-websocket soup|own URI SECONDS [CA_FILE]");
  const auto uri = std::string(argv[2]) + path;
  const char *ca_file = argc > 4 ? argv[4] : nullptr;
  std::unique_ptr<Client> client;
  if (std::strcmp(argv[1], "own") == 0)
    client = std::make_unique<OwnClient>(uri, ca_file);
  else
    client = std::make_unique<SoupClient>(uri, ca_file);
  Conversation(*client, std::strtod(argv[3], nullptr)).run();
  std::fflush(stdout);
  std::_Exit(0);  // what the end of a connection costs does not count
}
