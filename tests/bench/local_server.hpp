// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

namespace gemlive::bench {

struct ServerOptions {
  bool tls = false;
  bool stalled = false;                     // reads nothing after the setup
  std::chrono::milliseconds speech{60000};  // length of an answer
  std::chrono::milliseconds chunk{40};      // audio per message
  double speed = 1;                         // times real time; 0: all at once
  int processor = -1;                       // -1: any
  bool events = true;
};

/// gemlive-simulator as a child of this process, which it does not outlive. The program is
/// GEMLIVE_SIMULATOR, or the one in PATH.
class Server {
 public:
  explicit Server(const ServerOptions &options);
  ~Server();
  Server(const Server &) = delete;
  Server &operator=(const Server &) = delete;

  /// Empty, or why there is no server.
  const std::string &error() const { return error_; }
  const std::string &uri() const { return uri_; }
  std::string ca_file() const { return tls_ ? file("certificate.pem") : ""; }
  std::string events_file() const { return file("events"); }

 private:
  std::string file(const char *name) const { return folder_ + '/' + name; }
  bool make_certificate();
  bool write_script(const ServerOptions &options);
  bool start(const ServerOptions &options);
  bool read_uri(int from);

  std::string folder_;  // of its own
  std::string uri_;
  std::string error_;
  bool tls_ = false;
  pid_t process_ = 0;
};

}  // namespace gemlive::bench
