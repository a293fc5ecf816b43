// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "credential_file.hpp"

#include <glib.h>

#include <algorithm>

#include "glib_ptr.hpp"
#include "secret_json.hpp"
#include "text.hpp"

namespace gemlive::auth {
namespace {

constexpr const char *google_token_url = "https://oauth2.googleapis.com/token";
constexpr int most_impersonations = 4;
constexpr std::chrono::milliseconds shortest_program{5000}, longest_program{120000};

bool fits_a_header(const std::string &text) {
  return std::ranges::all_of(text, [](char c) { return g_ascii_isprint(c); });
}

/// Reads one credential object of a file. Objects can be nested.
class Reader {
 public:
  Reader(const SecretJson &json, const std::string &name, const FileRules &rules, std::string at)
      : json_(json), name_(name), rules_(rules), at_(std::move(at)) {}

  Result<Credential> read();

 private:
  Result<Credential> service_account();
  Result<Credential> user(bool external);
  Result<Credential> impersonated();
  Result<Credential> external();
  Result<Federation> subject(Federation federation);

  std::string text(const char *field) const { return json_.string(at_ + '/' + field); }
  Secret secret(const char *field) const { return json_.secret(at_ + '/' + field); }
  SubjectFormat format() const {
    return {.json_field = text("credential_source/format/type") == "json"
                              ? text("credential_source/format/subject_token_field_name")
                              : ""};
  }
  Result<std::string> token_url(const char *field, const char *otherwise = "") const {
    const auto url = text(field);
    if (url.empty() && !*otherwise) return missing(field);
    if (url.empty()) return std::string(otherwise);
    return check_token_url(url, field, rules_.trust);
  }
  Error missing(const char *field) const {
    return wrong(std::string(field) + " is missing. Create the file again");
  }
  Error wrong(const std::string &what) const {
    return {.kind = ErrorKind::bad_setting,
            .message = "Cannot use the credentials in " + name_ + ": " + what};
  }

  const SecretJson &json_;
  const std::string &name_;
  const FileRules &rules_;
  const std::string at_;
};

Result<Credential> Reader::read() {
  const auto domain = text("universe_domain");
  if (!domain.empty() && domain != rules_.trust.universe_domain)
    return wrong("they are for the universe " + text::excerpt(domain, 64) +
                 ". If the service is in this universe, set universe-domain to it");
  const auto type = text("type");
  if (type == "service_account") return service_account();
  if (type == "authorized_user") return user(false);
  if (type == "external_account_authorized_user") return user(true);
  if (type == "impersonated_service_account") return impersonated();
  if (type == "external_account") return external();
  if (type.empty() && (json_.has("/installed") || json_.has("/web")))
    return wrong(
        "the file contains an OAuth client secret, not a login. Create a login with gcloud auth "
        "application-default login --client-id-file=FILE");
  return wrong("the type \"" + text::excerpt(type, 64) +
               "\" is unknown. Use service_account, authorized_user, "
               "impersonated_service_account, external_account or "
               "external_account_authorized_user");
}

Result<Credential> Reader::service_account() {
  for (const char *field : {"client_email", "private_key"})
    if (secret(field).empty()) return missing(field);
  auto url = token_url("token_uri", google_token_url);
  if (!url) return url.error();
  auto key = SigningKey::from_pem(secret("private_key"));
  if (!key) return wrong(key.error().message);
  return Credential{.source = ServiceAccount{.email = text("client_email"),
                                             .key_id = text("private_key_id"),
                                             .key = std::move(*key),
                                             .token_url = *url},
                    .project = text("project_id"),
                    .quota_project = text("quota_project_id")};
}

Result<Credential> Reader::user(bool external) {
  for (const char *field : {"client_id", "client_secret", "refresh_token"})
    if (secret(field).empty()) return missing(field);
  auto url = external ? token_url("token_url") : token_url("token_uri", google_token_url);
  if (!url) return url.error();
  return Credential{.source = User{.client_id = text("client_id"),
                                   .client_secret = secret("client_secret"),
                                   .refresh_token = secret("refresh_token"),
                                   .token_url = *url,
                                   .basic = external},
                    .quota_project = text("quota_project_id")};
}

Result<Credential> Reader::impersonated() {
  if (std::ranges::count(at_, '/') >= most_impersonations)
    return wrong("source_credentials are nested too deeply. Use at most four levels");
  if (!json_.has(at_ + "/source_credentials")) return missing("source_credentials");
  auto url = token_url("service_account_impersonation_url");
  if (!url) return url.error();
  auto credential = Reader(json_, name_, rules_, at_ + "/source_credentials").read();
  if (!credential) return credential;
  credential->impersonations.push_back(
      {.url = *url, .delegates = json_.strings(at_ + "/delegates")});
  if (!text("quota_project_id").empty()) credential->quota_project = text("quota_project_id");
  return credential;
}

Result<Credential> Reader::external() {
  for (const char *field : {"audience", "subject_token_type"})
    if (text(field).empty()) return missing(field);
  auto url = token_url("token_url");
  if (!url) return url.error();
  auto federation = subject({.audience = text("audience"),
                             .subject_token_type = text("subject_token_type"),
                             .token_url = *url,
                             .client_id = text("client_id"),
                             .client_secret = secret("client_secret"),
                             .workforce_project = text("workforce_pool_user_project")});
  if (!federation) return federation.error();
  Credential credential{.source = std::move(*federation),
                        .quota_project = text("quota_project_id")};
  if (!text("service_account_impersonation_url").empty()) {
    auto target = token_url("service_account_impersonation_url");
    if (!target) return target.error();
    const auto lifetime =
        json_.integer(at_ + "/service_account_impersonation/token_lifetime_seconds");
    credential.impersonations.push_back(
        {.url = *target, .lifetime = std::chrono::seconds(lifetime.value_or(3600))});
  }
  return credential;
}

Result<Federation> Reader::subject(Federation federation) {
  const std::string source = at_ + "/credential_source";
  if (!text("credential_source/environment_id").empty())
    return wrong(
        "subject tokens from AWS are not supported. Use a Google service account, or set "
        "access-token");
  if (json_.has(source + "/certificate"))
    return wrong(
        "subject tokens from a client certificate are not supported. Use a Google service account, "
        "or set access-token");
  if (const auto path = text("credential_source/file"); !path.empty()) {
    federation.subject = SubjectFile{.path = path, .format = format()};
  } else if (!text("credential_source/url").empty()) {
    auto url =
        check_subject_url(text("credential_source/url"), "credential_source.url", rules_.trust);
    if (!url) return url.error();
    SubjectUrl from{.url = *url, .format = format()};
    for (const auto &[name, value] : json_.members(source + "/headers")) {
      if (name.empty() || !fits_a_header(name) || !fits_a_header(value))
        return wrong("credential_source.headers contain control characters. Remove them");
      from.headers.push_back({name, Secret(value)});
    }
    federation.subject = std::move(from);
  } else if (const auto command = text("credential_source/executable/command"); !command.empty()) {
    if (!rules_.executables)
      return wrong(
          "they run a program (credential_source.executable), which is not allowed. If you trust "
          "it, set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 and "
          "allow-executable-credentials=true");
    const std::chrono::milliseconds timeout(
        json_.integer(source + "/executable/timeout_millis").value_or(30000));
    federation.subject = SubjectProgram{
        .command = command, .timeout = std::clamp(timeout, shortest_program, longest_program)};
  } else {
    return wrong("credential_source has neither file, url nor executable. Add one of them");
  }
  return federation;
}

std::string fingerprint(const Secret &content) {
  StrPtr sum(g_compute_checksum_for_data(G_CHECKSUM_SHA256,
                                         reinterpret_cast<const guchar *>(content.reveal().data()),
                                         content.reveal().size()));
  return sum.get();
}

}  // namespace

Result<Credential> parse_credential(const Secret &content, const std::string &name,
                                    const FileRules &rules) {
  const auto json = SecretJson::parse(content.reveal());
  if (!json)
    return Error{.kind = ErrorKind::bad_setting,
                 .message = name +
                            " does not contain a JSON object. Create a credentials file with "
                            "gcloud auth application-default login"};
  auto credential = Reader(*json, name, rules, "").read();
  if (!credential) return credential;
  credential->name = name;
  credential->identity = fingerprint(content);
  return credential;
}

}  // namespace gemlive::auth
