// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <libsoup/soup.h>

#include <string>

namespace gemlive::web {

/// The visitor's cookie: 128 random bits as hexadecimal digits. Empty: none, or not of this form.
std::string find_cookie(SoupMessageHeaders *request);
/// Makes a new cookie, that scripts and other sites cannot read.
void set_cookie(SoupMessageHeaders *response, bool secure);

}  // namespace gemlive::web
