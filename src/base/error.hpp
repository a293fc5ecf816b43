// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>

namespace gemlive {

/// Category of an error. Each category has its own way to fix it.
enum class ErrorKind {
  not_authorized,  // wrong or missing key or token, no access to the project
  not_found,       // no such host, path or model
  cannot_connect,  // refused, timed out, TLS
  lost,            // an open connection broke or was closed
  not_sent,        // input could not be sent
  busy,            // quota used up, too many sessions
  bad_setting,     // a property has an unusable value
  bad_format,      // unsupported media type
  bad_data,        // the server sent invalid data
};

/// How to retry after a connection has ended (docs/reliability.md, "When a connection ends").
enum class Retry {
  never,        // a retry would fail the same way
  once,         // a retry would probably fail: one attempt
  new_session,  // start a new session: the old one cannot be resumed
  reconnect,    // open another connection
  after_quota,  // open another connection after one minute or more
};

/// `message` says what happened and then what to do. `detail` is for the log. Neither contains a
/// secret. Text from a server is made printable first (text.hpp). A value: one thread at a time.
struct Error {
  ErrorKind kind = ErrorKind::cannot_connect;
  std::string message = {};
  std::string detail = {};
  Retry retry = Retry::never;
  std::chrono::seconds retry_after{0};  // requested by the server
  int http_status = 0;
  int close_code = 0;
  std::string close_reason = {};
};

/// A value, or the error that prevented it. One thread at a time.
template <typename T>
class Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  T &operator*() { return std::get<T>(state_); }
  const T &operator*() const { return std::get<T>(state_); }
  T *operator->() { return &std::get<T>(state_); }
  const T *operator->() const { return &std::get<T>(state_); }
  const Error &error() const { return std::get<Error>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace gemlive
