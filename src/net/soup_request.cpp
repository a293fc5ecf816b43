// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "soup_request.hpp"

#include <libsoup/soup.h>

#include <array>
#include <utility>

#include "async_operation.hpp"
#include "origin.hpp"
#include "soup_session.hpp"

namespace gemlive {
namespace {

constexpr std::size_t max_response = 64 * 1024;

}  // namespace

class SoupRequest::State final : public AsyncOperation<SoupRequest::State, http::Response> {
 public:
  explicit State(Done done) : AsyncOperation(std::move(done)) {}
  ~State() override { explicit_bzero(piece_.data(), piece_.size()); }

  void start(const http::Request &request, const http::Route &route);

 private:
  static void sent(GObject *session, GAsyncResult *result, gpointer held);
  void read();
  static void got(GObject *stream, GAsyncResult *result, gpointer held);
  void fail(const GError &error);

  std::string host_;
  ObjectPtr<SoupSession> session_;
  ObjectPtr<SoupMessage> message_;
  ObjectPtr<GInputStream> stream_;
  http::Response response_;
  std::array<char, 4096> piece_;
};

void SoupRequest::State::start(const http::Request &request, const http::Route &route) {
  UriPtr uri(g_uri_parse(request.url.c_str(), soup_session::uri_flags, nullptr));
  if (!uri || !g_uri_get_host(uri.get()))
    return finish_later(
        {.kind = ErrorKind::bad_setting,
         .message = "The address in the credentials is not a URL. Check credentials-file"});
  host_ = origin_of(uri.get());
  auto session = soup_session::make_session(uri.get(), route, request.direct);
  if (!session) return finish_later(session.error());
  session_ = std::move(*session);
  message_ = soup_session::make_message(session_.get(), request.method.c_str(), uri.get(),
                                        request.headers);
  if (!request.content_type.empty()) {
    const auto &body = request.body.reveal();
    const BytesPtr bytes(g_bytes_new(body.data(), body.size()));
    soup_message_set_request_body_from_bytes(message_.get(), request.content_type.c_str(),
                                             bytes.get());
  }
  soup_session_send_async(session_.get(), message_.get(), G_PRIORITY_DEFAULT, cancellable(),
                          &State::sent, hold());
}

void SoupRequest::State::sent(GObject *, GAsyncResult *result, gpointer held) {
  const auto self = release(held);
  ErrorPtr error;
  self->stream_.reset(soup_session_send_finish(self->session_.get(), result, out(error)));
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
                            cancellable(), &State::got, hold());
}

void SoupRequest::State::got(GObject *, GAsyncResult *result, gpointer held) {
  const auto self = release(held);
  ErrorPtr error;
  const auto size = g_input_stream_read_finish(self->stream_.get(), result, out(error));
  if (size < 0) return self->fail(*error);
  self->response_.body.append({self->piece_.data(), static_cast<std::size_t>(size)});
  if (self->response_.body.reveal().size() > max_response)
    return self->finish(
        Error{.kind = ErrorKind::bad_data,
              .message = self->host_ + " sent an answer larger than 64 KiB. Check the credentials",
              .retry = Retry::once});
  if (size > 0) return self->read();
  self->finish(std::move(self->response_));
}

void SoupRequest::State::fail(const GError &error) {
  finish(soup_session::not_opened(session_.get(), message_.get(), host_, error, "the credentials"));
}

SoupRequest::SoupRequest(const http::Request &request, const http::Route &route, Done done)
    : state_(std::make_shared<State>(std::move(done))) {
  state_->start(request, route);
}

SoupRequest::~SoupRequest() {
  state_->cancel();
}

}  // namespace gemlive
