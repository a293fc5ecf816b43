// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "soup_errors.hpp"

#include <gtest/gtest.h>

#include "glib_ptr.hpp"

namespace gemlive::soup_errors {
namespace {

constexpr auto host = "wss://host.example";

TEST(SoupErrors, AnHttpStatusHasAKind) {
  EXPECT_EQ(refused(host, 401, "", "").kind, ErrorKind::not_authorized);
  EXPECT_EQ(refused(host, 404, "", "").kind, ErrorKind::not_found);
  EXPECT_EQ(refused(host, 429, "", "").kind, ErrorKind::busy);
  for (const int status : {401, 404, 429, 503})
    EXPECT_EQ(refused(host, status, "", "").http_status, status);
}

TEST(SoupErrors, ARedirectNamesItsHost) {
  const auto error = refused(host, 302, "Found", "other.example");
  EXPECT_NE(error.message.find("other.example"), std::string::npos) << error.message;
}

TEST(SoupErrors, TheMessageNamesTheHostAndTheCertificatesFault) {
  const ErrorPtr failed(
      g_error_new_literal(G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "unacceptable"));
  const auto error = not_opened(host, *failed, G_TLS_CERTIFICATE_EXPIRED);
  EXPECT_EQ(error.kind, ErrorKind::cannot_connect);
  EXPECT_EQ(error.retry, Retry::never);
  EXPECT_NE(error.message.find("host.example"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("expired"), std::string::npos) << error.message;
}

TEST(SoupErrors, ABrokenConnectionIsLost) {
  const ErrorPtr reset(g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "reset"));
  const auto error = broken(host, *reset);
  EXPECT_EQ(error.kind, ErrorKind::lost);
  EXPECT_EQ(error.retry, Retry::reconnect);
}

}  // namespace
}  // namespace gemlive::soup_errors
