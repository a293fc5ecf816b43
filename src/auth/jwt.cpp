// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "jwt.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <span>

#include "base64.hpp"
#include "json_object.hpp"

namespace gemlive::auth {
namespace {

constexpr int least_bits = 2048;
constexpr std::chrono::seconds lifetime{3600};
constexpr std::chrono::seconds clock_skew{10};

template <auto Function>
struct Call {
  template <typename T>
  void operator()(T *pointer) const {
    Function(pointer);
  }
};
using BioPtr = std::unique_ptr<BIO, Call<BIO_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Call<EVP_MD_CTX_free>>;

/// Without this, OpenSSL would ask for a password on the terminal.
int no_password(char *, int, int, void *) {
  return -1;
}

std::string base64url(const std::string &bytes) {
  std::string text(base64::encoded_size(bytes.size()), '\0');
  base64::encode(std::as_bytes(std::span(bytes)), text.data());
  while (text.ends_with('='))
    text.pop_back();
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

Error bad_key(const char *why) {
  return {.kind = ErrorKind::bad_setting,
          .message = std::string("The credential's private_key ") + why +
                     ". Create a new key for the service account and download it"};
}

}  // namespace

void SigningKey::Free::operator()(EVP_PKEY *key) const {
  EVP_PKEY_free(key);
}

Result<SigningKey> SigningKey::from_pem(const Secret &pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.reveal().size())));
  SigningKey key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr) : nullptr);
  ERR_clear_error();
  if (!key.key_) return bad_key("is not a private key in PEM format");
  if (EVP_PKEY_get_base_id(key.key_.get()) != EVP_PKEY_RSA) return bad_key("is not an RSA key");
  if (EVP_PKEY_get_bits(key.key_.get()) < least_bits) return bad_key("has fewer than 2048 bits");
  return key;
}

std::optional<std::string> SigningKey::sign(const std::string &text) const {
  const DigestPtr digest(EVP_MD_CTX_new());
  const auto *bytes = reinterpret_cast<const unsigned char *>(text.data());
  std::size_t size = 0;
  std::string signature;
  bool done = digest &&
              EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
              EVP_DigestSign(digest.get(), nullptr, &size, bytes, text.size()) == 1;
  if (done) {
    signature.resize(size);
    done = EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char *>(signature.data()), &size,
                          bytes, text.size()) == 1;
  }
  ERR_clear_error();
  if (!done) return {};
  signature.resize(size);
  return signature;
}

std::optional<Secret> make_jwt(const Claims &claims, const SigningKey &key) {
  json::Object header;
  header.set("alg", "RS256").set("typ", "JWT");
  if (!claims.key_id.empty()) header.set("kid", std::string_view(claims.key_id));
  json::Object payload;
  payload.set("iss", std::string_view(claims.issuer))
      .set("scope", std::string_view(claims.scope))
      .set("aud", std::string_view(claims.audience))
      .set("iat", std::int64_t{(claims.now - clock_skew).count()})
      .set("exp", std::int64_t{(claims.now - clock_skew + lifetime).count()});
  const auto text = base64url(header.text()) + '.' + base64url(payload.text());
  const auto signature = key.sign(text);
  if (!signature) return {};
  return Secret(text + '.' + base64url(*signature));
}

}  // namespace gemlive::auth
