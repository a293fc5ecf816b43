// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sign_in_server.hpp"

#include <libsoup/soup.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base64.hpp"
#include "json_object.hpp"
#include "json_string.hpp"

namespace gemlive::simulator {
namespace {

constexpr int usual_lifetime = 3599;
constexpr const char *jwt_bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr const char *token_exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
constexpr const char *access_token_type = "urn:ietf:params:oauth:token-type:access_token";
constexpr const char *cloud_platform = "https://www.googleapis.com/auth/cloud-platform";

std::string oauth_error(const std::string &code, const std::string &description) {
  json::Object body;
  body.set("error", std::string_view(code));
  if (!description.empty()) body.set("error_description", std::string_view(description));
  return body.text();
}

std::string google_error(int code, const char *status, const char *message) {
  json::Object body;
  body.set("error.code", code).set("error.message", message).set("error.status", status);
  return body.text();
}

std::map<std::string, std::string> read_form(const std::string &body) {
  std::map<std::string, std::string> form;
  using TablePtr = Handle<GHashTable, g_hash_table_unref>;
  const TablePtr table(soup_form_decode(body.c_str()));
  GHashTableIter iterator;
  gpointer name = nullptr, value = nullptr;
  g_hash_table_iter_init(&iterator, table.get());
  while (g_hash_table_iter_next(&iterator, &name, &value))
    form[static_cast<char *>(name)] = static_cast<char *>(value);
  return form;
}

std::string basic(const std::string &user, const std::string &password) {
  const auto pair = user + ':' + password;
  std::string text(base64::encoded_size(pair.size()), '\0');
  base64::encode(std::as_bytes(std::span(pair)), text.data());
  return "Basic " + text;
}

std::string header(SoupServerMessage *message, const char *name) {
  const char *value =
      soup_message_headers_get_one(soup_server_message_get_request_headers(message), name);
  return value ? value : "";
}

}  // namespace

SignInServer::SignInServer(Tokens &tokens, EventLog &event_log, std::vector<SignInFault> faults)
    : tokens_(tokens),
      event_log_(event_log),
      faults_(std::move(faults)),
      server_(SOUP_SERVER(g_object_new(SOUP_TYPE_SERVER, nullptr))) {
  soup_server_add_handler(server_.get(), nullptr, &SignInServer::handle, this, nullptr);
}

SignInServer::~SignInServer() {
  soup_server_disconnect(server_.get());
}

std::optional<Error> SignInServer::start(const std::string &folder) {
  const ObjectPtr<GSocketAddress> address(g_inet_socket_address_new_from_string("127.0.0.1", 0));
  ErrorPtr error;
  if (!soup_server_listen(server_.get(), address.get(), static_cast<SoupServerListenOptions>(0),
                          out(error)))
    return Error{ErrorKind::bad_setting,
                 std::string("The sign-in server cannot listen: ") + error->message};
  GSList *uris = soup_server_get_uris(server_.get());
  uri_ = "http://127.0.0.1:" + std::to_string(g_uri_get_port(static_cast<GUri *>(uris->data)));
  g_slist_free_full(uris, reinterpret_cast<GDestroyNotify>(g_uri_unref));
  return identities_.write(folder, uri_);
}

void SignInServer::handle(SoupServer *, SoupServerMessage *message, const char *path, GHashTable *,
                          gpointer data) {
  auto *self = static_cast<SignInServer *>(data);
  const auto *body = soup_server_message_get_request_body(message);
  const Request request{
      .method = soup_server_message_get_method(message),
      .path = path,
      .type = header(message, "Content-Type"),
      .body = std::string(body->data ? body->data : "", static_cast<std::size_t>(body->length)),
      .authorization = header(message, "Authorization"),
      .flavor = header(message, "Metadata-Flavor"),
      .subject = header(message, "X-Subject")};
  self->fault_ = self->take_fault(request.path);
  if (self->fault_.stall) {
    soup_server_message_pause(message);
    self->stalled_.emplace_back(ref(message));
    return;
  }
  std::string grant;
  const auto reply = self->route(request, grant);
  auto *headers = soup_server_message_get_response_headers(message);
  if (reply.from_metadata_server && !self->fault_.wrong_flavor)
    soup_message_headers_append(headers, "Metadata-Flavor", "Google");
  if (!reply.location.empty())
    soup_message_headers_append(headers, "Location", reply.location.c_str());
  soup_server_message_set_response(message, reply.type.c_str(), SOUP_MEMORY_COPY, reply.body.data(),
                                   reply.body.size());
  soup_server_message_set_status(message, static_cast<guint>(reply.status), nullptr);
  self->event_log_.write(0, "sign-in",
                         "\"path\":" + json::quoted(request.path) + ",\"grant\":\"" + grant +
                             "\",\"status\":" + std::to_string(reply.status));
  self->event_log_.print("sign-in: " + grant + ", HTTP status " + std::to_string(reply.status));
}

SignInFault SignInServer::take_fault(const std::string &path) {
  const auto found = std::ranges::find_if(
      faults_, [&](const SignInFault &fault) { return path.find(fault.path) != path.npos; });
  if (found == faults_.end()) return {};
  auto fault = std::move(*found);
  faults_.erase(found);
  return fault;
}

SignInServer::Reply SignInServer::faulty_reply(const SignInFault &fault) {
  Reply reply{.status = fault.status, .body = fault.body, .location = fault.redirect};
  if (!fault.error.empty()) reply.body = oauth_error(fault.error, fault.description);
  if (reply.status == 0)
    reply.status = !fault.error.empty() ? 400 : fault.redirect.empty() ? 200 : 307;
  return reply;
}

SignInServer::Reply SignInServer::route(const Request &request, std::string &grant) {
  const bool is_faulty = fault_.status != 0 || !fault_.error.empty() || !fault_.body.empty() ||
                         !fault_.redirect.empty();
  const bool is_metadata = request.path == "/" || request.path.starts_with("/computeMetadata/");
  const bool is_get = is_metadata || request.path == "/subject-token";
  grant = is_metadata ? "metadata" : "none";
  if (is_faulty) return faulty_reply(fault_);
  if (request.method != (is_get ? "GET" : "POST")) return {.status = 405};
  if (is_metadata) return metadata(request);
  if (request.path == "/token") return token(request, grant);
  const std::pair<const char *, const char *> grants[] = {{"/v1/token", "token-exchange"},
                                                          {"/v1/oauthtoken", "refresh"},
                                                          {"/subject-token", "subject"}};
  for (const auto &[path, name] : grants)
    if (request.path == path) grant = name;
  if (request.path == "/v1/token") return exchange(request);
  if (request.path == "/v1/oauthtoken") return refresh_by_basic(request);
  if (request.path == "/subject-token") return subject(request);
  if (!request.path.ends_with(":generateAccessToken")) return {.status = 404};
  grant = "impersonation";
  return impersonate(request);
}

SignInServer::Reply SignInServer::issue(const char *kind) {
  const int lifetime = fault_.lifetime >= 0 ? fault_.lifetime : usual_lifetime;
  const auto value = tokens_.issue(lifetime);
  if (fault_.revoke) tokens_.revoke(value);
  json::Object body;
  body.set("access_token", std::string_view(value))
      .set("expires_in", lifetime)
      .set("token_type", "Bearer");
  if (*kind) body.set("issued_token_type", kind);
  return {.body = body.text()};
}

SignInServer::Reply SignInServer::token(const Request &request, std::string &grant) {
  if (!request.type.starts_with("application/x-www-form-urlencoded"))
    return {.status = 400, .body = oauth_error("invalid_request", "Bad content type.")};
  auto form = read_form(request.body);
  if (form["grant_type"] == "refresh_token") {
    grant = "refresh";
    if (form["client_id"] != identities_.client_id ||
        form["client_secret"] != identities_.client_secret)
      return {.status = 401, .body = oauth_error("invalid_client", "Unauthorized")};
    if (form["refresh_token"] != identities_.refresh_token)
      return {.status = 400,
              .body = oauth_error("invalid_grant", "Token has been expired or revoked.")};
    return issue("");
  }
  if (form["grant_type"] != jwt_bearer)
    return {.status = 400, .body = oauth_error("unsupported_grant_type", "Invalid grant_type")};
  grant = "jwt-bearer";
  const auto problem = verify_assertion(form["assertion"], identities_.key,
                                        {.issuer = identities_.email,
                                         .audience = uri_ + "/token",
                                         .key_id = identities_.key_id,
                                         .now = g_get_real_time() / G_USEC_PER_SEC});
  if (!problem.empty()) return {.status = 400, .body = oauth_error("invalid_grant", problem)};
  return issue("");
}

SignInServer::Reply SignInServer::exchange(const Request &request) {
  auto form = read_form(request.body);
  if (form["grant_type"] != token_exchange || form["requested_token_type"] != access_token_type ||
      form["scope"] != cloud_platform || form["audience"] != identities_.audience ||
      form["subject_token_type"] != "urn:ietf:params:oauth:token-type:jwt")
    return {.status = 400, .body = oauth_error("invalid_request", "Invalid token exchange.")};
  if (form["subject_token"] != identities_.subject_token)
    return {.status = 400, .body = oauth_error("invalid_grant", "The subject token is not known.")};
  return issue(access_token_type);
}

SignInServer::Reply SignInServer::refresh_by_basic(const Request &request) {
  auto form = read_form(request.body);
  if (request.authorization != basic(identities_.client_id, identities_.client_secret))
    return {.status = 401, .body = oauth_error("invalid_client", "Unauthorized")};
  if (form["grant_type"] != "refresh_token" || form["refresh_token"] != identities_.refresh_token)
    return {.status = 400,
            .body = oauth_error("invalid_grant", "Token has been expired or revoked.")};
  return issue("");
}

SignInServer::Reply SignInServer::impersonate(const Request &request) {
  const std::string bearer = "Bearer ";
  if (!request.authorization.starts_with(bearer) ||
      !tokens_.is_valid(request.authorization.substr(bearer.size())))
    return {.status = 401,
            .body = google_error(401, "UNAUTHENTICATED",
                                 "Request had invalid authentication credentials.")};
  const auto account = "/v1/projects/-/serviceAccounts/" + identities_.target;
  if (request.path != account + ":generateAccessToken")
    return {.status = 404, .body = google_error(404, "NOT_FOUND", "Unknown service account")};
  const auto body = json::Object::parse(request.body, "the body");
  if (!body || body->strings_at("scope") != std::vector<std::string>{cloud_platform})
    return {.status = 400, .body = google_error(400, "INVALID_ARGUMENT", "Bad scope.")};
  const int lifetime = fault_.lifetime >= 0 ? fault_.lifetime : usual_lifetime;
  const auto value = tokens_.issue(lifetime);
  if (fault_.revoke) tokens_.revoke(value);
  using DateTimePtr = Handle<GDateTime, g_date_time_unref>;
  const DateTimePtr expiry(
      g_date_time_new_from_unix_utc(g_get_real_time() / G_USEC_PER_SEC + lifetime));
  const StrPtr time(g_date_time_format(expiry.get(), "%Y-%m-%dT%H:%M:%SZ"));
  json::Object reply;
  reply.set("accessToken", std::string_view(value)).set("expireTime", time.get());
  return {.body = reply.text()};
}

SignInServer::Reply SignInServer::subject(const Request &request) {
  if (request.subject != "please") return {.status = 403};
  json::Object body;
  body.set("id_token", std::string_view(identities_.subject_token));
  return {.body = body.text()};
}

SignInServer::Reply SignInServer::metadata(const Request &request) {
  Reply reply{.type = "text/plain", .from_metadata_server = true};
  if (request.flavor != "Google") return {.status = 403};
  if (request.path == "/computeMetadata/v1/project/project-id") {
    reply.body = identities_.project;
  } else if (request.path == "/computeMetadata/v1/universe/universe-domain") {
    reply.body = "googleapis.com";
  } else if (request.path == "/computeMetadata/v1/instance/service-accounts/default/token") {
    reply = issue("");
    reply.from_metadata_server = true;
  } else if (request.path != "/") {
    reply.status = 404;
  }
  return reply;
}

}  // namespace gemlive::simulator
