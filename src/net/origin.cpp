// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "origin.hpp"

#include "glib_ptr.hpp"
#include "text.hpp"

namespace gemlive {

std::string origin_of(GUri *uri) {
  const StrPtr text(g_uri_join(G_URI_FLAGS_NONE, g_uri_get_scheme(uri), nullptr,
                               g_uri_get_host(uri), g_uri_get_port(uri), "", nullptr, nullptr));
  return text::excerpt(text.get());
}

}  // namespace gemlive
