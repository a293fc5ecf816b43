// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>
#include <string>

#include "credential.hpp"
#include "http_server.hpp"

/// Token services for tests of sign-in, on an HttpServer.
namespace gemlive::test {

/// The login of a user, whose token service is at `url`.
inline std::shared_ptr<const auth::Credential> user_at(const std::string &url,
                                                       const std::string &identity) {
  return std::make_shared<const auth::Credential>(
      auth::Credential{.source = auth::User{.client_id = "id",
                                            .client_secret = Secret("s"),
                                            .refresh_token = Secret("r"),
                                            .token_url = url + "/token"},
                       .name = "test.json",
                       .identity = identity});
}

inline HttpServer::Response token_response(const std::string &value, int lifetime = 3599) {
  return {.body = "{\"access_token\":\"" + value + "\",\"expires_in\":" + std::to_string(lifetime) +
                  "}"};
}

}  // namespace gemlive::test
