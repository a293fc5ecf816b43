// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "endpoint.hpp"

#include <gio/gio.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

#include "auth_headers.hpp"
#include "default_credential.hpp"
#include "glib_ptr.hpp"
#include "identity.hpp"
#include "loopback.hpp"
#include "text.hpp"

namespace gemlive {

namespace {

using auth::Identity;
using std::string_literals::operator""s;

constexpr const char *default_model = "gemini-3.8-live";
constexpr const char *unknown_project = "-";
constexpr const char *default_location = "us-central1";

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

bool is_graphic(const std::string &text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return g_ascii_isgraph(c); });
}

bool is_printable(const std::string &text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return g_ascii_isprint(c); });
}

bool made_of(std::string_view text, std::string_view punctuation) {
  for (const char c : text)
    if (!g_ascii_isalnum(c) && punctuation.find(c) == std::string_view::npos) return false;
  return true;
}

std::string project_in(const Environment &environment) {
  return first_of({}, environment, {"GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"});
}

/// Many machines have a project in the environment. It is a choice only where no key says
/// otherwise.
Service choose_service(const Config &config, const Environment &environment,
                       const Identity &identity) {
  if (*config.service != Service::automatic) return *config.service;
  if (!config.project->empty() || !config.credentials_file->empty()) return Service::vertex;
  const auto wants_vertex =
      first_of({}, environment, {"GOOGLE_GENAI_USE_ENTERPRISE", "GOOGLE_GENAI_USE_VERTEXAI"});
  const bool vertex = wants_vertex.empty() ? identity.key.empty() && !identity.is_ephemeral() &&
                                                 !project_in(environment).empty()
                                           : is_true(wants_vertex);
  return vertex ? Service::vertex : Service::developer;
}

/// Vertex's address of a project, or its absence in express mode (a key instead of a project).
struct VertexPlace {
  std::string project;
  std::string location;
  bool express() const { return project.empty(); }
};

/// What follows `kind` in a full model name, "projects/p/locations/l/...": the host has to fit it.
std::string part_of(const std::string &model, std::string_view kind) {
  const auto at = model.starts_with("projects/") ? model.find(kind) : std::string::npos;
  if (at == std::string::npos) return {};
  const auto start = at + kind.size();
  return model.substr(start, model.find('/', start) - start);
}

Result<VertexPlace> find_vertex_place(const Config &config, const Environment &environment,
                                      const std::string &model, Identity &identity) {
  if (identity.is_ephemeral())
    return bad_setting(
        "Vertex AI does not accept ephemeral tokens. Set service=developer, or set access-token to "
        "an "
        "OAuth token (gcloud auth print-access-token prints one)");
  auto project = *config.project, location = *config.location;
  if (project.empty()) project = part_of(model, "projects/");
  const bool express = project.empty() && identity.key_was_set && identity.token.empty();
  if (!express && project.empty()) project = project_in(environment);
  if (location.empty()) location = part_of(model, "/locations/");
  location = first_of(location, environment, {"GOOGLE_CLOUD_LOCATION"});
  if (!project.empty() && !identity.key_was_set) identity.key = {};
  if (identity.needs_default_credential()) {
    if (auto error = identity.find_default(config, environment)) return *error;
    if (project.empty() && identity.credential) project = identity.credential->project;
    if (project.empty() && identity.uses_metadata_server()) project = unknown_project;
  }
  const VertexPlace place{.project = project,
                          .location = location.empty() ? default_location : location};
  if (place.project.empty() && identity.key.empty())
    return bad_setting(
        "Vertex AI needs a project: set the property project or GOOGLE_CLOUD_PROJECT");
  if (!made_of(place.project, "-.:"))
    return bad_setting(
        "Property project (or GOOGLE_CLOUD_PROJECT) is not a project ID such as my-project-123456");
  if (!made_of(place.location, "-"))
    return bad_setting(
        "Property location (or GOOGLE_CLOUD_LOCATION) is not a location such as us-central1");
  return place;
}

std::string vertex_host(const VertexPlace &place, const std::string &domain) {
  if (place.express() || place.location == "global") return "aiplatform." + domain;
  if (place.location == "us" || place.location == "eu")
    return "aiplatform." + place.location + ".rep." + domain;
  return place.location + "-aiplatform." + domain;
}

/// `name` without the prefix of the other service, `models/` or `google/`.
std::string_view bare_model(std::string_view name) {
  for (const std::string_view prefix : {"models/", "google/"})
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return name;
}

/// Completes the names a, google/a and publisher/a as Google's Python SDK does.
std::string vertex_model(const std::string &name, const VertexPlace &place) {
  if (name.starts_with("projects/")) return name;
  std::string model(bare_model(name));
  if (!model.starts_with("publishers/")) {
    const auto slash = model.find('/');
    const auto publisher = slash == std::string::npos ? "google" : model.substr(0, slash);
    model = "publishers/" + publisher + "/models/" + model.substr(slash + 1);
  }
  if (place.express()) return model;
  return "projects/" + place.project + "/locations/" + place.location + "/" + model;
}

std::string developer_model(const std::string &name) {
  const auto bare = bare_model(name);
  return bare.find('/') == std::string_view::npos ? "models/" + std::string(bare) : name;
}

/// The URI is printed and logged, so it must not contain a secret.
bool holds_secret(GUri *uri) {
  const std::string query = "&"s + (g_uri_get_query(uri) ? g_uri_get_query(uri) : "");
  return g_uri_get_userinfo(uri) || query.find("&key=") != std::string::npos ||
         query.find("&access_token=") != std::string::npos;
}

/// The source of a value, for errors.
std::string source_of(const std::string &set, const char *property, const char *variable) {
  return set.empty() ? "Variable "s + variable : "Property "s + property;
}

/// The service's address with the user's `uri` applied.
struct Address {
  std::string url = {};
  bool loopback = false;
};

Result<Address> apply_uri(const std::string &name, const std::string &text,
                          const std::string &service_path) {
  ErrorPtr error;
  UriPtr uri(g_uri_parse(text.c_str(), G_URI_FLAGS_ENCODED, out(error)));
  const char *host = uri ? g_uri_get_host(uri.get()) : nullptr;
  if (!host || !*host || !is_graphic(text))
    return bad_setting(name + " is not a URI such as ws://127.0.0.1:8765");
  if (holds_secret(uri.get()))
    return bad_setting(name +
                       " contains a key, token or password. Set api-key or access-token instead");
  if (g_uri_get_fragment(uri.get()))
    return bad_setting(name + " must not contain a fragment (#...)");

  std::string scheme = g_uri_get_scheme(uri.get());
  if (scheme == "http") scheme = "ws";
  if (scheme == "https") scheme = "wss";
  Address address{.loopback = is_loopback(host)};
  if (scheme != "ws" && scheme != "wss")
    return bad_setting(name + " must begin with wss:// (or ws:// for this machine)");
  if (scheme == "ws" && !address.loopback)
    return bad_setting(name + " requests an unencrypted connection to " + std::string(host) +
                       ". Use wss://; ws:// is allowed only for this machine");

  // Keeps the text from the host on: parsing and reassembling could change it.
  const auto rest = std::string_view(text).substr(text.find("://"));
  const std::string_view path = g_uri_get_path(uri.get());
  if (path.find("BidiGenerateMusic") != path.npos)
    return bad_setting(name +
                       " names Google's music service (BidiGenerateMusic), which gemlive does not "
                       "support. Use a URI of the Live API (BidiGenerateContent)");
  if ((!path.empty() && path != "/") || g_uri_get_query(uri.get()))
    address.url = scheme + std::string(rest);
  else
    address.url = scheme + std::string(rest.substr(0, rest.size() - path.size())) + service_path;
  return address;
}

Error no_credential(Service service) {
  return {.kind = ErrorKind::not_authorized,
          .message =
              service == Service::vertex
                  ? "No credential for Vertex AI: run gcloud auth application-default login, or "
                    "set credentials-file, or access-token (gcloud auth print-access-token "
                    "prints one). If uri names a host outside Google, the gcloud login and "
                    "credentials-file also need allow-custom-endpoints=true. For the Gemini "
                    "Developer API, set api-key or GOOGLE_API_KEY instead"
                  : "No API key: set the property api-key or the environment variable "
                    "GOOGLE_API_KEY. For Vertex AI, set project or GOOGLE_CLOUD_PROJECT instead, "
                    "and run gcloud auth application-default login. To try without an account, "
                    "start gemlive-simulator and set uri=ws://127.0.0.1:8765"};
}

/// Headers of the upgrade, the connection and the sign-in cannot be set by the user.
std::optional<Error> check_headers(const Setting<Headers> &setting) {
  constexpr std::array<std::string_view, 12> ours = {
      "authorization", "connection",          "content-length",   "host",
      "cookie",        "proxy-authorization", "proxy-connection", "te",
      "trailer",       "transfer-encoding",   "upgrade",          "x-goog-api-key"};
  if (setting.is_set && setting->empty())
    return bad_setting("Property extra-headers contains no header. Write headers,x-tenant=blue");
  for (const auto &[name, value] : *setting) {
    const StrPtr lower(g_ascii_strdown(name.c_str(), -1));
    const std::string_view known = lower.get();
    if (name.empty() || !made_of(name, "-_.") || !is_printable(value.reveal()))
      return bad_setting("Property extra-headers contains an invalid header name or value: " +
                         text::excerpt(name, 64));
    if (std::ranges::count(ours, known) > 0 || known.starts_with("sec-websocket-"))
      return bad_setting("Property extra-headers cannot set " + name +
                         ": gemlive sets it. Use the credential properties to sign in");
  }
  return {};
}

void present(const Identity &identity, const Config &config, Endpoint &endpoint) {
  endpoint.headers = *config.extra_headers;
  endpoint.access_token = identity.token;
  endpoint.credential = identity.credential;
  std::ranges::copy(auth::fixed_headers(identity), std::back_inserter(endpoint.headers));
}

}  // namespace

Result<Endpoint> resolve_endpoint(const Config &config, const Environment &environment) {
  auto found = Identity::find(config, environment);
  if (!found) return found.error();
  Identity identity = std::move(*found);
  if (auto error = check_headers(config.extra_headers)) return *error;
  const std::string model = first_of(*config.model, environment, {"GEMLIVE_MODEL"});
  const std::string name = model.empty() ? default_model : model;
  if (!made_of(name, "-._/@:"))
    return bad_setting(source_of(*config.model, "model", "GEMLIVE_MODEL") +
                       " is not a model name such as " + default_model);
  if (!made_of(*config.api_version, ".-_"))
    return bad_setting("Property api-version is not a version such as v1beta");
  const auto domain = auth::universe_domain(config, environment);
  if (!made_of(domain, "-."))
    return bad_setting(
        "Property universe-domain (or GOOGLE_CLOUD_UNIVERSE_DOMAIN) is not a domain such as "
        "googleapis.com");

  Endpoint endpoint{.service = choose_service(config, environment, identity)};
  std::string host, path, version = *config.api_version;
  if (endpoint.service == Service::vertex) {
    auto place = find_vertex_place(config, environment, name, identity);
    if (!place) return place.error();
    host = vertex_host(*place, domain);
    endpoint.model = vertex_model(name, *place);
    endpoint.lacks_project = place->project == unknown_project;
    if (version.empty()) version = "v1beta1";
    path = "/ws/google.cloud.aiplatform." + version + ".LlmBidiService/BidiGenerateContent";
  } else {
    if (!config.credentials_file->empty())
      return bad_setting(
          "The Developer API does not accept credentials-file. Set service=vertex and "
          "project, or api-key");
    host = "generativelanguage." + domain;
    endpoint.model = developer_model(name);
    // Only v1alpha accepts ephemeral tokens.
    if (version.empty()) version = identity.is_ephemeral() ? "v1alpha" : "v1beta";
    path = "/ws/google.ai.generativelanguage." + version + ".GenerativeService.BidiGenerateContent";
    if (identity.is_ephemeral()) path += "Constrained";
  }

  Address address{.url = "wss://" + host + path};
  if (const auto uri = first_of(*config.uri, environment, {"GEMLIVE_URI"}); !uri.empty()) {
    auto given = apply_uri(source_of(*config.uri, "uri", "GEMLIVE_URI"), uri, path);
    if (!given) return given.error();
    address = *given;
  }
  if (identity.empty() && !address.loopback) return no_credential(endpoint.service);
  endpoint.url = address.url;
  present(identity, config, endpoint);
  return endpoint;
}

}  // namespace gemlive
