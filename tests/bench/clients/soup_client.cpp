// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-load-soup: a client of bench.py on libsoup's WebSocket, in one GMainContext, with the
// same base64 and search for the audio as gemlive-load-epoll. Its arguments: client_run.hpp.

#include <libsoup/soup.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "audio_stamp.hpp"
#include "conversation_load.hpp"
#include "glib_ptr.hpp"

namespace gemlive::bench {

namespace {

[[noreturn]] void fail(const char *text) {
  std::fprintf(stderr, "gemlive-load-soup: %s\n", text);
  std::_Exit(1);
}

/// A source that becomes ready at the times that its owner sets.
struct ReadySource {
  static GSource *make(GSourceFunc function, gpointer data) {
    static GSourceFuncs functions = {
        nullptr, nullptr, [](GSource *, GSourceFunc called, gpointer self) { return called(self); },
        nullptr, nullptr, nullptr};
    auto *source = g_source_new(&functions, sizeof(GSource));
    g_source_set_callback(source, function, data, nullptr);
    g_source_attach(source, nullptr);
    return source;
  }
};

class SoupLoad {
 public:
  explicit SoupLoad(const ClientOptions &options)
      : options_(options),
        load_(options),
        soup_(soup_session_new_with_options("max-conns", options.sessions, "max-conns-per-host",
                                            options.sessions, nullptr)),
        stage_(ReadySource::make(&SoupLoad::proceed, this)) {
    if (!options.ca_file.empty()) {
      const ObjectPtr<GTlsDatabase> database(
          g_tls_file_database_new(options.ca_file.c_str(), nullptr));
      if (!database) fail("the file of --ca-file cannot be read");
      soup_session_set_tls_database(soup_.get(), database.get());
    }
    for (int i = 0; i < options.sessions; ++i)
      sessions_.push_back(std::make_unique<Session>(*this, i));
  }

  void run() {
    g_main_loop_run(loop_.get());
    load_.report();
  }

 private:
  class Session {
   public:
    Session(SoupLoad &owner, int number) : owner_(owner), number_(number) {
      const auto uri = owner.options_.uri + std::string(live_path);
      const ObjectPtr<SoupMessage> message(soup_message_new("GET", uri.c_str()));
      if (!message) fail("the address is not valid");
      soup_session_websocket_connect_async(owner.soup_.get(), message.get(), nullptr, nullptr,
                                           G_PRIORITY_DEFAULT, nullptr, &Session::connected, this);
    }

    void begin() {
      send(question_message);
      // Spread over the interval, as the wheel of the epoll client does.
      const auto interval = std::int64_t{owner_.options_.chunk_ms} * 1000;
      due_ = now_us() + interval + number_ % owner_.options_.chunk_ms * 1000;
      source_.reset(ReadySource::make(&Session::speak, this));
      g_source_set_ready_time(source_.get(), due_);
    }

   private:
    static void connected(GObject *, GAsyncResult *result, gpointer data) {
      auto *self = static_cast<Session *>(data);
      self->connection_.reset(
          soup_session_websocket_connect_finish(self->owner_.soup_.get(), result, nullptr));
      auto *connection = self->connection_.get();
      if (!connection) fail("not connected");
      soup_websocket_connection_set_max_incoming_payload_size(connection, 16 << 20);
      g_signal_connect(connection, "message", G_CALLBACK(&Session::message), self);
      g_signal_connect(connection, "closed", G_CALLBACK(+[] { fail("a connection is over"); }),
                       nullptr);
      self->send(setup_message);
    }

    static void message(SoupWebsocketConnection *, gint, GBytes *bytes, gpointer data) {
      gsize size = 0;
      const auto *text = static_cast<const char *>(g_bytes_get_data(bytes, &size));
      static_cast<Session *>(data)->receive({text, size});
    }

    void receive(std::string_view text) {
      if (is_set_up_) {
        owner_.load_.receive(text, was_heard_);
        return owner_.watch_stage();
      }
      is_set_up_ = true;
      if (owner_.load_.count_set_up()) owner_.begin();
    }

    static gboolean speak(gpointer data) {
      auto *self = static_cast<Session *>(data);
      self->send(self->owner_.load_.speak());
      self->due_ += std::int64_t{self->owner_.options_.chunk_ms} * 1000;
      g_source_set_ready_time(self->source_.get(), self->due_);
      return G_SOURCE_CONTINUE;
    }

    void send(std::string_view text) {
      // Ends with a zero: a literal, or the text of an AudioMessage.
      soup_websocket_connection_send_text(connection_.get(), text.data());
    }

    SoupLoad &owner_;
    const int number_;
    ObjectPtr<SoupWebsocketConnection> connection_;
    SourcePtr source_;
    std::int64_t due_ = 0;
    bool is_set_up_ = false, was_heard_ = false;
  };

  /// All are set up.
  void begin() {
    for (auto &session : sessions_)
      session->begin();
  }

  void watch_stage() {
    if (load_.next_stage() == watched_) return;
    watched_ = load_.next_stage();
    g_source_set_ready_time(stage_.get(), watched_);
  }

  static gboolean proceed(gpointer data) {
    auto *self = static_cast<SoupLoad *>(data);
    if (self->load_.proceed(now_us()))
      self->watch_stage();
    else
      g_main_loop_quit(self->loop_.get());
    return G_SOURCE_CONTINUE;
  }

  const ClientOptions options_;
  ConversationLoad load_;
  const Handle<GMainLoop, g_main_loop_unref> loop_{g_main_loop_new(nullptr, FALSE)};
  const ObjectPtr<SoupSession> soup_;
  const SourcePtr stage_;
  std::int64_t watched_ = -1;
  std::vector<std::unique_ptr<Session>> sessions_;
};

}  // namespace

}  // namespace gemlive::bench

int main(int argc, char **argv) {
  const auto options = gemlive::bench::parse_client_options(argc, argv);
  if (!options) return 2;
  gemlive::bench::SoupLoad(*options).run();
  std::_Exit(0);  // what the end of a connection costs does not count
}
