// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "default_credential.hpp"

#include <glib.h>

#include "credential_file.hpp"
#include "glib_ptr.hpp"
#include "small_file.hpp"
#include "text.hpp"

namespace gemlive::auth {
namespace {

using Found = Result<std::shared_ptr<const Credential>>;

constexpr const char *metadata_address = "169.254.169.254";

FileRules rules(const Config &config, const Environment &environment) {
  return {.trust = {.universe_domain = universe_domain(config, environment),
                    .custom_endpoints = *config.allow_custom_endpoints},
          .executables = *config.allow_executable_credentials &&
                         environment("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES") == "1"};
}

/// The configuration folder of gcloud; empty if there is none.
std::string gcloud_folder(const Environment &environment) {
  const auto folder = environment("CLOUDSDK_CONFIG"), home = environment("HOME");
  if (!folder.empty()) return folder;
  return home.empty() ? "" : home + "/.config/gcloud";
}

/// The project from `gcloud config set project`.
std::string configured_project(const std::string &folder) {
  StrPtr name;
  if (!g_file_get_contents((folder + "/active_config").c_str(), out(name), nullptr, nullptr))
    name.reset(g_strdup("default"));
  using KeyFilePtr = Handle<GKeyFile, g_key_file_unref>;
  const KeyFilePtr file(g_key_file_new());
  const auto path = folder + "/configurations/config_" + g_strstrip(name.get());
  g_key_file_load_from_file(file.get(), path.c_str(), G_KEY_FILE_NONE, nullptr);
  const StrPtr project(g_key_file_get_string(file.get(), "core", "project", nullptr));
  return project ? project.get() : "";
}

Found read(const std::string &path, const std::string &source, const Config &config,
           const Environment &environment) {
  const auto content = read_small_file(path, source);
  if (!content) return content.error();
  auto credential = parse_credential(*content, text::excerpt(path) + " (" + source + ")",
                                     rules(config, environment));
  if (!credential) return credential.error();
  if (const auto folder = gcloud_folder(environment);
      credential->project.empty() && !folder.empty())
    credential->project = configured_project(folder);
  if (const auto quota = environment("GOOGLE_CLOUD_QUOTA_PROJECT"); !quota.empty())
    credential->quota_project = quota;
  const bool has_secret = std::holds_alternative<ServiceAccount>(credential->source) ||
                          std::holds_alternative<User>(credential->source);
  credential->is_exposed = has_secret && is_open_to_others(path);
  return std::make_shared<const Credential>(std::move(*credential));
}

Found metadata_server(const Config &config, const Environment &environment) {
  std::string host;
  const char *variable = nullptr;
  for (const char *name : {"GCE_METADATA_HOST", "GCE_METADATA_ROOT", "GCE_METADATA_IP"})
    if (host.empty()) host = environment(variable = name);
  if (host.empty()) host = metadata_address;
  if (!is_metadata_host(host) && !*config.allow_custom_endpoints)
    return Error{.kind = ErrorKind::bad_setting,
                 .message = std::string("The environment variable ") + variable + " is set to " +
                            text::excerpt(host, 64) +
                            ", which is not a known metadata server. Unset it, or set "
                            "allow-custom-endpoints=true"};
  return std::make_shared<const Credential>(
      Credential{.source = MetadataServer{.host = host},
                 .quota_project = environment("GOOGLE_CLOUD_QUOTA_PROJECT"),
                 .name = "the metadata server",
                 .identity = "metadata " + host});
}

}  // namespace

std::string universe_domain(const Config &config, const Environment &environment) {
  auto domain = *config.universe_domain;
  if (domain.empty()) domain = environment("GOOGLE_CLOUD_UNIVERSE_DOMAIN");
  return domain.empty() ? "googleapis.com" : domain;
}

Found find_default_credential(const Config &config, const Environment &environment) {
  if (!config.credentials_file->empty())
    return read(*config.credentials_file, "property credentials-file", config, environment);
  if (const auto path = environment("GOOGLE_APPLICATION_CREDENTIALS"); !path.empty())
    return read(path, "GOOGLE_APPLICATION_CREDENTIALS", config, environment);
  // Written by gcloud auth application-default login.
  const auto folder = gcloud_folder(environment);
  const auto well_known = folder + "/application_default_credentials.json";
  if (!folder.empty() && g_file_test(well_known.c_str(), G_FILE_TEST_EXISTS))
    return read(well_known, "gcloud's application default credentials", config, environment);
  if (is_true(environment("NO_GCE_CHECK"))) return std::shared_ptr<const Credential>();
  return metadata_server(config, environment);
}

}  // namespace gemlive::auth
