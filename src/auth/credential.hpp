// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "jwt.hpp"
#include "secret.hpp"

/// What Application Default Credentials can be (docs/signing-in.md).
namespace gemlive::auth {

struct ServiceAccount {
  std::string email = {};
  std::string key_id = {};
  SigningKey key;
  std::string token_url = {};
};

/// A user's login: `authorized_user`, and `external_account_authorized_user`, whose client signs in
/// by HTTP Basic.
struct User {
  std::string client_id = {};
  Secret client_secret = {};
  Secret refresh_token = {};
  std::string token_url = {};
  bool basic = false;
};

/// Where a subject token lies in what was read.
struct SubjectFormat {
  std::string json_field = {};  // empty: all of the text
};
struct SubjectFile {
  std::string path = {};
  SubjectFormat format = {};
};
struct SubjectUrl {
  std::string url = {};
  std::vector<std::pair<std::string, Secret>> headers = {};
  SubjectFormat format = {};
};
struct SubjectProgram {
  std::string command = {};
  std::chrono::milliseconds timeout{30000};
};

/// Workload or workforce identity federation: somebody else's token is exchanged for Google's.
struct Federation {
  std::string audience = {};
  std::string subject_token_type = {};
  std::string token_url = {};
  std::variant<SubjectFile, SubjectUrl, SubjectProgram> subject = {};
  std::string client_id = {};
  Secret client_secret = {};
  std::string workforce_project = {};
};

struct MetadataServer {
  std::string host = {};
};

/// A service account that is acted as, by the one before it.
struct Impersonation {
  std::string url = {};
  std::vector<std::string> delegates = {};
  std::chrono::seconds lifetime{3600};
};

struct Credential {
  std::variant<ServiceAccount, User, Federation, MetadataServer> source;
  std::vector<Impersonation> impersonations = {};  // in order
  std::string project = {};
  std::string quota_project = {};
  std::string name = {};      // for people: the file, "the metadata server"
  std::string identity = {};  // equal where the credential is
  bool is_exposed = false;    // its file holds a secret and can be read by others
};

}  // namespace gemlive::auth
