// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "document_server.hpp"

#include <libsoup/soup.h>

#include <utility>

#include "network_types.hpp"
#include "text.hpp"

namespace gemlive {

namespace {

SoupServer *make_server() {
  register_network_types();
  return soup_server_new("server-header", "gemlive", nullptr);
}

}  // namespace

DocumentServer::DocumentServer(Document document)
    : document_(std::move(document)), server_(make_server()) {
  soup_server_add_handler(server_.get(), nullptr, &DocumentServer::answer, this, nullptr);
}

DocumentServer::~DocumentServer() {
  soup_server_disconnect(server_.get());
}

Result<unsigned> DocumentServer::listen(unsigned port) {
  ErrorPtr error;
  if (!soup_server_listen_local(server_.get(), port, SOUP_SERVER_LISTEN_IPV4_ONLY, out(error)))
    return Error{.kind = ErrorKind::bad_setting,
                 .message = "Cannot listen on port " + std::to_string(port) +
                            " of 127.0.0.1. Set another port",
                 .detail = text::excerpt(error->message)};
  auto *uris = soup_server_get_uris(server_.get());
  const auto found = g_uri_get_port(static_cast<GUri *>(uris->data));
  g_slist_free_full(uris, reinterpret_cast<GDestroyNotify>(g_uri_unref));
  return static_cast<unsigned>(found);
}

void DocumentServer::answer(SoupServer *, SoupServerMessage *message, const char *path,
                            GHashTable *, gpointer self) {
  const auto &document = static_cast<DocumentServer *>(self)->document_;
  const auto *method = soup_server_message_get_method(message);
  if (path != document.path)
    return soup_server_message_set_status(message, SOUP_STATUS_NOT_FOUND, nullptr);
  if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD)
    return soup_server_message_set_status(message, SOUP_STATUS_METHOD_NOT_ALLOWED, nullptr);
  const auto body = document.read();
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
  soup_server_message_set_response(message, document.content_type.c_str(), SOUP_MEMORY_COPY,
                                   body.data(), body.size());
}

}  // namespace gemlive
