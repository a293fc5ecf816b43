// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "error.hpp"
#include "event_log.hpp"
#include "glib_ptr.hpp"
#include "identities.hpp"
#include "sign_in_fault.hpp"
#include "tokens.hpp"

typedef struct _SoupServer SoupServer;
typedef struct _SoupServerMessage SoupServerMessage;

namespace gemlive::simulator {

/// Simulates Google's token services and metadata server (docs/signing-in.md), as strictly as
/// they are. The simulator accepts the tokens that it issues. Main thread.
class SignInServer {
 public:
  SignInServer(Tokens &tokens, EventLog &event_log, std::vector<SignInFault> faults);
  ~SignInServer();
  SignInServer(const SignInServer &) = delete;
  SignInServer &operator=(const SignInServer &) = delete;

  /// Listens on 127.0.0.1 and writes the credentials files into `folder`. Error: bad_setting.
  std::optional<Error> start(const std::string &folder);
  const std::string &uri() const { return uri_; }

 private:
  using Form = std::map<std::string, std::string>;
  struct Request {
    std::string method = {};
    std::string path = {};
    std::string type = {};  // Content-Type
    std::string body = {};
    std::string authorization = {};
    std::string flavor = {};   // Metadata-Flavor
    std::string subject = {};  // X-Subject
  };
  struct Reply {
    int status = 200;
    std::string body = {};
    std::string type = "application/json; charset=UTF-8";
    bool from_metadata_server = false;
    std::string location = {};
  };

  static void handle(SoupServer *, SoupServerMessage *message, const char *path, GHashTable *query,
                     gpointer self);
  Reply route(const Request &request, std::string &grant);
  Reply token(const Request &request, std::string &grant);
  Reply exchange(const Request &request);
  Reply refresh_by_basic(const Request &request);
  Reply impersonate(const Request &request);
  Reply subject(const Request &request);
  Reply metadata(const Request &request);
  Reply issue(const char *kind);
  Reply faulty_reply(const SignInFault &fault);
  SignInFault take_fault(const std::string &path);

  Tokens &tokens_;
  EventLog &event_log_;
  std::vector<SignInFault> faults_;
  SignInFault fault_;  // of the current request
  Identities identities_;
  std::string uri_;
  ObjectPtr<SoupServer> server_;
  std::vector<ObjectPtr<SoupServerMessage>> stalled_;
};

}  // namespace gemlive::simulator
