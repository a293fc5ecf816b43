// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "origin.hpp"

#include "handle.hpp"

namespace gemlive::web {
namespace {

using UriPtr = Handle<GUri, g_uri_unref>;

/// As browsers write it: small letters, without the usual port, and nothing behind it.
std::string normalise(GUri *uri) {
  const std::string scheme = g_uri_get_scheme(uri);
  const std::string host = StrPtr(g_ascii_strdown(g_uri_get_host(uri), -1)).get();
  const int port = g_uri_get_port(uri), usual = scheme == "https" ? 443 : 80;
  const bool is_v6 = host.find(':') != host.npos;
  return scheme + "://" + (is_v6 ? '[' + host + ']' : host) +
         (port < 0 || port == usual ? "" : ':' + std::to_string(port));
}

}  // namespace

std::string check_origin(const std::string &origin) {
  const UriPtr uri(g_uri_parse(origin.c_str(), G_URI_FLAGS_PARSE_RELAXED, nullptr));
  const std::string scheme = uri ? g_uri_get_scheme(uri.get()) : "";
  const char *host = uri ? g_uri_get_host(uri.get()) : nullptr;
  if ((scheme != "http" && scheme != "https") || !host || !*host)
    return "--origin " + origin +
           " is not the address of a page. Write it with https://, such as "
           "https://talk.example.org.";
  const auto written = normalise(uri.get());
  if (written == origin) return {};
  return "--origin " + origin + " is not what browsers send. Write " + written + ".";
}

std::string join_port(const std::string &host, unsigned port) {
  const bool is_v6 = host.find(':') != host.npos;
  return (is_v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::vector<std::string> local_origins(const std::string &ip, unsigned port) {
  const auto origin = [&](const std::string &host) {
    const UriPtr uri(
        g_uri_parse(("http://" + join_port(host, port)).c_str(), G_URI_FLAGS_NONE, nullptr));
    return normalise(uri.get());
  };
  if (ip == "127.0.0.1" || ip == "0.0.0.0") return {origin("localhost"), origin("127.0.0.1")};
  if (ip == "::1" || ip == "::") return {origin("localhost"), origin("::1"), origin("127.0.0.1")};
  return {origin(ip)};
}

}  // namespace gemlive::web
