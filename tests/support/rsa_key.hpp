// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

namespace gemlive::test {

/// A new private key in PEM format (PKCS#8).
std::string rsa_pem(unsigned bits = 2048);

}  // namespace gemlive::test
