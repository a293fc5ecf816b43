// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "soup_request.hpp"

#include <libsoup/soup.h>

#include <array>
#include <utility>

#include "io_thread.hpp"
#include "soup_session.hpp"
#include "timer.hpp"

namespace gemlive {
namespace {

constexpr std::size_t max_response = 64 * 1024;

}  // namespace

class SoupRequest::State {
 public:
  State(SoupRequest *owner, Done done) : owner_(owner), done_(std::move(done)) {}
  ~State() { explicit_bzero(piece_.data(), piece_.size()); }

  void start(const http::Request &request, const http::Route &route);
  void abandon();

 private:
  void fail_later(Error error);
  void conclude(Result<http::Response> result);
  void read();
  void fail(const GError &error);

  static void network_event(SoupMessage *, GSocketClientEvent event, GIOStream *stream,
                            State *self);
  static gboolean accept_certificate(SoupMessage *, GTlsCertificate *, GTlsCertificateFlags flags,
                                     State *self);
  static void sent(GObject *session, GAsyncResult *result, gpointer self);
  static void got(GObject *stream, GAsyncResult *result, gpointer self);

  IoThread::WorkGuard work_guard_;
  SoupRequest *owner_;
  Done done_;  // empty when it was called, or nobody waits for it
  std::string host_;
  ObjectPtr<SoupSession> session_;
  ObjectPtr<SoupMessage> message_;
  ObjectPtr<GInputStream> stream_;
  ObjectPtr<GCancellable> cancellable_{g_cancellable_new()};
  GTlsCertificateFlags certificate_ = G_TLS_CERTIFICATE_NO_FLAGS;
  http::Response response_;
  std::array<char, 4096> piece_;
  Timer later_;
};

void SoupRequest::State::start(const http::Request &request, const http::Route &route) {
  UriPtr uri(g_uri_parse(request.url.c_str(), soup_session::uri_flags, nullptr));
  if (!uri || !g_uri_get_host(uri.get()))
    return fail_later(
        {.kind = ErrorKind::bad_setting,
         .message = "The address in the credentials is not a URL. Check credentials-file."});
  host_ = soup_session::host_of(uri.get());
  auto session = soup_session::make_session(uri.get(), route, request.direct);
  if (!session) return fail_later(session.error());
  session_ = std::move(*session);
  message_.reset(soup_message_new_from_uri(request.method.c_str(), uri.get()));
  soup_message_add_flags(message_.get(), SOUP_MESSAGE_NO_REDIRECT);
  auto *headers = soup_message_get_request_headers(message_.get());
  for (const auto &[name, value] : request.headers)
    soup_message_headers_append(headers, name.c_str(), value.reveal().c_str());
  if (!request.content_type.empty()) {
    const auto &body = request.body.reveal();
    const BytesPtr bytes(g_bytes_new(body.data(), body.size()));
    soup_message_set_request_body_from_bytes(message_.get(), request.content_type.c_str(),
                                             bytes.get());
  }
  g_signal_connect(message_.get(), "network-event", G_CALLBACK(&State::network_event), this);
  g_signal_connect(message_.get(), "accept-certificate", G_CALLBACK(&State::accept_certificate),
                   this);
  soup_session_send_async(session_.get(), message_.get(), G_PRIORITY_DEFAULT, cancellable_.get(),
                          &State::sent, this);
}

void SoupRequest::State::abandon() {
  owner_ = nullptr;
  done_ = nullptr;
  if (!session_) {
    delete this;
  } else {
    g_cancellable_cancel(cancellable_.get());
  }
}

void SoupRequest::State::fail_later(Error error) {
  session_.reset();
  later_.start(std::chrono::milliseconds(0), [this, error = std::move(error)] {
    conclude(error);
    delete this;
  });
}

void SoupRequest::State::conclude(Result<http::Response> result) {
  if (owner_) owner_->state_ = nullptr;
  owner_ = nullptr;
  if (auto done = std::exchange(done_, nullptr)) done(std::move(result));
}

void SoupRequest::State::network_event(SoupMessage *, GSocketClientEvent event, GIOStream *stream,
                                       State *self) {
  soup_session::authorize_proxy(self->session_.get(), event, stream);
}

/// Stores the reason, because libsoup does not report it.
gboolean SoupRequest::State::accept_certificate(SoupMessage *, GTlsCertificate *,
                                                GTlsCertificateFlags flags, State *self) {
  self->certificate_ = flags;
  return FALSE;
}

void SoupRequest::State::sent(GObject *, GAsyncResult *result, gpointer data) {
  auto *self = static_cast<State *>(data);
  ErrorPtr error;
  self->stream_.reset(soup_session_send_finish(self->session_.get(), result, out(error)));
  g_signal_handlers_disconnect_by_data(self->message_.get(), self);
  if (!self->stream_) return self->fail(*error);
  auto *headers = soup_message_get_response_headers(self->message_.get());
  const char *flavor = soup_message_headers_get_one(headers, "Metadata-Flavor");
  self->response_.status = static_cast<int>(soup_message_get_status(self->message_.get()));
  self->response_.from_metadata_server = flavor && g_str_equal(flavor, "Google");
  self->response_.retry_after = soup_session::retry_after(headers);
  self->read();
}

void SoupRequest::State::read() {
  g_input_stream_read_async(stream_.get(), piece_.data(), piece_.size(), G_PRIORITY_DEFAULT,
                            cancellable_.get(), &State::got, this);
}

void SoupRequest::State::got(GObject *, GAsyncResult *result, gpointer data) {
  auto *self = static_cast<State *>(data);
  ErrorPtr error;
  const auto size = g_input_stream_read_finish(self->stream_.get(), result, out(error));
  if (size < 0) return self->fail(*error);
  self->response_.body.append({self->piece_.data(), static_cast<std::size_t>(size)});
  const bool too_long = self->response_.body.reveal().size() > max_response;
  if (size > 0 && !too_long) return self->read();
  if (too_long)
    self->conclude(
        Error{.kind = ErrorKind::bad_data,
              .message = self->host_ + " sent an answer larger than 64 KiB. Check the credentials.",
              .retry = Retry::once});
  else
    self->conclude(std::move(self->response_));
  delete self;
}

void SoupRequest::State::fail(const GError &error) {
  conclude(soup_session::not_opened(session_.get(), host_, error, certificate_, "the credentials"));
  delete this;
}

SoupRequest::SoupRequest(const http::Request &request, const http::Route &route, Done done)
    : state_(new State(this, std::move(done))) {
  state_->start(request, route);
}

SoupRequest::~SoupRequest() {
  if (state_) state_->abandon();
}

}  // namespace gemlive
