// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What a user may set, one property a line (`name: value`), through to the setup message and the
// URL: strict JSON and a clean URL come out, or an error that says something, and never a secret.

#include <simdjson.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "endpoint.hpp"
#include "text.hpp"
#include "wire.hpp"

using namespace gemlive;

namespace {

constexpr std::string_view secret = "s3cr3t-k3y-0f-th3-us3r";

void require(bool holds, const char *what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

bool is_json_object(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  return parser.parse(text.data(), text.size()).get(root) == simdjson::SUCCESS && root.is_object();
}

void check(const Error &error) {
  require(!error.message.empty(), "an error says something");
  require(error.message.find(secret) == std::string::npos, "and no secret");
  require(text::printable(error.message) == error.message, "and can be printed");
}

/// A value that begins with '@' is in a file; here that file, whatever its name is.
std::string in_a_file(std::string_view content) {
  static const int file = memfd_create("setting", 0);
  require(ftruncate(file, 0) == 0 && pwrite(file, content.data(), content.size(), 0) ==
                                         static_cast<ssize_t>(content.size()),
          "the file is written");
  return "@/proc/self/fd/" + std::to_string(file);
}

void set(Config &config, std::string_view name, std::string_view value) {
  Config::each([&](std::string_view known, auto member) {
    if (known != name) return;
    auto &setting = config.*member;
    const auto text = value.starts_with('@') ? in_a_file(value.substr(1)) : std::string(value);
    if constexpr (requires { setting.set(text); }) setting.set(text);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char *>(data), size);
  if (rest.find(secret) != rest.npos) return 0;  // who tells it need not be protected
  Config config;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto colon = line.find(": ");
    if (colon != line.npos) set(config, line.substr(0, colon), line.substr(colon + 2));
  }
  config.api_key.set(Secret(secret));
  const auto endpoint = resolve_endpoint(config, [](const char *) { return std::string(); });
  if (!endpoint) {
    check(endpoint.error());
    return 0;
  }
  require(endpoint->url.starts_with("ws://") || endpoint->url.starts_with("wss://"), "a URL");
  require(endpoint->url.find(secret) == std::string::npos, "without a secret");
  const auto setup = wire::encode_setup(config, endpoint->model);
  if (!setup)
    check(setup.error());
  else
    require(is_json_object(*setup), "the setup is strict JSON");
  return 0;
}
