// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "jwt.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <span>

#include "base64.hpp"
#include "secret_json.hpp"

namespace gemlive::auth {
namespace {

struct Free {
  void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
  void operator()(BIO *bio) const { BIO_free(bio); }
  void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;

KeyPtr rsa(unsigned bits) {
  return KeyPtr(EVP_RSA_gen(bits));
}

Secret pem(EVP_PKEY *key, const char *password = nullptr) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, password ? EVP_aes_128_cbc() : nullptr, password,
                                password ? 4 : 0, nullptr, nullptr);
  char *data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return Secret(std::string_view(data, static_cast<std::size_t>(size)));
}

std::string decoded(std::string_view text) {
  std::string bytes(*base64::decoded_size(text), '\0');
  EXPECT_TRUE(base64::decode(text, reinterpret_cast<std::byte *>(bytes.data())));
  return bytes;
}

/// Verifies with OpenSSL, independent of the tested code.
bool verifies(EVP_PKEY *key, const std::string &text, const std::string &signature) {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char *>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char *>(text.data()),
                          text.size()) == 1;
}

TEST(Jwt, IsSignedAndHasTheClaimsForGoogle) {
  const auto key = rsa(2048);
  const auto signer = SigningKey::from_pem(pem(key.get()));
  ASSERT_TRUE(signer);
  const auto jwt = make_jwt({.issuer = "robot@p.iam.gserviceaccount.com",
                             .audience = "https://oauth2.googleapis.com/token",
                             .scope = "https://www.googleapis.com/auth/cloud-platform",
                             .key_id = "k1",
                             .now = std::chrono::seconds(1'800'000'000)},
                            *signer);
  ASSERT_TRUE(jwt);
  const auto &text = jwt->reveal();
  const auto first = text.find('.'), last = text.rfind('.');
  ASSERT_NE(first, last);
  EXPECT_EQ(text.find_first_of("+/="), std::string::npos);
  EXPECT_TRUE(verifies(key.get(), text.substr(0, last), decoded(text.substr(last + 1))));
  const auto header = SecretJson::parse(decoded(text.substr(0, first)));
  const auto claims = SecretJson::parse(decoded(text.substr(first + 1, last - first - 1)));
  ASSERT_TRUE(header && claims);
  EXPECT_EQ(header->string("/alg"), "RS256");
  EXPECT_EQ(header->string("/typ"), "JWT");
  EXPECT_EQ(header->string("/kid"), "k1");
  EXPECT_EQ(claims->string("/iss"), "robot@p.iam.gserviceaccount.com");
  EXPECT_EQ(claims->string("/aud"), "https://oauth2.googleapis.com/token");
  EXPECT_EQ(claims->string("/scope"), "https://www.googleapis.com/auth/cloud-platform");
  EXPECT_EQ(claims->integer("/iat"), 1'799'999'990) << "a few seconds early, because clocks differ";
  EXPECT_EQ(claims->integer("/exp"), 1'800'003'590);
}

TEST(Jwt, AcceptsOnlyRsaKeysOfEnoughBits) {
  const auto why = [](const Secret &text) {
    const auto key = SigningKey::from_pem(text);
    return key ? std::string() : key.error().message;
  };
  EXPECT_NE(why(Secret("")).find("PEM"), std::string::npos);
  EXPECT_NE(
      why(Secret("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")).find("PEM"),
      std::string::npos);
  EXPECT_NE(why(pem(rsa(1024).get())).find("2048"), std::string::npos);
  const KeyPtr curve(EVP_EC_gen("P-256"));
  EXPECT_NE(why(pem(curve.get())).find("RSA"), std::string::npos);
  // OpenSSL must not ask for the password on a terminal.
  EXPECT_NE(why(pem(rsa(2048).get(), "pass")).find("PEM"), std::string::npos);
}

}  // namespace
}  // namespace gemlive::auth
