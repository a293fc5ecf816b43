// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "loopback.hpp"

#include "glib_ptr.hpp"

namespace gemlive {

bool is_loopback(const char *host) {
  if (g_ascii_strcasecmp(host, "localhost") == 0) return true;
  const ObjectPtr<GInetAddress> address(g_inet_address_new_from_string(host));
  return address && g_inet_address_get_is_loopback(address.get());
}

}  // namespace gemlive
