// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "soup_session.hpp"

#include <algorithm>
#include <cstring>

#include "certificate_authorities.hpp"
#include "loopback.hpp"
#include "network_types.hpp"
#include "origin.hpp"
#include "secret.hpp"
#include "soup_errors.hpp"

namespace gemlive::soup_session {
namespace {

// Data about the proxy, stored in the SoupSession.
constexpr const char *authorization_key = "gemlive-proxy-authorization";
constexpr const char *status_key = "gemlive-proxy-status";
constexpr const char *unreached_key = "gemlive-proxy-unreached";
// The method of the message for which too many interim responses have come.
constexpr const char *flooded_key = "gemlive-flooded";
// How many interim responses have come, stored in the SoupMessage.
constexpr const char *interim_key = "gemlive-interim-responses";
constexpr guint max_interim_responses = 16;
// Why the server's certificate was rejected, stored in the SoupMessage.
constexpr const char *certificate_key = "gemlive-certificate-errors";

bool is_encrypted(GUri *uri) {
  const std::string_view scheme = g_uri_get_scheme(uri);
  return scheme == "wss" || scheme == "https";
}

Result<ObjectPtr<GProxyResolver>> fixed_proxy(const Secret &proxy) {
  UriPtr uri(g_uri_parse(proxy.reveal().c_str(), uri_flags, nullptr));
  if (!uri || std::strcmp(g_uri_get_scheme(uri.get()), "http") != 0 || !g_uri_get_host(uri.get()) ||
      !*g_uri_get_host(uri.get()))
    return Error{
        .kind = ErrorKind::bad_setting,
        .message =
            "Property proxy is not a proxy URL. Set it to an address such as "
            "http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128"};
  return ObjectPtr<GProxyResolver>(g_simple_proxy_resolver_new(proxy.reveal().c_str(), nullptr));
}

void note_proxy_status(SoupMessage *message, SoupSession *session) {
  g_object_set_data(G_OBJECT(session), status_key,
                    GUINT_TO_POINTER(static_cast<guint>(soup_message_get_status(message))));
}

/// libsoup reads interim responses (such as 103 Early Hints) without end, and nothing else
/// meanwhile.
void count_interim_response(SoupMessage *message, SoupSession *session) {
  const auto count = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(message), interim_key)) + 1;
  g_object_set_data(G_OBJECT(message), interim_key, GUINT_TO_POINTER(count));
  if (count != max_interim_responses) return;
  g_object_set_data(G_OBJECT(session), flooded_key,
                    const_cast<char *>(soup_message_get_method(message)));
  soup_session_abort(session);
}

void prepare_connect(SoupSession *session, SoupMessage *message, gpointer) {
  if (soup_message_get_method(message) != SOUP_METHOD_CONNECT) return;
  const auto *authorization =
      static_cast<const Secret *>(g_object_get_data(G_OBJECT(session), authorization_key));
  if (authorization)
    soup_message_headers_replace(soup_message_get_request_headers(message), "Proxy-Authorization",
                                 authorization->reveal().c_str());
  g_signal_connect_object(message, "got-headers", G_CALLBACK(note_proxy_status), session,
                          static_cast<GConnectFlags>(0));
  g_signal_connect_object(message, "got-informational", G_CALLBACK(count_interim_response), session,
                          static_cast<GConnectFlags>(0));
}

/// Until the proxy is reached, a failure is the proxy's.
void note_unreached(SoupSession *session, const char *proxy) {
  const UriPtr uri(proxy ? g_uri_parse(proxy, uri_flags, nullptr) : nullptr);
  if (uri)
    g_object_set_data_full(G_OBJECT(session), unreached_key, g_strdup(origin_of(uri.get()).c_str()),
                           g_free);
}

/// Prepares the proxy's name and password when the connection to it is open. This replaces
/// libsoup's authentication manager, which a server can crash.
void follow_proxy(SoupMessage *, GSocketClientEvent event, GIOStream *stream,
                  SoupSession *session) {
  const bool is_open = event == G_SOCKET_CLIENT_CONNECTED;
  if ((!is_open && event != G_SOCKET_CLIENT_CONNECTING) || !G_IS_SOCKET_CONNECTION(stream)) return;
  ObjectPtr<GSocketAddress> address(
      g_socket_connection_get_remote_address(G_SOCKET_CONNECTION(stream), nullptr));
  if (!address || !G_IS_PROXY_ADDRESS(address.get())) return;
  auto *proxy = G_PROXY_ADDRESS(address.get());
  if (!is_open) return note_unreached(session, g_proxy_address_get_uri(proxy));
  g_object_set_data(G_OBJECT(session), unreached_key, nullptr);
  const char *user = g_proxy_address_get_username(proxy);
  const char *password = g_proxy_address_get_password(proxy);
  if (!user) return;
  g_object_set_data_full(G_OBJECT(session), authorization_key,
                         new Secret(http::basic_authorization(user, password ? password : "")),
                         [](gpointer secret) { delete static_cast<Secret *>(secret); });
}

/// Stores the reason of a rejection, because libsoup does not report it.
gboolean reject_certificate(SoupMessage *message, GTlsCertificate *, GTlsCertificateFlags errors,
                            gpointer) {
  g_object_set_data(G_OBJECT(message), certificate_key,
                    GUINT_TO_POINTER(static_cast<guint>(errors)));
  return FALSE;
}

}  // namespace

Result<ObjectPtr<SoupSession>> make_session(GUri *uri, const http::Route &route, bool direct) {
  // Remove every feature that acts on a server's answer. A server can crash the auth manager
  // (Digest). Some versions of libsoup add the other features by default.
  register_network_types();
  ObjectPtr<SoupSession> session(soup_session_new_with_options(
      "user-agent", "gemlive/" GEMLIVE_VERSION, "timeout", 0u, nullptr));
  for (GType feature : {SOUP_TYPE_AUTH_MANAGER, SOUP_TYPE_CONTENT_DECODER, SOUP_TYPE_COOKIE_JAR,
                        SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER, SOUP_TYPE_HSTS_ENFORCER,
                        SOUP_TYPE_CONTENT_SNIFFER, SOUP_TYPE_CACHE}) {
    soup_session_remove_feature_by_type(session.get(), feature);
  }
  if (!route.tls_ca_file.empty()) {
    auto database = certificate_authorities::from_file(route.tls_ca_file);
    if (!database) return database.error();
    soup_session_set_tls_database(session.get(), database->get());
  }
  const bool never = direct || !is_encrypted(uri);
  if (!never && !route.proxy.empty()) {
    auto proxy = fixed_proxy(route.proxy);
    if (!proxy) return proxy.error();
    soup_session_set_proxy_resolver(session.get(), proxy->get());
    note_unreached(session.get(), route.proxy.reveal().c_str());
  } else if (never || is_loopback(g_uri_get_host(uri))) {
    // https_proxy is not meant for connections to this machine.
    soup_session_set_proxy_resolver(session.get(), nullptr);
  }
  g_signal_connect(session.get(), "request-queued", G_CALLBACK(prepare_connect), nullptr);
  return session;
}

ObjectPtr<SoupMessage> make_message(SoupSession *session, const char *method, GUri *uri,
                                    const http::Headers &headers) {
  ObjectPtr<SoupMessage> message(soup_message_new_from_uri(method, uri));
  soup_message_add_flags(message.get(), SOUP_MESSAGE_NO_REDIRECT);
  for (const auto &[name, value] : headers)
    soup_message_headers_append(soup_message_get_request_headers(message.get()), name.c_str(),
                                value.reveal().c_str());
  g_signal_connect_object(message.get(), "network-event", G_CALLBACK(follow_proxy), session,
                          static_cast<GConnectFlags>(0));
  g_signal_connect_object(message.get(), "got-informational", G_CALLBACK(count_interim_response),
                          session, static_cast<GConnectFlags>(0));
  g_signal_connect(message.get(), "accept-certificate", G_CALLBACK(reject_certificate), nullptr);
  return message;
}

Error not_opened(SoupSession *session, SoupMessage *message, const std::string &host,
                 const GError &error, const char *setting) {
  if (const auto *method = g_object_get_data(G_OBJECT(session), flooded_key))
    return method == SOUP_METHOD_CONNECT
               ? soup_errors::flooded_by_proxy(host)
               : soup_errors::flooded(host, "more than 16 interim responses");
  const auto status = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(session), status_key));
  if (status >= 300) return soup_errors::refused_by_proxy(host, static_cast<int>(status));
  const auto *proxy =
      static_cast<const char *>(g_object_get_data(G_OBJECT(session), unreached_key));
  if (proxy)
    return soup_errors::not_opened(std::string("The proxy ") + proxy, error,
                                   G_TLS_CERTIFICATE_NO_FLAGS,
                                   "the property proxy, or https_proxy");
  const auto certificate = static_cast<GTlsCertificateFlags>(
      GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(message), certificate_key)));
  return soup_errors::not_opened(host, error, certificate, setting);
}

std::chrono::seconds retry_after(SoupMessageHeaders *headers) {
  constexpr std::int64_t longest = 24 * 3600;
  const char *text = soup_message_headers_get_one(headers, "Retry-After");
  if (!text) return std::chrono::seconds(0);
  std::int64_t left = g_ascii_strtoll(text, nullptr, 10);
  using DateTimePtr = Handle<GDateTime, g_date_time_unref>;
  if (DateTimePtr date{soup_date_time_new_from_http_string(text)})
    left = g_date_time_to_unix(date.get()) - g_get_real_time() / G_USEC_PER_SEC;
  return std::chrono::seconds(std::clamp<std::int64_t>(left, 0, longest));
}

}  // namespace gemlive::soup_session
