// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

namespace gemlive::bench {

struct LocalServerOptions {
  bool tls = false;
  bool stalled = false;                     // reads nothing after the setup
  std::chrono::milliseconds speech{60000};  // length of an answer
  std::chrono::milliseconds chunk{40};      // audio per message
  double speed = 1;                         // times real time; 0: all at once
  int processor = -1;                       // -1: any
  bool events = true;
};

/// gemlive-simulator as a child process; it ends with this process. GEMLIVE_SIMULATOR is the path
/// of the program; default: gemlive-simulator in PATH.
class LocalServer {
 public:
  explicit LocalServer(const LocalServerOptions &options);
  ~LocalServer();
  LocalServer(const LocalServer &) = delete;
  LocalServer &operator=(const LocalServer &) = delete;

  /// Why the server did not start, or empty.
  const std::string &error() const { return error_; }
  const std::string &uri() const { return uri_; }
  std::string ca_file() const { return tls_ ? file("certificate.pem") : ""; }
  std::string events_file() const { return file("events"); }

 private:
  std::string file(const char *name) const { return folder_ + '/' + name; }
  bool make_certificate();
  bool write_script(const LocalServerOptions &options);
  bool start(const LocalServerOptions &options);
  bool read_uri(int from);

  std::string folder_;  // removed by the destructor
  std::string uri_;
  std::string error_;
  bool tls_ = false;
  pid_t process_ = 0;
};

}  // namespace gemlive::bench
