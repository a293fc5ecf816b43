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

/// The kinds of Application Default Credentials (docs/signing-in.md). Values: one thread at a time,
/// or any thread if const.
namespace gemlive::auth {

struct ServiceAccount {
  std::string email = {};
  std::string key_id = {};
  SigningKey key;
  std::string token_url = {};
};

/// A user's login: `authorized_user` or `external_account_authorized_user`.
struct User {
  std::string client_id = {};
  Secret client_secret = {};
  Secret refresh_token = {};
  std::string token_url = {};
  bool basic = false;  // the client authenticates with HTTP Basic
};

/// Where to find the subject token in a text.
struct SubjectFormat {
  std::string json_field = {};  // empty: the whole text
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

/// Workload or workforce identity federation: exchanges another provider's token for Google's.
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

/// A service account that the previous account impersonates.
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
  std::string name = {};      // for error texts: the file, or "the metadata server"
  std::string identity = {};  // equal for equal credentials
  bool is_exposed = false;    // the file contains a secret and other users can read it
};

}  // namespace gemlive::auth
