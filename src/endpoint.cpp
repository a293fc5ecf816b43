// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "endpoint.hpp"

#include <gio/gio.h>

#include <cstdlib>
#include <string_view>

#include "glib_ptr.hpp"

namespace gemlive {

namespace {

using std::string_literals::operator""s;

constexpr const char *default_model = "gemini-3.8-live";
constexpr const char *default_location = "us-central1";
constexpr const char *ephemeral_prefix = "auth_tokens/";

Error bad_setting(std::string message) {
  return {.kind = ErrorKind::bad_setting, .message = std::move(message)};
}

/// The first that is not empty.
std::string first_of(std::string value, const Environment &environment,
                     std::initializer_list<const char *> names) {
  for (auto name = names.begin(); value.empty() && name != names.end(); ++name)
    value = environment(*name);
  return value;
}

bool is_true(const std::string &value) {
  return value == "1" || g_ascii_strcasecmp(value.c_str(), "true") == 0;
}

bool made_of(std::string_view text, std::string_view punctuation) {
  for (const char c : text)
    if (!g_ascii_isalnum(c) && punctuation.find(c) == std::string_view::npos) return false;
  return true;
}

bool fits_a_header(const Secret &secret) {
  for (const char c : secret.reveal())
    if (!g_ascii_isgraph(c)) return false;
  return true;
}

/// Whom to present as, before it is known to whom.
struct Credential {
  Secret key;
  Secret token;
  bool key_was_set = false;  // by the property, not the environment

  bool empty() const { return key.empty() && token.empty(); }
  bool is_ephemeral() const { return token.reveal().starts_with(ephemeral_prefix); }
};

Credential find_credential(const Config &config, const Environment &environment) {
  Credential credential{.key = *config.api_key,
                        .token = *config.access_token,
                        .key_was_set = !config.api_key->empty()};
  if (credential.empty())
    credential.key = Secret(first_of("", environment, {"GOOGLE_API_KEY", "GEMINI_API_KEY"}));
  return credential;
}

Service choose_service(const Config &config, const Environment &environment) {
  if (*config.service != Service::automatic) return *config.service;
  if (!config.project->empty()) return Service::vertex;
  const bool vertex = is_true(
      first_of("", environment, {"GOOGLE_GENAI_USE_ENTERPRISE", "GOOGLE_GENAI_USE_VERTEXAI"}));
  return vertex ? Service::vertex : Service::developer;
}

/// Vertex's address of a project, or its absence in express mode (a key instead of a project).
struct VertexPlace {
  std::string project;
  std::string location;
  bool express() const { return project.empty(); }
};

Result<VertexPlace> find_vertex_place(const Config &config, const Environment &environment,
                                      Credential &credential) {
  const bool named = !config.project->empty();
  VertexPlace place{.project = first_of(*config.project, environment, {"GOOGLE_CLOUD_PROJECT"}),
                    .location = first_of(*config.location, environment, {"GOOGLE_CLOUD_LOCATION"})};
  if (place.location.empty()) place.location = default_location;
  if (credential.key_was_set && credential.token.empty() && !named) place.project.clear();
  if (place.project.empty() && credential.key.empty())
    return bad_setting(
        "Vertex AI needs a project: set the property project or GOOGLE_CLOUD_PROJECT");
  if (!place.express() && !credential.key_was_set) credential.key = {};
  if (!made_of(place.project, "-.:")) return bad_setting("Property project is not a project id");
  if (!made_of(place.location, "-"))
    return bad_setting("Property location is not a location such as us-central1");
  return place;
}

std::string vertex_host(const VertexPlace &place) {
  if (place.express() || place.location == "global") return "aiplatform.googleapis.com";
  if (place.location == "us" || place.location == "eu")
    return "aiplatform." + place.location + ".rep.googleapis.com";
  return place.location + "-aiplatform.googleapis.com";
}

/// live-api.md 1.3, as Google's Python SDK completes names.
std::string vertex_model(const std::string &name, const VertexPlace &place) {
  if (name.starts_with("projects/")) return name;
  std::string model = name;
  if (model.starts_with("models/")) model.erase(0, 7);
  if (model.starts_with("google/")) model.erase(0, 7);
  if (!model.starts_with("publishers/")) model.insert(0, "publishers/google/models/");
  if (place.express()) return model;
  return "projects/" + place.project + "/locations/" + place.location + "/" + model;
}

std::string developer_model(const std::string &name) {
  return name.find('/') == std::string::npos ? "models/" + name : name;
}

bool is_loopback(const char *host) {
  if (g_ascii_strcasecmp(host, "localhost") == 0) return true;
  GInetAddress *address = g_inet_address_new_from_string(host);
  const bool loopback = address && g_inet_address_get_is_loopback(address);
  g_clear_object(&address);
  return loopback;
}

bool is_google(std::string_view host) {
  return host == "googleapis.com" || host.ends_with(".googleapis.com");
}

/// What the user's `uri` makes of the service's own path. Sets `trusted_without` when the host is
/// not Google's, so that no credential is needed.
Result<std::string> apply_uri(const std::string &text, const std::string &path,
                              bool &trusted_without) {
  ErrorPtr error;
  UriPtr uri(g_uri_parse(text.c_str(), G_URI_FLAGS_HAS_PASSWORD, out(error)));
  if (!uri || !g_uri_get_host(uri.get()) || !*g_uri_get_host(uri.get()))
    return bad_setting("Property uri is not a URI such as ws://127.0.0.1:8765");
  if (g_uri_get_userinfo(uri.get()) || g_uri_get_fragment(uri.get()))
    return bad_setting(
        "Property uri must not hold a user, password or fragment; set api-key or access-token");

  const std::string host = g_uri_get_host(uri.get());
  std::string scheme = g_uri_get_scheme(uri.get());
  if (scheme == "http") scheme = "ws";
  if (scheme == "https") scheme = "wss";
  if (scheme != "ws" && scheme != "wss")
    return bad_setting("Property uri must begin with wss:// (or ws:// for this machine)");
  if (scheme == "ws" && !is_loopback(host.c_str()))
    return bad_setting("Property uri asks for an unencrypted connection to " + host +
                       "; use wss://, plain ws:// is for this machine only");
  trusted_without = !is_google(host);

  const std::string own_path = g_uri_get_path(uri.get());
  const char *query = g_uri_get_query(uri.get());
  const bool exact = (!own_path.empty() && own_path != "/") || query;
  const std::string bare = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const int port = g_uri_get_port(uri.get());
  std::string url = scheme + "://" + bare + (port < 0 ? ""s : ":" + std::to_string(port));
  url += exact ? own_path : path;
  if (query) url += "?"s + query;
  return url;
}

Error no_credential(Service service) {
  return {
      .kind = ErrorKind::not_authorized,
      .message = service == Service::vertex
                     ? "No credential for Vertex AI: set the property access-token (gcloud auth "
                       "print-access-token prints one)"
                     : "No API key: set the property api-key or the environment variable "
                       "GOOGLE_API_KEY; to try without an account, start gemlive-simulator and "
                       "set uri=ws://127.0.0.1:8765"};
}

void add_headers(const Credential &credential, Endpoint &endpoint) {
  if (!credential.token.empty()) {
    const char *kind = credential.is_ephemeral() ? "Token " : "Bearer ";
    endpoint.headers.push_back({"Authorization", Secret(kind + credential.token.reveal())});
  } else if (!credential.key.empty()) {
    endpoint.headers.push_back({"x-goog-api-key", credential.key});
  }
}

}  // namespace

Environment process_environment() {
  return [](const char *name) {
    const char *value = std::getenv(name);
    return std::string(value ? value : "");
  };
}

Result<Endpoint> resolve_endpoint(const Config &config, const Environment &environment) {
  Credential credential = find_credential(config, environment);
  if (!fits_a_header(credential.key) || !fits_a_header(credential.token))
    return bad_setting("Property "s + (credential.token.empty() ? "api-key" : "access-token") +
                       " (or its environment variable) holds spaces or other characters that no "
                       "key has; set it again without them");
  const std::string model = first_of(*config.model, environment, {"GEMLIVE_MODEL"});
  const std::string name = model.empty() ? default_model : model;
  if (!made_of(name, "-._/@:")) return bad_setting("Property model is not a model name");
  if (!made_of(*config.api_version, ".-_"))
    return bad_setting("Property api-version is not a version such as v1beta");

  Endpoint endpoint{.service = choose_service(config, environment)};
  std::string host, path, version = *config.api_version;
  if (endpoint.service == Service::vertex) {
    auto place = find_vertex_place(config, environment, credential);
    if (!place) return place.error();
    host = vertex_host(*place);
    endpoint.model = vertex_model(name, *place);
    if (version.empty()) version = "v1beta1";
    path = "/ws/google.cloud.aiplatform." + version + ".LlmBidiService/BidiGenerateContent";
  } else {
    host = "generativelanguage.googleapis.com";
    endpoint.model = developer_model(name);
    // Ephemeral tokens: live-api.md 2.7, "try v1alpha first"
    if (version.empty()) version = credential.is_ephemeral() ? "v1alpha" : "v1beta";
    path = "/ws/google.ai.generativelanguage." + version + ".GenerativeService.BidiGenerateContent";
    if (credential.is_ephemeral()) path += "Constrained";
  }

  const std::string uri = first_of(*config.uri, environment, {"GEMLIVE_URI"});
  bool trusted_without = false;
  if (uri.empty()) {
    endpoint.url = "wss://" + host + path;
  } else {
    auto url = apply_uri(uri, path, trusted_without);
    if (!url) return url.error();
    endpoint.url = *url;
  }
  if (credential.empty() && !trusted_without) return no_credential(endpoint.service);
  add_headers(credential, endpoint);
  return endpoint;
}

}  // namespace gemlive
