// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "error.hpp"
#include "secret.hpp"

typedef struct evp_pkey_st EVP_PKEY;

namespace gemlive::auth {

/// An RSA private key of at least 2048 bits. The only code that uses OpenSSL. Any thread.
class SigningKey {
 public:
  /// Reads an unencrypted PEM key. Errors: bad_setting.
  static Result<SigningKey> from_pem(const Secret &pem);

  /// Signs with RSASSA-PKCS1-v1_5 and SHA-256. nullopt if OpenSSL fails.
  std::optional<std::string> sign(const std::string &text) const;

 private:
  struct Free {
    void operator()(EVP_PKEY *key) const;
  };
  explicit SigningKey(EVP_PKEY *key) : key_(key, Free()) {}
  std::shared_ptr<EVP_PKEY> key_;
};

struct Claims {
  std::string issuer = {};
  std::string audience = {};
  std::string scope = {};
  std::string key_id = {};
  std::chrono::seconds now{0};  // since 1970
};

/// Makes a JSON Web Token (RS256) that is valid for one hour (docs/signing-in.md). nullopt if
/// signing fails. Any thread.
std::optional<Secret> make_jwt(const Claims &claims, const SigningKey &key);

}  // namespace gemlive::auth
