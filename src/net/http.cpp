// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "http.hpp"

#include <cstring>
#include <span>

#include "base64.hpp"

namespace gemlive::http {

Secret basic_authorization(std::string_view user, std::string_view password) {
  Secret pair(user);
  pair.append(":");
  pair.append(password);
  std::string text(base64::encoded_size(pair.reveal().size()), '\0');
  base64::encode(std::as_bytes(std::span(pair.reveal())), text.data());
  Secret value("Basic ");
  value.append(text);
  explicit_bzero(text.data(), text.size());
  return value;
}

}  // namespace gemlive::http
