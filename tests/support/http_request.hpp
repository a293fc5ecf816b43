// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

namespace gemlive::test {

struct HttpAnswer {
  unsigned status = 0;
  std::string content_type = {};
  std::string body = {};
};

/// One HTTP request, without a body. Waits for the answer. Any thread.
HttpAnswer http_request(const std::string &url, const char *method = "GET");

}  // namespace gemlive::test
