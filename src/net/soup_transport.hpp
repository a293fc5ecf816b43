// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>

#include "transport.hpp"

namespace gemlive {

/// Makes a Transport over a WebSocket. libsoup 3 opens the connection, with workarounds for libsoup
/// 3.2.3 (docs/reliability.md). The thread that will use the transport (transport.hpp).
std::unique_ptr<Transport> make_soup_transport(Transport::Listener &listener, Log log);

}  // namespace gemlive
