// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "identity.hpp"

#include "auth_headers.hpp"
#include "default_credential.hpp"
#include "token.hpp"
#include "trusted_url.hpp"

namespace gemlive::auth {
namespace {

Error unfit(const char *property) {
  return {.kind = ErrorKind::bad_setting,
          .message = std::string("Property ") + property +
                     " (or its environment variable) contains spaces or other characters that are "
                     "not part of a key. Set it without them"};
}

/// An OAuth token has more rights than a key, so it is only sent to other hosts on request.
bool is_allowed_at(const std::string &uri, const Config &config, const Environment &environment) {
  const Trust trust{.universe_domain = universe_domain(config, environment)};
  return uri.empty() || *config.allow_custom_endpoints || is_google_host(uri, trust);
}

}  // namespace

Result<Identity> Identity::find(const Config &config, const Environment &environment) {
  Identity identity{.key = *config.api_key,
                    .token = *config.access_token,
                    .key_was_set = !config.api_key->empty()};
  // Users set ephemeral tokens as api-key, too.
  if (gemlive::auth::is_ephemeral(identity.key) && identity.token.empty()) {
    identity.token = std::move(identity.key);
    identity.key = {};
    identity.key_was_set = false;
  }
  if (identity.empty() && config.credentials_file->empty()) {
    auto key = environment("GOOGLE_API_KEY");
    if (key.empty()) key = environment("GEMINI_API_KEY");
    (key.starts_with("auth_tokens/") ? identity.token : identity.key) = Secret(key);
  }
  if (!is_token_text(identity.token)) return unfit("access-token");
  if (identity.token.empty() && !is_token_text(identity.key)) return unfit("api-key");
  return identity;
}

bool Identity::is_ephemeral() const {
  return gemlive::auth::is_ephemeral(token);
}

bool Identity::uses_metadata_server() const {
  return credential && std::holds_alternative<MetadataServer>(credential->source);
}

std::optional<Error> Identity::find_default(const Config &config, const Environment &environment) {
  auto uri = *config.uri;
  if (uri.empty()) uri = environment("GEMLIVE_URI");
  if (!is_allowed_at(uri, config, environment)) {
    if (config.credentials_file->empty()) return {};
    return Error{
        .kind = ErrorKind::bad_setting,
        .message =
            "The host in uri is not Google's, so it gets no token from credentials-file. If you "
            "trust the host, set allow-custom-endpoints=true"};
  }
  auto found = find_default_credential(config, environment);
  if (!found) return found.error();
  credential = *found;
  return {};
}

}  // namespace gemlive::auth
