// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "token_service.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "glib_ptr.hpp"
#include "json_object.hpp"
#include "secret_json.hpp"
#include "text.hpp"

namespace gemlive::auth::token_service {
namespace {

constexpr const char *scope = "https://www.googleapis.com/auth/cloud-platform";
constexpr const char *form_type = "application/x-www-form-urlencoded";
constexpr std::int64_t longest_lifetime = 43200;

/// The body of a form post.
class Form {
 public:
  Form &add(std::string_view name, std::string_view value) {
    if (!body_.empty()) body_.append("&");
    body_.append(name);
    body_.append("=");
    const StrPtr escaped(
        g_uri_escape_bytes(reinterpret_cast<const guint8 *>(value.data()), value.size(), nullptr));
    body_.append(escaped.get());
    explicit_bzero(escaped.get(), std::strlen(escaped.get()));
    return *this;
  }
  http::Request to(const std::string &url) {
    return {.method = "POST", .url = url, .content_type = form_type, .body = std::move(body_)};
  }

 private:
  Secret body_;
};

bool is_temporary(int status, const std::string &code) {
  constexpr std::array statuses = {408, 429, 500, 502, 503, 504};
  constexpr std::array<std::string_view, 3> codes = {"internal_failure", "server_error",
                                                     "temporarily_unavailable"};
  return std::ranges::count(statuses, status) > 0 || std::ranges::count(codes, code) > 0;
}

/// What the user can do about an error code of OAuth.
const char *advice(const std::string &code) {
  if (code == "invalid_grant")
    return "The login or key is expired, revoked or deleted, or this machine's clock is wrong. "
           "Sign in again (gcloud auth application-default login), or create a new key";
  if (code == "invalid_rapt")
    return "The login must be confirmed. Run gcloud auth application-default login";
  if (code == "invalid_client" || code == "unauthorized_client")
    return "The client in the credentials is not allowed to sign in. Create new credentials";
  return "Check the credentials and the permissions of their account";
}

Error refused(const http::Response &response, const std::string &who) {
  const auto json = SecretJson::parse(response.body.reveal());
  std::string code, words;
  if (json) {
    code = json->string("/error");  // OAuth's format, or that of Google's other services
    words = json->string(code.empty() ? "/error/message" : "/error_description");
    if (code.empty()) code = json->string("/error/status");
  }
  const bool temporary = is_temporary(response.status, code);
  std::string said = code.empty() ? "" : text::excerpt(code, 64);
  if (!words.empty()) said += (said.empty() ? "" : ": ") + text::excerpt(words, 256);
  const auto status = "HTTP " + std::to_string(response.status);
  return {.kind = temporary ? ErrorKind::cannot_connect : ErrorKind::not_authorized,
          .message = (temporary ? "Google's sign-in is not available at the moment for "
                                : "Google refuses the credentials in ") +
                     who + " (" + status + (said.empty() ? "" : ", " + said) + "). " +
                     (temporary ? "Try again later" : advice(code)),
          .detail = status,
          .retry = temporary ? Retry::reconnect : Retry::never,
          .retry_after = response.retry_after,
          .http_status = response.status};
}

Error not_understood(const std::string &who, const char *what) {
  return {.kind = ErrorKind::bad_data,
          .message = "The token service sent an invalid answer for the credentials in " + who +
                     ": " + what + ". Check whether a proxy or portal intercepts the connection",
          .retry = Retry::once};
}

Error no_metadata_server() {
  return {
      .kind = ErrorKind::not_authorized,
      .message =
          "No credentials were found, and the server at the address of the metadata server is not "
          "Google's. Run gcloud auth application-default login, or set credentials-file"};
}

Result<Token> checked(Token token, const std::string &who) {
  if (token.value.empty() || !is_token_text(token.value))
    return not_understood(who, "there is no token");
  if (token.lifetime.count() < 0 || token.lifetime.count() > longest_lifetime)
    return not_understood(who, "the token's lifetime is out of range");
  return token;
}

}  // namespace

Result<http::Request> make_request(const ServiceAccount &account, std::chrono::seconds now) {
  const auto jwt = make_jwt({.issuer = account.email,
                             .audience = account.token_url,
                             .scope = scope,
                             .key_id = account.key_id,
                             .now = now},
                            account.key);
  if (!jwt)
    return Error{.kind = ErrorKind::bad_setting,
                 .message = "OpenSSL cannot sign with the credential's private_key"};
  return Form()
      .add("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
      .add("assertion", jwt->reveal())
      .to(account.token_url);
}

http::Request make_request(const User &user) {
  Form form;
  form.add("grant_type", "refresh_token").add("refresh_token", user.refresh_token.reveal());
  if (!user.basic)
    form.add("client_id", user.client_id).add("client_secret", user.client_secret.reveal());
  auto request = form.to(user.token_url);
  if (user.basic)
    request.headers.push_back(
        {"Authorization", http::basic_authorization(user.client_id, user.client_secret.reveal())});
  return request;
}

http::Request make_request(const Federation &federation, const Secret &subject_token) {
  Form form;
  form.add("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
      .add("audience", federation.audience)
      .add("scope", scope)
      .add("requested_token_type", "urn:ietf:params:oauth:token-type:access_token")
      .add("subject_token", subject_token.reveal())
      .add("subject_token_type", federation.subject_token_type);
  const bool has_client = !federation.client_id.empty() && !federation.client_secret.empty();
  if (!has_client && !federation.workforce_project.empty()) {
    json::Object options;
    options.set("userProject", std::string_view(federation.workforce_project));
    form.add("options", options.text());
  }
  auto request = form.to(federation.token_url);
  if (has_client)
    request.headers.push_back(
        {"Authorization",
         http::basic_authorization(federation.client_id, federation.client_secret.reveal())});
  return request;
}

http::Request make_request(const MetadataServer &server) {
  return {.url = "http://" + server.host +
                 "/computeMetadata/v1/instance/service-accounts/default/token?scopes=" + scope,
          .headers = {{"Metadata-Flavor", Secret("Google")}},
          .direct = true};
}

http::Request make_project_request(const MetadataServer &server) {
  return {.url = "http://" + server.host + "/computeMetadata/v1/project/project-id",
          .headers = {{"Metadata-Flavor", Secret("Google")}},
          .direct = true};
}

http::Request make_request(const Impersonation &impersonation, const Token &token) {
  json::Object body;
  if (!impersonation.delegates.empty()) body.set("delegates", impersonation.delegates);
  body.set("scope", std::vector<std::string>{scope});
  body.set("lifetime", std::to_string(impersonation.lifetime.count()) + 's');
  Secret bearer("Bearer ");
  bearer.append(token.value.reveal());
  return {.method = "POST",
          .url = impersonation.url,
          .headers = {{"Authorization", std::move(bearer)}},
          .content_type = "application/json",
          .body = Secret(body.text())};
}

http::Request make_request(const SubjectUrl &from) {
  return {.url = from.url, .headers = from.headers, .direct = from.url.starts_with("http://")};
}

Result<Token> read_token(const http::Response &response, const std::string &who) {
  if (response.status != 200) return refused(response, who);
  const auto json = SecretJson::parse(response.body.reveal());
  if (!json) return not_understood(who, "it is not a JSON object");
  const auto type = json->string("/token_type");
  if (!type.empty() && g_ascii_strcasecmp(type.c_str(), "bearer") != 0)
    return not_understood(who, "the token is not a bearer token");
  return checked({.value = json->secret("/access_token"),
                  .lifetime = std::chrono::seconds(json->integer("/expires_in").value_or(3600))},
                 who);
}

Result<std::string> read_project(const http::Response &response) {
  if (!response.from_metadata_server) return no_metadata_server();
  const auto &text = response.body.reveal();
  const bool is_project = response.status == 200 && std::ranges::all_of(text, [](char c) {
                            return g_ascii_isalnum(c) || c == '-' || c == '.' || c == ':';
                          });
  return is_project ? text : std::string();
}

Result<Token> read_metadata_token(const http::Response &response, const std::string &who) {
  if (!response.from_metadata_server) return no_metadata_server();
  if (response.status == 404)
    return Error{
        .kind = ErrorKind::not_authorized,
        .message = "This machine has no service account. Attach one, or set credentials-file",
        .http_status = response.status};
  return read_token(response, who);
}

Result<Token> read_impersonated(const http::Response &response, std::chrono::seconds now,
                                const std::string &who) {
  if (response.status != 200) return refused(response, who);
  const auto json = SecretJson::parse(response.body.reveal());
  if (!json) return not_understood(who, "it is not a JSON object");
  using DateTimePtr = Handle<GDateTime, g_date_time_unref>;
  const DateTimePtr expiry(
      g_date_time_new_from_iso8601(json->string("/expireTime").c_str(), nullptr));
  if (!expiry) return not_understood(who, "there is no expiry time");
  // With a wrong clock, the lifetime must still be within the possible range.
  const auto left = g_date_time_to_unix(expiry.get()) - now.count();
  return checked(
      {.value = json->secret("/accessToken"),
       .lifetime = std::chrono::seconds(std::clamp<std::int64_t>(left, 0, longest_lifetime))},
      who);
}

Result<Secret> read_subject(const http::Response &response, const SubjectFormat &format,
                            const std::string &who) {
  if (response.status != 200)
    return Error{.kind = ErrorKind::not_authorized,
                 .message = "The server refuses the subject token of the credentials in " + who +
                            " (HTTP " + std::to_string(response.status) +
                            "). Check credential_source",
                 .retry = is_temporary(response.status, "") ? Retry::reconnect : Retry::never,
                 .http_status = response.status};
  return read_subject(response.body, format, who);
}

Result<Secret> read_subject(const Secret &text, const SubjectFormat &format,
                            const std::string &who) {
  Secret token;
  if (format.json_field.empty()) {
    std::string_view all = text.reveal();
    while (!all.empty() && g_ascii_isspace(all.back()))
      all.remove_suffix(1);
    token = Secret(all);
  } else if (const auto json = SecretJson::parse(text.reveal())) {
    token = json->secret('/' + format.json_field);
  }
  if (!token.empty()) return token;
  return Error{.kind = ErrorKind::bad_setting,
               .message = "The source of the credentials in " + who +
                          " contains no subject token. Check credential_source and its format"};
}

Result<Secret> read_program_output(const Secret &text, const std::string &who) {
  const auto json = SecretJson::parse(text.reveal());
  auto words =
      json ? text::excerpt(json->string("/message"), 256) : "the output is not a JSON object";
  if (json) {
    const bool saml = json->string("/token_type").ends_with("saml2");
    auto token = json->secret(saml ? "/saml_response" : "/id_token");
    if (json->is_true("/success") && !token.empty()) return token;
  }
  return Error{.kind = ErrorKind::not_authorized,
               .message = "The program of the credentials in " + who + " returned no token" +
                          (words.empty() ? "" : ": " + words) +
                          ". Check credential_source.executable"};
}

}  // namespace gemlive::auth::token_service
