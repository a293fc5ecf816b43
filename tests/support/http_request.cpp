// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "http_request.hpp"

#include <libsoup/soup.h>

#include "glib_ptr.hpp"

namespace gemlive::test {

HttpAnswer http_request(const std::string &url, const char *method) {
  ObjectPtr<SoupSession> session(soup_session_new_with_options("timeout", 30u, nullptr));
  soup_session_set_proxy_resolver(session.get(), nullptr);
  ObjectPtr<SoupMessage> message(soup_message_new(method, url.c_str()));
  ErrorPtr error;
  auto *body = soup_session_send_and_read(session.get(), message.get(), nullptr, out(error));
  if (!body) return {.body = error->message};
  HttpAnswer answer = {.status = soup_message_get_status(message.get())};
  const char *type = soup_message_headers_get_one(soup_message_get_response_headers(message.get()),
                                                  "Content-Type");
  answer.content_type = type ? type : "";
  gsize size = 0;
  const auto *bytes = static_cast<const char *>(g_bytes_get_data(body, &size));
  answer.body.assign(bytes, size);
  g_bytes_unref(body);
  return answer;
}

}  // namespace gemlive::test
