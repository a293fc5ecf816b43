// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "soup_transport.hpp"

#include <functional>
#include <optional>
#include <utility>

#include "soup_attempt.hpp"
#include "soup_errors.hpp"
#include "soup_socket.hpp"
#include "text.hpp"
#include "timer.hpp"

namespace gemlive {

namespace {

class SoupTransport final : public Transport {
 public:
  SoupTransport(Listener &listener, Log log) : listener_(listener), log_(log) {}
  ~SoupTransport() override { close(SOUP_WEBSOCKET_CLOSE_GOING_AWAY, ""); }

  void connect(const Request &request) override;
  bool can_send() override;
  void send(const std::string &text) override;
  void close(int code, const std::string &reason) override;

 private:
  using Tell = std::function<void(Listener &)>;

  void adopt(SoupSocket socket);
  void conclude(Tell tell);
  void conclude_with_close_code();
  void conclude_with_failure(const Error &failure);
  void let_go(int code, const std::string &reason);

  static void on_message(SoupWebsocketConnection *, gint, GBytes *payload, SoupTransport *self);
  static void on_error(SoupWebsocketConnection *, GError *error, SoupTransport *self);
  static void on_closing(SoupWebsocketConnection *, SoupTransport *self);
  static void on_closed(SoupWebsocketConnection *, SoupTransport *self);
  static gboolean on_writable(GObject *, gpointer self);

  Listener &listener_;
  const Log log_;
  std::string host_;
  std::chrono::milliseconds keepalive_{0};
  std::optional<SoupAttempt> attempt_;
  SoupSocket socket_;  // while open
  bool open_ = false;
  bool sending_ = false;
  SourcePtr writable_;
  Timer later_;
};

void SoupTransport::connect(const Request &request) {
  host_ = SoupAttempt::host_of(request.url);
  keepalive_ = request.keepalive_interval;
  log_(Log::Level::info, "connecting to %s", host_.c_str());
  attempt_.emplace(request, [this](Result<SoupSocket> result) {
    attempt_.reset();
    if (result) return adopt(std::move(*result));
    log_(Log::Level::info, "not connected: %s [%s]", result.error().message.c_str(),
         result.error().detail.c_str());
    listener_.failed(result.error());
  });
}

void SoupTransport::adopt(SoupSocket socket) {
  using namespace std::chrono;
  socket_ = std::move(socket);
  open_ = true;
  auto *websocket = socket_.get();
  g_signal_connect(websocket, "message", G_CALLBACK(&SoupTransport::on_message), this);
  g_signal_connect(websocket, "error", G_CALLBACK(&SoupTransport::on_error), this);
  g_signal_connect(websocket, "closing", G_CALLBACK(&SoupTransport::on_closing), this);
  g_signal_connect(websocket, "closed", G_CALLBACK(&SoupTransport::on_closed), this);
  if (auto interval = ceil<seconds>(keepalive_).count(); interval > 0) {
    soup_websocket_connection_set_keepalive_interval(websocket, static_cast<guint>(interval));
  }
  log_(Log::Level::info, "connected to %s%s", host_.c_str(),
       socket_.governed ? "" : ", with this version of libsoup its input is not governed");
  listener_.opened();
}

/// While it is false a source is armed, and no system call is made.
bool SoupTransport::can_send() {
  if (!open_ || writable_) return false;
  auto *output = socket_.output();
  if (g_pollable_output_stream_is_writable(output)) return true;
  writable_.reset(g_pollable_output_stream_create_source(output, nullptr));
  g_source_set_callback(writable_.get(), G_SOURCE_FUNC(&SoupTransport::on_writable), this, nullptr);
  g_source_attach(writable_.get(), g_main_context_get_thread_default());
  return false;
}

gboolean SoupTransport::on_writable(GObject *, gpointer self) {
  auto *transport = static_cast<SoupTransport *>(self);
  transport->writable_.reset();
  transport->listener_.writable();
  return G_SOURCE_REMOVE;
}

void SoupTransport::send(const std::string &text) {
  if (!open_) return;
  sending_ = true;
  soup_websocket_connection_send_text(socket_.get(), text.c_str());
  sending_ = false;
}

void SoupTransport::close(int code, const std::string &reason) {
  attempt_.reset();
  later_.stop();
  if (open_) let_go(code, reason);
}

/// From here on libsoup has nobody to call back, whatever still comes.
void SoupTransport::let_go(int code, const std::string &reason) {
  open_ = false;
  if (writable_) g_source_destroy(writable_.get());
  writable_.reset();
  g_signal_handlers_disconnect_by_data(socket_.get(), this);
  say_farewell(std::exchange(socket_, {}), code, reason);
}

void SoupTransport::conclude(Tell tell) {
  let_go(0, "");
  if (!sending_) return tell(listener_);
  // Not within send(): its caller is in the middle of something.
  later_.start(std::chrono::milliseconds(0), [this, tell = std::move(tell)] { tell(listener_); });
}

void SoupTransport::conclude_with_close_code() {
  int code = soup_websocket_connection_get_close_code(socket_.get());
  const char *data = soup_websocket_connection_get_close_data(socket_.get());
  auto reason = text::excerpt(data ? data : "");
  log_(Log::Level::info, "%s closed with %d: %s", host_.c_str(), code, reason.c_str());
  conclude([code, reason](Listener &listener) { listener.closed(code, reason); });
}

void SoupTransport::conclude_with_failure(const Error &failure) {
  log_(Log::Level::info, "%s [%s]", failure.message.c_str(), failure.detail.c_str());
  conclude([failure](Listener &listener) { listener.failed(failure); });
}

void SoupTransport::on_message(SoupWebsocketConnection *, gint, GBytes *payload,
                               SoupTransport *self) {
  if (self->socket_.guard) self->socket_.guard->message_arrived();
  self->listener_.message(payload);
}

/// libsoup takes codes that it does not know, 1012 to 1014 among them, for an error.
void SoupTransport::on_error(SoupWebsocketConnection *websocket, GError *error,
                             SoupTransport *self) {
  bool protocol = error->domain == SOUP_WEBSOCKET_ERROR;
  if (protocol && soup_websocket_connection_get_close_code(websocket) != 0) {
    return self->conclude_with_close_code();
  }
  const char *flood = protocol ? nullptr : self->socket_.flood();
  self->conclude_with_failure(flood ? soup_errors::flooded(self->host_, flood)
                                    : soup_errors::broken(self->host_, *error));
}

/// The server's close frame. `closed` may come seconds later, and says nothing more.
void SoupTransport::on_closing(SoupWebsocketConnection *, SoupTransport *self) {
  self->conclude_with_close_code();
}

/// TCP ended without a close frame, or the watchdog has ended it.
void SoupTransport::on_closed(SoupWebsocketConnection *, SoupTransport *self) {
  const char *flood = self->socket_.flood();
  if (!flood) return self->conclude_with_close_code();
  self->conclude_with_failure(soup_errors::flooded(self->host_, flood));
}

}  // namespace

std::unique_ptr<Transport> make_soup_transport(Transport::Listener &listener, Log log) {
  return std::make_unique<SoupTransport>(listener, log);
}

}  // namespace gemlive
