// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "cookie.hpp"

#include <sys/random.h>

#include <array>

#include "handle.hpp"

namespace gemlive::web {
namespace {

constexpr char name[] = "gemlive";
constexpr std::size_t bytes = 16;

std::string random_digits() {
  std::array<unsigned char, bytes> random;
  if (getrandom(random.data(), bytes, 0) != bytes) g_error("There are no random numbers.");
  std::string digits;
  for (const auto byte : random) {
    digits += "0123456789abcdef"[byte >> 4];
    digits += "0123456789abcdef"[byte & 15];
  }
  return digits;
}

}  // namespace

std::string find_cookie(SoupMessageHeaders *request) {
  const char *header = soup_message_headers_get_list(request, "Cookie");
  if (!header) return {};
  const Handle<GHashTable, soup_header_free_param_list> cookies(
      soup_header_parse_semi_param_list(header));
  const auto *value = static_cast<const char *>(g_hash_table_lookup(cookies.get(), name));
  const std::string cookie = value ? value : "";
  const bool is_ours =
      cookie.size() == 2 * bytes && cookie.find_first_not_of("0123456789abcdef") == cookie.npos;
  return is_ours ? cookie : "";
}

// Lax: Strict would lose the conversation of who came by a link on another site, at each reload.
void set_cookie(SoupMessageHeaders *response, bool secure) {
  const auto cookie = std::string(name) + '=' + random_digits() +
                      "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
  soup_message_headers_append(response, "Set-Cookie", cookie.c_str());
}

}  // namespace gemlive::web
