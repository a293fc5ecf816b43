// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "soup_handshake.hpp"

#include <libsoup/soup.h>

#include <optional>
#include <utility>

#include "async_operation.hpp"
#include "certificate_authorities.hpp"
#include "child_context.hpp"
#include "heap.hpp"
#include "io_thread.hpp"
#include "origin.hpp"
#include "soup_errors.hpp"
#include "soup_session.hpp"

namespace gemlive {

namespace {

UriPtr parse(const std::string &url) {
  UriPtr uri(g_uri_parse(url.c_str(), soup_session::uri_flags, nullptr));
  if (!uri || !g_uri_get_host(uri.get()) || !*g_uri_get_host(uri.get())) return nullptr;
  const char *scheme = g_uri_get_scheme(uri.get());
  return g_str_equal(scheme, "ws") || g_str_equal(scheme, "wss") ? std::move(uri) : nullptr;
}

}  // namespace

class SoupHandshake::State final
    : public AsyncOperation<SoupHandshake::State, WebSocket::UpgradedStream> {
 public:
  explicit State(Done done) : AsyncOperation(std::move(done)) {}
  ~State() override {
    if (has_tls_) heap::trim_later();  // of the certificate authorities
  }

  void start(const Transport::Request &request);

 private:
  std::optional<Error> open(const Transport::Request &request, GUri *uri);
  static void network_event(SoupMessage *, GSocketClientEvent event, GIOStream *stream,
                            State *self);
  static void got_informational(SoupMessage *message, State *self);
  static void got_headers(SoupMessage *message, State *self);
  static void connected(GObject *session, GAsyncResult *result, gpointer held);
  Error not_opened(const GError &error) const;
  Error no_descriptor() const;
  void take_stream(SoupWebsocketConnection *connection);
  void report(Result<WebSocket::UpgradedStream> result);

  /// libsoup runs in it, and nothing else. It stops when the connection is open, so that libsoup
  /// does not read frames. A server can abuse its parser, which reads until the server pauses,
  /// takes quadratic time, and limits frames but not messages.
  std::unique_ptr<ChildContext> context_;
  std::string host_;
  ObjectPtr<SoupSession> session_;
  ObjectPtr<SoupMessage> message_;
  std::unique_ptr<SocketGuard> guard_;
  bool has_tls_ = false;
};

void SoupHandshake::State::start(const Transport::Request &request) {
  UriPtr uri = parse(request.url);
  if (!uri) {
    return finish_later(
        {.kind = ErrorKind::bad_setting,
         .message = "The address of the service is not a ws:// or wss:// URL. Check uri"});
  }
  host_ = origin_of(uri.get());
  context_ = ChildContext::make();
  if (!context_) return finish_later(no_descriptor());
  std::optional<Error> error;
  context_->enter([&] { error = open(request, uri.get()); });
  if (error) finish_later(std::move(*error));
}

std::optional<Error> SoupHandshake::State::open(const Transport::Request &request, GUri *uri) {
  auto session = soup_session::make_session(uri, request.route, false);
  if (!session) return session.error();
  session_ = std::move(*session);
  message_ = soup_session::make_message(session_.get(), "GET", uri, request.headers);
  g_signal_connect(message_.get(), "network-event", G_CALLBACK(&State::network_event), this);
  g_signal_connect(message_.get(), "got-informational", G_CALLBACK(&State::got_informational),
                   this);
  g_signal_connect(message_.get(), "got-headers", G_CALLBACK(&State::got_headers), this);
  // Protocols NULL: an empty list sends an empty header, which strict servers refuse.
  soup_session_websocket_connect_async(session_.get(), message_.get(), nullptr, nullptr,
                                       G_PRIORITY_DEFAULT, cancellable(), &State::connected,
                                       hold());
  return {};
}

void SoupHandshake::State::network_event(SoupMessage *, GSocketClientEvent event, GIOStream *stream,
                                         State *self) {
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING) self->has_tls_ = true;
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED && G_IS_TLS_CONNECTION(stream))
    certificate_authorities::release(G_TLS_CONNECTION(stream));
  const bool connecting = event == G_SOCKET_CLIENT_CONNECTING;
  if ((!connecting && event != G_SOCKET_CLIENT_CONNECTED) || !G_IS_SOCKET_CONNECTION(stream))
    return;
  auto *socket = g_socket_connection_get_socket(G_SOCKET_CONNECTION(stream));
  if (connecting) {
    SocketGuard::set_options(socket);
  } else {
    self->guard_ = std::make_unique<SocketGuard>(socket);
  }
}

/// Not every version of libsoup reports a 101 that it rejects: some wait for another response.
void SoupHandshake::State::got_informational(SoupMessage *message, State *self) {
  ErrorPtr error;
  if (soup_message_get_status(message) != SOUP_STATUS_SWITCHING_PROTOCOLS ||
      soup_websocket_client_verify_handshake(message, nullptr, nullptr, out(error)))
    return;
  g_signal_handlers_disconnect_by_data(message, self);
  self->stop();
  self->report(self->not_opened(*error));
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
  self->stop();
  self->report(std::move(error));
}

void SoupHandshake::State::connected(GObject *, GAsyncResult *result, gpointer held) {
  const auto self = release(held);
  g_signal_handlers_disconnect_by_data(self->message_.get(), self.get());
  ErrorPtr error;
  const ObjectPtr<SoupWebsocketConnection> connection(
      soup_session_websocket_connect_finish(self->session_.get(), result, out(error)));
  if (!connection) return self->report(self->not_opened(*error));
  self->take_stream(connection.get());
}

Error SoupHandshake::State::not_opened(const GError &error) const {
  // Without uri, the location makes the host of Vertex AI.
  const auto *setting = error.domain == G_RESOLVER_ERROR ? "uri or location" : "uri";
  return soup_session::not_opened(session_.get(), message_.get(), host_, error, setting);
}

Error SoupHandshake::State::no_descriptor() const {
  return {.kind = ErrorKind::cannot_connect,
          .message = "There is no file descriptor left for the connection to " + host_ +
                     ". Raise the limit of open files (ulimit -n)",
          .retry = Retry::reconnect};
}

void SoupHandshake::State::take_stream(SoupWebsocketConnection *connection) {
  context_->stop();
  if (!guard_ || guard_->descriptor() < 0) return report(no_descriptor());
  g_object_set_data_full(G_OBJECT(connection), "gemlive-work-guard", new IoThread::WorkGuard,
                         [](gpointer guard) { delete static_cast<IoThread::WorkGuard *>(guard); });
  auto *uri = soup_websocket_connection_get_uri(connection);
  WebSocket::UpgradedStream upgraded{.owner = ObjectPtr<GObject>(ref(G_OBJECT(connection))),
                                     .stream = soup_websocket_connection_get_io_stream(connection),
                                     .is_tls = g_str_equal(g_uri_get_scheme(uri), "wss") != FALSE,
                                     .guard = std::move(guard_)};
  if (!is_finished()) return report(std::move(upgraded));
  using namespace std::chrono_literals;
  context_->leave([&] {
    WebSocket::close(std::make_unique<WebSocket>(std::move(upgraded), host_, nullptr, 0ms),
                     SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "");
  });
}

/// Inside a callback of libsoup.
void SoupHandshake::State::report(Result<WebSocket::UpgradedStream> result) {
  context_->leave([&] { finish(std::move(result)); });
}

SoupHandshake::SoupHandshake(const Transport::Request &request, Done done)
    : state_(std::make_shared<State>(std::move(done))) {
  state_->start(request);
}

SoupHandshake::~SoupHandshake() {
  state_->cancel();
}

std::string SoupHandshake::host_of(const std::string &url) {
  UriPtr uri = parse(url);
  return uri ? origin_of(uri.get()) : std::string();
}

}  // namespace gemlive
