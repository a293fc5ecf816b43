// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>

#include "capture_file.hpp"
#include "transport.hpp"

namespace gemlive {

/// Makes a transport that adds everything that passes it to `file`, and hides the values of the
/// request's headers there. `make` makes the transport that it uses. `warn` hears, with a message
/// of the service, that the file ended early. Thread: as that transport.
std::unique_ptr<Transport> make_capturing_transport(
    Transport::Listener &listener, std::shared_ptr<CaptureFile> file,
    const std::function<std::unique_ptr<Transport>(Transport::Listener &)> &make,
    std::function<void(const Error &)> warn);

}  // namespace gemlive
