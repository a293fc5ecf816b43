// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "trusted_url.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "glib_ptr.hpp"
#include "loopback.hpp"
#include "origin.hpp"

namespace gemlive::auth {
namespace {

constexpr std::string_view google = "googleapis.com";

/// Parses a URL. Rejects URLs that different parsers may read differently.
UriPtr parse(const std::string &url) {
  const bool plain = std::ranges::all_of(
      url, [](char c) { return g_ascii_isgraph(c) && c != '\\' && c != '"' && c != '<'; });
  const auto scheme = url.find("://");
  if (!plain || scheme == url.npos) return nullptr;
  const auto authority = std::string_view(url).substr(0, url.find_first_of("/?#", scheme + 3));
  if (authority.find('%') != authority.npos || authority.ends_with(':')) return nullptr;
  UriPtr uri(g_uri_parse(url.c_str(), G_URI_FLAGS_ENCODED, nullptr));
  return uri && g_uri_get_host(uri.get()) && *g_uri_get_host(uri.get()) ? std::move(uri) : nullptr;
}

bool is_metadata_name(const std::string &host) {
  constexpr std::array<std::string_view, 5> names = {
      "metadata.google.internal", "metadata", "169.254.169.254", "fd20:ce::254", "fd00:ec2::254"};
  return std::ranges::count(names, host) > 0;
}

bool is_below(std::string_view host, std::string_view domain) {
  const bool named = std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  if (!named || domain.empty() || !host.ends_with(domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

bool is_trusted_host(const std::string &host, const Trust &trust) {
  return is_below(host, google) || is_below(host, trust.universe_domain);
}

Error refused(const std::string &url, const std::string &field, const char *why) {
  return {.kind = ErrorKind::bad_setting,
          .message = "The credential's " + field + " (" + redacted_url(url) +
                     ") is not trusted: " + why +
                     ". Check where the file came from. If the address is right, set "
                     "allow-custom-endpoints=true"};
}

bool has_extras(GUri *uri) {
  return g_uri_get_userinfo(uri) || g_uri_get_fragment(uri);
}

bool is_local_http(GUri *uri) {
  return std::string_view(g_uri_get_scheme(uri)) == "http" && is_loopback(g_uri_get_host(uri));
}

bool is_https(GUri *uri) {
  return std::string_view(g_uri_get_scheme(uri)) == "https";
}

}  // namespace

std::string redacted_url(const std::string &url) {
  UriPtr uri = parse(url);
  if (!uri) return "not a URL";
  return origin_of(uri.get());
}

Result<std::string> check_token_url(const std::string &url, const std::string &field,
                                    const Trust &trust) {
  UriPtr uri = parse(url);
  if (!uri) return refused(url, field, "it is not a URL");
  if (has_extras(uri.get()))
    return refused(url, field, "it contains user information or a fragment");
  if (trust.custom_endpoints && (is_https(uri.get()) || is_local_http(uri.get()))) return url;
  if (!is_https(uri.get())) return refused(url, field, "it is not https");
  if (g_uri_get_port(uri.get()) != -1) return refused(url, field, "it contains a port");
  if (!is_trusted_host(g_uri_get_host(uri.get()), trust))
    return refused(url, field, "its host is not Google's");
  return url;
}

Result<std::string> check_subject_url(const std::string &url, const std::string &field,
                                      const Trust &trust) {
  UriPtr uri = parse(url);
  if (!uri) return refused(url, field, "it is not a URL");
  if (has_extras(uri.get()))
    return refused(url, field, "it contains user information or a fragment");
  const std::string host = g_uri_get_host(uri.get());
  if (is_https(uri.get()) || is_local_http(uri.get())) return url;
  const bool is_metadata =
      std::string_view(g_uri_get_scheme(uri.get())) == "http" && is_metadata_name(host);
  if (!is_metadata || (g_uri_get_port(uri.get()) != -1 && !trust.custom_endpoints))
    return refused(url, field, "it is not https");
  return url;
}

bool is_metadata_host(const std::string &host) {
  UriPtr uri = parse("http://" + host);
  if (!uri || has_extras(uri.get()) || *g_uri_get_path(uri.get()) || g_uri_get_query(uri.get()))
    return false;
  const std::string name = g_uri_get_host(uri.get());
  return is_metadata_name(name) || is_loopback(name.c_str());
}

bool is_google_host(const std::string &url, const Trust &trust) {
  UriPtr uri = parse(url);
  return uri && is_trusted_host(g_uri_get_host(uri.get()), trust);
}

}  // namespace gemlive::auth
