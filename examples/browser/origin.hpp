// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <vector>

namespace gemlive::web {

/// What is wrong with an origin, and what to write. Empty: browsers send it like this.
std::string check_origin(const std::string &origin);
/// As in a URL. The host can be an IP address of version 6.
std::string join_port(const std::string &host, unsigned port);
/// Where browsers find the page of a server that listens here. The first is the best.
std::vector<std::string> local_origins(const std::string &ip, unsigned port);

}  // namespace gemlive::web
