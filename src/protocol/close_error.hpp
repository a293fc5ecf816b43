// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "error.hpp"
#include "server_event.hpp"

namespace gemlive {

/// How far a connection got. The same close reason means different things before and after the
/// setup.
struct ConnectionProgress {
  bool used_handle = false;  // the setup contained a resumption handle
  bool is_set_up = false;    // the setup was confirmed
  bool has_content = false;  // the model has answered: the service has found it
};

/// Returns the error for a connection that the server closed, from its close code (0: TCP ended
/// without a close frame) and reason. The code alone is not enough: 1011 is used for outages and
/// for used-up credit. Error::retry only considers the service. ReconnectPolicy also considers
/// whether resumed or resent data caused the close. Pure, any thread.
Error close_error(int code, const std::string &reason, ConnectionProgress progress);

/// Returns the error for a message that reports an error: the same judgement as close_error(), by
/// the words of the service, then by the status, then by the code. Error::close_reason holds the
/// words. Pure, any thread.
Error service_error(const ServiceError &reported, ConnectionProgress progress);

}  // namespace gemlive
