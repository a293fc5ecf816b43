// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "soup_handshake.hpp"

#include <libsoup/soup.h>

#include <algorithm>
#include <utility>

#include "io_thread.hpp"
#include "soup_errors.hpp"
#include "soup_session.hpp"
#include "text.hpp"
#include "timer.hpp"

namespace gemlive {

namespace {

UriPtr parse(const std::string &url) {
  UriPtr uri(g_uri_parse(url.c_str(), soup_session::uri_flags, nullptr));
  if (!uri || !g_uri_get_host(uri.get()) || !*g_uri_get_host(uri.get())) return nullptr;
  const char *scheme = g_uri_get_scheme(uri.get());
  return g_str_equal(scheme, "ws") || g_str_equal(scheme, "wss") ? std::move(uri) : nullptr;
}

/// Stops libsoup from reading frames. A server can abuse its parser, which reads until the server
/// pauses, takes quadratic time, and limits frames but not messages. libsoup keeps the stream. The
/// source is found by its user data, which is not documented.
bool silence(SoupWebsocketConnection *connection) {
  auto *input =
      g_main_context_find_source_by_user_data(g_main_context_get_thread_default(), connection);
  if (input) g_source_destroy(input);
  return input != nullptr;
}

}  // namespace

class SoupHandshake::State {
 public:
  State(SoupHandshake *owner, Done done) : owner_(owner), done_(std::move(done)) {}

  void start(const Transport::Request &request);
  void abandon();

 private:
  std::string prepare(const Transport::Request &request);
  void fail_later(Error error);
  void conclude(Result<WebSocket::Link> result);

  static void network_event(SoupMessage *, GSocketClientEvent event, GIOStream *stream,
                            State *self);
  static gboolean accept_certificate(SoupMessage *, GTlsCertificate *, GTlsCertificateFlags flags,
                                     State *self);
  static void got_headers(SoupMessage *message, State *self);
  static void finished(GObject *session, GAsyncResult *result, gpointer self);

  IoThread::WorkGuard work_guard_;
  SoupHandshake *owner_;
  Done done_;  // empty when it was called, or nobody waits for it
  std::string host_;
  ObjectPtr<SoupSession> session_;
  ObjectPtr<SoupMessage> message_;
  ObjectPtr<GCancellable> cancellable_{g_cancellable_new()};
  std::unique_ptr<SocketGuard> guard_;
  GTlsCertificateFlags certificate_ = G_TLS_CERTIFICATE_NO_FLAGS;
  Timer later_;
};

void SoupHandshake::State::start(const Transport::Request &request) {
  UriPtr uri = parse(request.url);
  if (!uri) {
    return fail_later(
        {.kind = ErrorKind::bad_setting,
         .message = "The address of the service is not a ws:// or wss:// URL. Check uri."});
  }
  host_ = soup_session::host_of(uri.get());
  auto session = soup_session::make_session(uri.get(), request.route, false);
  if (!session) return fail_later(session.error());
  session_ = std::move(*session);
  message_.reset(soup_message_new_from_uri("GET", uri.get()));
  soup_message_add_flags(message_.get(), SOUP_MESSAGE_NO_REDIRECT);
  auto *headers = soup_message_get_request_headers(message_.get());
  for (auto &[name, value] : request.headers) {
    soup_message_headers_append(headers, name.c_str(), value.reveal().c_str());
  }
  g_signal_connect(message_.get(), "network-event", G_CALLBACK(&State::network_event), this);
  g_signal_connect(message_.get(), "accept-certificate", G_CALLBACK(&State::accept_certificate),
                   this);
  g_signal_connect(message_.get(), "got-headers", G_CALLBACK(&State::got_headers), this);
  // Protocols NULL: an empty list sends an empty header, which strict servers refuse.
  soup_session_websocket_connect_async(session_.get(), message_.get(), nullptr, nullptr,
                                       G_PRIORITY_DEFAULT, cancellable_.get(), &State::finished,
                                       this);
}

void SoupHandshake::State::abandon() {
  owner_ = nullptr;
  done_ = nullptr;
  if (!session_) {
    delete this;
  } else {
    g_cancellable_cancel(cancellable_.get());
  }
}

void SoupHandshake::State::fail_later(Error error) {
  later_.start(std::chrono::milliseconds(0), [this, error = std::move(error)] {
    conclude(error);
    delete this;
  });
}

void SoupHandshake::State::conclude(Result<WebSocket::Link> result) {
  if (owner_) owner_->state_ = nullptr;
  owner_ = nullptr;
  if (auto done = std::exchange(done_, nullptr)) done(std::move(result));
}

void SoupHandshake::State::network_event(SoupMessage *, GSocketClientEvent event, GIOStream *stream,
                                         State *self) {
  soup_session::authorize_proxy(self->session_.get(), event, stream);
  bool connecting = event == G_SOCKET_CLIENT_CONNECTING;
  if ((!connecting && event != G_SOCKET_CLIENT_CONNECTED) || !G_IS_SOCKET_CONNECTION(stream))
    return;
  auto *socket = g_socket_connection_get_socket(G_SOCKET_CONNECTION(stream));
  if (connecting) {
    SocketGuard::set_options(socket);
  } else {
    self->guard_ = std::make_unique<SocketGuard>(socket);
  }
}

/// Stores the reason, because libsoup does not report it.
gboolean SoupHandshake::State::accept_certificate(SoupMessage *, GTlsCertificate *,
                                                  GTlsCertificateFlags flags, State *self) {
  self->certificate_ = flags;
  return FALSE;
}

/// A final response other than 101. Its body may be endless, and libsoup would wait for the end.
void SoupHandshake::State::got_headers(SoupMessage *message, State *self) {
  std::string redirect_host;
  auto *headers = soup_message_get_response_headers(message);
  if (const char *location = soup_message_headers_get_one(headers, "Location")) {
    UriPtr target(g_uri_parse_relative(soup_message_get_uri(message), location,
                                       soup_session::uri_flags, nullptr));
    if (target && g_uri_get_host(target.get())) redirect_host = g_uri_get_host(target.get());
  }
  const char *phrase = soup_message_get_reason_phrase(message);
  auto error = soup_errors::refused(self->host_, static_cast<int>(soup_message_get_status(message)),
                                    phrase ? phrase : "", redirect_host);
  error.retry_after = soup_session::retry_after(headers);
  g_signal_handlers_disconnect_by_data(message, self);
  g_cancellable_cancel(self->cancellable_.get());
  self->conclude(std::move(error));
}

void SoupHandshake::State::finished(GObject *, GAsyncResult *result, gpointer data) {
  std::unique_ptr<State> self(static_cast<State *>(data));
  g_signal_handlers_disconnect_by_data(self->message_.get(), self.get());
  ErrorPtr error;
  auto *upgraded = soup_session_websocket_connect_finish(self->session_.get(), result, out(error));
  if (!upgraded) {
    auto failure =
        soup_session::not_opened(self->session_.get(), self->host_, *error, self->certificate_);
    if (self->guard_ && self->guard_->verdict() != Watchdog::Verdict::none) {
      failure = soup_errors::flooded(self->host_, "data that is not an HTTP response");
    }
    return self->conclude(std::move(failure));
  }
  ObjectPtr<SoupWebsocketConnection> connection(upgraded);
  if (!silence(upgraded) || !self->guard_ || self->guard_->descriptor() < 0) {
    return self->conclude(Error{
        .message = self->host_ + " is connected, but libsoup does not release the connection. "
                                 "Check the limit of open files (ulimit -n) and the libsoup "
                                 "version (3.2 or newer).",
        .detail = "libsoup " + std::to_string(soup_get_major_version()) + '.' +
                  std::to_string(soup_get_minor_version())});
  }
  g_object_set_data_full(
      G_OBJECT(upgraded), "gemlive-work_guard", new IoThread::WorkGuard,
      [](gpointer work_guard) { delete static_cast<IoThread::WorkGuard *>(work_guard); });
  auto *stream = soup_websocket_connection_get_io_stream(upgraded);
  auto *uri = soup_websocket_connection_get_uri(upgraded);
  WebSocket::Link link{.owner = ObjectPtr<GObject>(G_OBJECT(connection.release())),
                       .stream = stream,
                       .records = g_str_equal(g_uri_get_scheme(uri), "wss") != FALSE,
                       .guard = std::move(self->guard_)};
  if (self->done_) return self->conclude(std::move(link));
  using namespace std::chrono_literals;
  WebSocket::leave(std::make_unique<WebSocket>(std::move(link), self->host_, nullptr, 0ms),
                   SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "");
}

SoupHandshake::SoupHandshake(const Transport::Request &request, Done done)
    : state_(new State(this, std::move(done))) {
  state_->start(request);
}

SoupHandshake::~SoupHandshake() {
  if (state_) state_->abandon();
}

std::string SoupHandshake::host_of(const std::string &url) {
  UriPtr uri = parse(url);
  return uri ? soup_session::host_of(uri.get()) : std::string();
}

}  // namespace gemlive
