// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

typedef struct evp_pkey_st EVP_PKEY;

namespace gemlive::simulator {

/// The RSA key of the simulated service account.
class AccountKey {
 public:
  AccountKey();
  ~AccountKey();
  AccountKey(const AccountKey &) = delete;
  AccountKey &operator=(const AccountKey &) = delete;

  std::string private_pem() const;
  /// Verifies an RS256 signature (RSASSA-PKCS1-v1_5 with SHA-256).
  bool verifies(std::string_view text, std::string_view signature) const;

 private:
  EVP_PKEY *key_;
};

struct ExpectedClaims {
  std::string issuer = {};
  std::string audience = {};
  std::string key_id = {};
  std::int64_t now = 0;  // s since 1970
};

/// Verifies a JSON Web Token. Returns the error in Google's words, empty if the token is valid.
std::string verify_assertion(std::string_view jwt, const AccountKey &key,
                             const ExpectedClaims &expected);

}  // namespace gemlive::simulator
