// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "identities.hpp"

#include <glib/gstdio.h>

#include "glib_ptr.hpp"
#include "json_object.hpp"

namespace gemlive::simulator {
namespace {

using json::Object;

std::string unique(const char *prefix) {
  const StrPtr id(g_uuid_string_random());
  return std::string(prefix) + id.get();
}

Object service_account(const Identities &identities, const std::string &uri) {
  Object file;
  file.set("type", "service_account")
      .set("project_id", std::string_view(identities.project))
      .set("private_key_id", std::string_view(identities.key_id))
      .set("private_key", std::string_view(identities.key.private_pem()))
      .set("client_email", std::string_view(identities.email))
      .set("token_uri", std::string_view(uri + "/token"));
  return file;
}

Object user(const Identities &identities, const std::string &uri, bool external) {
  Object file;
  file.set("type", external ? "external_account_authorized_user" : "authorized_user")
      .set("client_id", std::string_view(identities.client_id))
      .set("client_secret", std::string_view(identities.client_secret))
      .set("refresh_token", std::string_view(identities.refresh_token))
      .set("quota_project_id", std::string_view(identities.project))
      .set(external ? "token_url" : "token_uri",
           std::string_view(uri + (external ? "/v1/oauthtoken" : "/token")));
  return file;
}

std::string impersonation_url(const Identities &identities, const std::string &uri) {
  return uri + "/v1/projects/-/serviceAccounts/" + identities.target + ":generateAccessToken";
}

Object impersonated(const Identities &identities, const std::string &uri, Object source) {
  Object file;
  file.set("type", "impersonated_service_account")
      .set("service_account_impersonation_url",
           std::string_view(impersonation_url(identities, uri)))
      .set("source_credentials", std::move(source));
  return file;
}

Object external(const Identities &identities, const std::string &uri, Object source) {
  Object file;
  file.set("type", "external_account")
      .set("audience", std::string_view(identities.audience))
      .set("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")
      .set("token_url", std::string_view(uri + "/v1/token"))
      .set("credential_source", std::move(source));
  return file;
}

Object from_file(const std::string &path, const char *field) {
  Object source;
  source.set("file", std::string_view(path));
  if (*field) source.set("format.type", "json").set("format.subject_token_field_name", field);
  return source;
}

Object from_url(const std::string &uri) {
  Object source;
  source.set("url", std::string_view(uri + "/subject-token"))
      .set("headers.X-Subject", "please")
      .set("format.type", "json")
      .set("format.subject_token_field_name", "id_token");
  return source;
}

}  // namespace

Identities::Identities()
    : client_secret(unique("client-secret-")),
      refresh_token(unique("1//refresh-")),
      subject_token(unique("subject-")) {}

std::optional<Error> Identities::write(const std::string &folder, const std::string &uri) const {
  bool written = g_mkdir_with_parents(folder.c_str(), 0700) == 0;
  const auto save = [&](const char *name, const std::string &text) {
    written = written && g_file_set_contents_full((folder + '/' + name).c_str(), text.data(),
                                                  static_cast<gssize>(text.size()),
                                                  G_FILE_SET_CONTENTS_NONE, 0600, nullptr);
  };
  Object subject;
  subject.set("id_token", std::string_view(subject_token));
  save("subject_token.txt", subject_token + '\n');
  save("subject_token.json", subject.text());
  const auto text_file = folder + "/subject_token.txt", json_file = folder + "/subject_token.json";
  auto federated = external(*this, uri, from_file(text_file, ""));
  save("external_account_file.json", federated.text());
  federated.set("service_account_impersonation_url",
                std::string_view(impersonation_url(*this, uri)));
  save("external_account_impersonated.json", federated.text());
  save("external_account_file_json.json",
       external(*this, uri, from_file(json_file, "id_token")).text());
  save("external_account_url.json", external(*this, uri, from_url(uri)).text());
  save("external_account_authorized_user.json", user(*this, uri, true).text());
  save("service_account.json", service_account(*this, uri).text());
  save("authorized_user.json", user(*this, uri, false).text());
  save("impersonated_from_user.json", impersonated(*this, uri, user(*this, uri, false)).text());
  save("impersonated_from_service_account.json",
       impersonated(*this, uri, service_account(*this, uri)).text());
  if (written) return {};
  return Error{ErrorKind::bad_setting, "Cannot write the credentials to " + folder + '.'};
}

}  // namespace gemlive::simulator
