// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "rsa_key.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

namespace gemlive::test {

std::string rsa_pem(unsigned bits) {
  EVP_PKEY *key = EVP_RSA_gen(bits);
  BIO *bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char *data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return text;
}

}  // namespace gemlive::test
