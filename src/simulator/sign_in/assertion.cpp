// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "assertion.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <simdjson.h>

#include <optional>

#include "base64.hpp"

namespace gemlive::simulator {
namespace {

constexpr std::string_view cloud_platform = "https://www.googleapis.com/auth/cloud-platform";
constexpr std::int64_t longest = 3600;
constexpr std::int64_t clock_skew = 300;

struct FreeDigest {
  void operator()(EVP_MD_CTX *digest) const { EVP_MD_CTX_free(digest); }
};

std::optional<std::string> decoded(std::string_view text) {
  if (text.find_first_of("+/=") != text.npos) return {};
  const auto size = base64::decoded_size(text);
  if (!size) return {};
  std::string bytes(*size, '\0');
  if (!base64::decode(text, reinterpret_cast<std::byte *>(bytes.data()))) return {};
  return bytes;
}

std::string text_of(const simdjson::dom::element &object, std::string_view member) {
  std::string_view text;
  return object[member].get(text) ? "" : std::string(text);
}

std::string verify_claims(const simdjson::dom::element &claims, const ExpectedClaims &expected) {
  std::int64_t issued = 0, expiry = 0;
  if (claims["iat"].get(issued) || claims["exp"].get(expiry))
    return "Invalid JWT: iat and exp have to be whole numbers.";
  if (text_of(claims, "iss") != expected.issuer) return "Invalid grant: account not found";
  if (text_of(claims, "aud") != expected.audience) return "Invalid JWT: Failed audience check.";
  if ((' ' + text_of(claims, "scope") + ' ').find(' ' + std::string(cloud_platform) + ' ') ==
      std::string::npos)
    return "Invalid OAuth scope or ID token audience provided.";
  const bool timely = issued <= expected.now + clock_skew && expiry > expected.now &&
                      expiry > issued && expiry - issued <= longest;
  return timely ? ""
                : "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
                  "timeframe. Check your iat and exp values in the JWT claim.";
}

}  // namespace

AccountKey::AccountKey() : key_(EVP_RSA_gen(2048)) {}

AccountKey::~AccountKey() {
  EVP_PKEY_free(key_);
}

std::string AccountKey::private_pem() const {
  BIO *bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, key_, nullptr, nullptr, 0, nullptr, nullptr);
  char *data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

bool AccountKey::verifies(std::string_view text, std::string_view signature) const {
  const std::unique_ptr<EVP_MD_CTX, FreeDigest> digest(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_) == 1 &&
         EVP_DigestVerify(digest.get(), reinterpret_cast<const unsigned char *>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char *>(text.data()),
                          text.size()) == 1;
}

std::string verify_assertion(std::string_view jwt, const AccountKey &key,
                             const ExpectedClaims &expected) {
  const auto first = jwt.find('.'), last = jwt.rfind('.');
  if (first == last) return "Invalid JWT: it has no three parts.";
  const auto header = decoded(jwt.substr(0, first));
  const auto payload = decoded(jwt.substr(first + 1, last - first - 1));
  const auto signature = decoded(jwt.substr(last + 1));
  if (!header || !payload || !signature) return "Invalid JWT: a part is not base64url.";
  simdjson::dom::parser header_parser, claims_parser;
  simdjson::dom::element head, claims;
  if (header_parser.parse(*header).get(head) || claims_parser.parse(*payload).get(claims))
    return "Invalid JWT: a part is not JSON.";
  if (text_of(head, "alg") != "RS256" || text_of(head, "typ") != "JWT")
    return "Invalid JWT: alg has to be RS256, typ JWT.";
  if (text_of(head, "kid") != expected.key_id || !key.verifies(jwt.substr(0, last), *signature))
    return "Invalid JWT Signature.";
  return verify_claims(claims, expected);
}

}  // namespace gemlive::simulator
