// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>

#include "transport.hpp"

namespace gemlive {

/// Transport over a WebSocket that libsoup 3 has opened, with every guard that libsoup 3.2.3 needs
/// (docs/reliability.md). This is the libsoup door. As a Transport: the thread whose main context
/// it was made with.
std::unique_ptr<Transport> make_soup_transport(Transport::Listener &listener, Log log);

}  // namespace gemlive
