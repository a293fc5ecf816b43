// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "server.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "clock.hpp"
#include "cookie.hpp"

namespace gemlive::web {
namespace {

struct File {
  const char *path, *resource, *type;
};
constexpr File files[] = {
    {"/", "index.html", "text/html; charset=utf-8"},
    {"/style.css", "style.css", "text/css; charset=utf-8"},
    {"/app.js", "app.js", "text/javascript; charset=utf-8"},
    {"/call.js", "call.js", "text/javascript; charset=utf-8"},
    {"/sound.js", "sound.js", "text/javascript; charset=utf-8"},
    {"/icon.svg", "icon.svg", "image/svg+xml"},
};

// No other site can frame the page, and the page loads nothing from elsewhere.
constexpr std::pair<const char *, const char *> headers[] = {
    {"Content-Security-Policy",
     "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
    {"Permissions-Policy", "microphone=(self), camera=(self)"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"Cache-Control", "no-cache"},
};

/// A connection brings one request (Listener).
void announce_close(SoupServerMessage *message) {
  soup_message_headers_replace(soup_server_message_get_response_headers(message), "Connection",
                               "close");
}

constexpr gushort all_taken = 4013;  // 1013 of the registry is unknown to libsoup

/// The Close frame is sent, whatever else drops the connection.
void keep_until_closed(SoupWebsocketConnection *socket) {
  g_signal_connect(g_object_ref(socket), "closed", G_CALLBACK(g_object_unref), nullptr);
}

}  // namespace

Server::Server(const Options &options)
    : options_(options), server_(soup_server_new(nullptr, nullptr)), listener_(server_.get()) {
  // 1 KiB of deflated data can be 1 MiB.
  soup_server_remove_websocket_extension(server_.get(), SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  using Self = gpointer;
  soup_server_add_handler(
      server_.get(), nullptr,
      [](SoupServer *, SoupServerMessage *message, const char *path, GHashTable *, Self self) {
        static_cast<Server *>(self)->serve(message, path);
      },
      this, nullptr);
  soup_server_add_early_handler(
      server_.get(), "/visit",
      [](SoupServer *, SoupServerMessage *message, const char *, GHashTable *, Self self) {
        static_cast<Server *>(self)->check_visit(message);
      },
      this, nullptr);
  soup_server_add_websocket_handler(
      server_.get(), "/visit", nullptr, nullptr,
      [](SoupServer *, SoupServerMessage *message, const char *, SoupWebsocketConnection *socket,
         Self self) { static_cast<Server *>(self)->accept(message, socket); },
      this, nullptr);
}

Server::~Server() = default;

std::string Server::listen() {
  const ObjectPtr<GInetAddress> ip(g_inet_address_new_from_string(options_.address.c_str()));
  if (!ip) return "--address " + options_.address + " is not an IP address, such as 127.0.0.1.";
  if (const auto error = listener_.listen(ip.get(), options_.port))
    return std::string("Cannot listen: ") + error->message +
           ". Choose another --port, or an --address of this machine.";
  if (options_.origins.empty()) options_.origins = local_origins(options_.address, options_.port);
  return {};
}

void Server::serve(SoupServerMessage *message, const char *path) {
  announce_close(message);
  const std::string_view method = soup_server_message_get_method(message);
  const auto *file = std::find_if(std::begin(files), std::end(files),
                                  [&](const File &file) { return g_str_equal(file.path, path); });
  if (method != "GET" && method != "HEAD")
    return soup_server_message_set_status(message, SOUP_STATUS_METHOD_NOT_ALLOWED, nullptr);
  if (file == std::end(files))
    return soup_server_message_set_status(message, SOUP_STATUS_NOT_FOUND, nullptr);

  auto *response = soup_server_message_get_response_headers(message);
  for (const auto &[name, value] : headers)
    soup_message_headers_append(response, name, value);
  soup_message_headers_set_content_type(response, file->type, nullptr);
  if (file == files && find_cookie(soup_server_message_get_request_headers(message)).empty())
    set_cookie(response, origin().starts_with("https:"));
  const auto resource = std::string("/page/") + file->resource;
  const Handle<GBytes, g_bytes_unref> bytes(
      g_resources_lookup_data(resource.c_str(), G_RESOURCE_LOOKUP_FLAGS_NONE, nullptr));
  soup_message_body_append_bytes(soup_server_message_get_response_body(message), bytes.get());
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
}

/// A page of another site must not open a WebSocket here. Browsers send the origin, and no page can
/// change it.
void Server::check_visit(SoupServerMessage *message) {
  auto *request = soup_server_message_get_request_headers(message);
  const char *origin = soup_message_headers_get_one(request, "Origin");
  const auto &ours = options_.origins;
  const bool is_ours = origin && std::find(ours.begin(), ours.end(), origin) != ours.end();
  if (is_ours && !find_cookie(request).empty()) return;
  announce_close(message);
  soup_server_message_set_status(message, SOUP_STATUS_FORBIDDEN, nullptr);
  if (is_ours || std::exchange(has_refused_, true)) return;
  g_printerr(
      "A page at another address than %s was refused. If it was this page, start again with "
      "--origin and its address in the browser\n",
      ours.front().c_str());
}

void Server::accept(SoupServerMessage *message, SoupWebsocketConnection *socket) {
  keep_until_closed(socket);
  const auto cookie = find_cookie(soup_server_message_get_request_headers(message));
  if (const auto earlier = visitors_.find(cookie); earlier != visitors_.end()) {  // a reload
    earlier->second->close(SOUP_WEBSOCKET_CLOSE_GOING_AWAY,
                           "The conversation goes on in another window.");
    release(cookie);
  }
  if (visitors_.size() >= options_.visitors)
    return soup_websocket_connection_close(socket, all_taken,
                                           "All places are taken. Try again in a minute.");
  auto inflow = listener_.admit(soup_server_message_get_remote_address(message));
  if (!inflow) return;
  const auto name = "visit-" + std::to_string(++visits_);
  const bool is_any = options_.address == "0.0.0.0" || options_.address == "::";
  visitors_[cookie] =
      std::make_unique<Visitor>(socket, std::move(inflow), name, conversations_.take(cookie, now()),
                                is_any ? "" : options_.address, [=, this] { release(cookie); });
}

void Server::release(const std::string &cookie) {
  auto visitor = visitors_.extract(cookie);
  if (visitor) conversations_.put(cookie, visitor.mapped()->handle(), now());
}

}  // namespace gemlive::web
