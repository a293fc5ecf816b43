// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "handshake.hpp"

#include <glib.h>

#include <algorithm>

#include "base64.hpp"
#include "glib_ptr.hpp"

namespace gemlive::simulator {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return g_ascii_tolower(c); });
  return result;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view take_line(std::string_view &rest) {
  const auto end = rest.find("\r\n");
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 2);
  return line;
}

/// Returns the reason phrase of the common statuses. It is optional in HTTP: others have none.
std::string_view reason_phrase(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 302:
      return "Found";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

std::string find(const std::map<std::string, std::string> &headers, const char *name) {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

std::string query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (!pair.starts_with(name) || pair.substr(name.size(), 1) != "=") continue;
    const std::string raw(pair.substr(name.size() + 1));
    const StrPtr value(g_uri_unescape_string(raw.c_str(), nullptr));
    return value ? value.get() : raw;
  }
  return {};
}

std::string accept_value(const std::string &key) {
  const std::string salted = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::byte digest[20];
  gsize size = sizeof digest;
  GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA1);
  g_checksum_update(checksum, reinterpret_cast<const guchar *>(salted.data()),
                    static_cast<gssize>(salted.size()));
  g_checksum_get_digest(checksum, reinterpret_cast<guint8 *>(digest), &size);
  g_checksum_free(checksum);
  std::string value(base64::encoded_size(size), '\0');
  base64::encode({digest, size}, value.data());
  return value;
}

/// Whether `path` is `before`, a version such as v1beta, and `after`.
bool is_versioned(std::string_view path, std::string_view before, std::string_view after) {
  if (!path.starts_with(before) || !path.ends_with(after)) return false;
  if (path.size() <= before.size() + after.size()) return false;
  const auto version = path.substr(before.size(), path.size() - before.size() - after.size());
  return std::ranges::all_of(version, [](char c) { return g_ascii_isalnum(c); });
}

}  // namespace

std::optional<Request> parse_request(std::string_view head) {
  const auto line = take_line(head);
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == line.npos || first == last || line.substr(last + 1) != "HTTP/1.1") return {};
  Request request;
  request.method = line.substr(0, first);
  const auto target = line.substr(first + 1, last - first - 1);
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != target.npos) request.query = target.substr(question + 1);
  while (!head.empty()) {
    const auto header = take_line(head);
    if (header.empty()) return request;
    const auto colon = header.find(':');
    if (colon == header.npos || colon == 0) return {};
    request.headers[lower(header.substr(0, colon))] = trim(header.substr(colon + 1));
  }
  return {};
}

Credential find_credential(const Request &request) {
  auto key = find(request.headers, "x-goog-api-key");
  if (key.empty()) key = query_value(request.query, "key");
  if (!key.empty()) return {"key", key == "bad-key"};
  const bool bearer = !find(request.headers, "authorization").empty() ||
                      !query_value(request.query, "access_token").empty();
  return {bearer ? "bearer" : "none", false};
}

std::string bearer_token(const Request &request) {
  const auto value = find(request.headers, "authorization");
  const std::string_view scheme = "Bearer ";
  return value.starts_with(scheme) ? value.substr(scheme.size()) : "";
}

std::string quota_project(const Request &request) {
  return find(request.headers, "x-goog-user-project");
}

std::optional<Service> service_at(std::string_view path) {
  if (path.starts_with("//")) path.remove_prefix(1);  // two of Google's SDKs send two slashes
  if (is_versioned(path, "/ws/google.cloud.aiplatform.", ".LlmBidiService/BidiGenerateContent"))
    return Service::vertex;
  constexpr auto developer = "/ws/google.ai.generativelanguage.";
  if (is_versioned(path, developer, ".GenerativeService.BidiGenerateContent") ||
      is_versioned(path, developer, ".GenerativeService.BidiGenerateContentConstrained"))
    return Service::developer;
  return {};
}

std::string text(const Response &response) {
  auto out = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  for (const auto &[name, value] : response.headers)
    out += name + ": " + value + "\r\n";
  if (response.status >= 200 && !response.headers.contains("Content-Length"))
    out += "Content-Length: " + std::to_string(response.body.size()) + "\r\nConnection: close\r\n";
  return out + "\r\n" + response.body;
}

std::string answer_upgrade(const Request &request) {
  const auto key = find(request.headers, "sec-websocket-key");
  if (request.method != "GET") return text({405, {{"Allow", "GET"}}, {}});
  if (lower(find(request.headers, "upgrade")) != "websocket" || key.empty() ||
      lower(find(request.headers, "connection")).find("upgrade") == std::string::npos)
    return text({400, {}, "This path requires a WebSocket upgrade.\n"});
  if (find(request.headers, "sec-websocket-version") != "13")
    return text({426, {{"Sec-WebSocket-Version", "13"}}, {}});
  return text({101,
               {{"Connection", "Upgrade"},
                {"Upgrade", "websocket"},
                {"Sec-WebSocket-Accept", accept_value(key)}},
               {}});
}

}  // namespace gemlive::simulator
