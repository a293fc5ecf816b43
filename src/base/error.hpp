// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>

namespace gemlive {

/// What went wrong, sorted by what the user can do about it.
enum class ErrorKind {
  not_authorized,  // wrong or missing key or token, no access to the project
  not_found,       // no such host, path or model
  cannot_connect,  // refused, timed out, TLS
  lost,            // an open connection ended
  not_sent,        // input could not be written
  busy,            // quota, too many sessions
  bad_setting,     // a property has a value that cannot work
  bad_format,      // media of a kind that cannot be handled
  bad_data,        // the server sent what cannot be understood
};

/// How to try again after a connection has ended (docs/reliability.md, "When a connection ends").
enum class Retry {
  never,        // it would end the same way again
  once,         // it probably would: one more try
  new_session,  // without the handle: the old session cannot be resumed
  reconnect,    // another connection
  after_quota,  // another connection, after a minute or more
};

/// `message` says what happened and what to do next; `detail` is for the log. Neither ever holds a
/// secret, and what a server said in them is printable (text.hpp).
struct Error {
  ErrorKind kind = ErrorKind::cannot_connect;
  std::string message = {};
  std::string detail = {};
  Retry retry = Retry::never;
  std::chrono::seconds retry_after{0};  // what the server asked for
  int http_status = 0;
  int close_code = 0;
  std::string close_reason = {};
};

/// A value, or the reason why there is none.
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
