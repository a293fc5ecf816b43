// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "http_server.hpp"

#include <libsoup/soup.h>

#include <stdexcept>

#include "glib_ptr.hpp"

namespace gemlive::test {

struct HttpServer::Serving {
  Answer answer;
  ObjectPtr<SoupServer> server;
  std::vector<ObjectPtr<SoupServerMessage>> unanswered;
  std::mutex mutex;
  std::vector<Request> requests;

  static void handle(SoupServer *, SoupServerMessage *message, const char *path, GHashTable *,
                     gpointer data) {
    auto *self = static_cast<Serving *>(data);
    const auto *body = soup_server_message_get_request_body(message);
    const char *authorization = soup_message_headers_get_one(
        soup_server_message_get_request_headers(message), "Authorization");
    const Request request{
        .method = soup_server_message_get_method(message),
        .path = path,
        .authorization = authorization ? authorization : "",
        .body = std::string(body->data ? body->data : "", static_cast<std::size_t>(body->length))};
    {
      const std::lock_guard lock(self->mutex);
      self->requests.push_back(request);
    }
    const auto response = self->answer(request);
    if (response.never) {
      soup_server_message_pause(message);
      self->unanswered.emplace_back(ref(message));
      return;
    }
    for (const auto &[name, value] : response.headers)
      soup_message_headers_append(soup_server_message_get_response_headers(message), name.c_str(),
                                  value.c_str());
    soup_server_message_set_response(message, "application/json", SOUP_MEMORY_COPY,
                                     response.body.data(), response.body.size());
    soup_server_message_set_status(message, static_cast<guint>(response.status), nullptr);
  }
};

HttpServer::HttpServer(Answer answer) : serving_(std::make_shared<Serving>()) {
  serving_->answer = std::move(answer);
  thread_.call(
      [this] {
        serving_->server.reset(SOUP_SERVER(g_object_new(SOUP_TYPE_SERVER, nullptr)));
        soup_server_add_handler(serving_->server.get(), nullptr, &Serving::handle, serving_.get(),
                                nullptr);
        const ObjectPtr<GSocketAddress> address(
            g_inet_socket_address_new_from_string("127.0.0.1", 0));
        if (!soup_server_listen(serving_->server.get(), address.get(),
                                static_cast<SoupServerListenOptions>(0), nullptr))
          return;
        GSList *uris = soup_server_get_uris(serving_->server.get());
        uri_ =
            "http://127.0.0.1:" + std::to_string(g_uri_get_port(static_cast<GUri *>(uris->data)));
        g_slist_free_full(uris, reinterpret_cast<GDestroyNotify>(g_uri_unref));
      },
      std::chrono::seconds(10));
  if (uri_.empty()) throw std::runtime_error("the HTTP server does not start");
}

HttpServer::~HttpServer() {
  thread_.call(
      [this] {
        soup_server_disconnect(serving_->server.get());
        serving_->unanswered.clear();
        serving_->server.reset();
      },
      std::chrono::seconds(10));
}

std::vector<HttpServer::Request> HttpServer::requests() {
  const std::lock_guard lock(serving_->mutex);
  return serving_->requests;
}

}  // namespace gemlive::test
