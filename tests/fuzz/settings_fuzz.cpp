// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Properties, one per line (`name: value`), up to the setup message and the URL. The result is
// strict JSON and a valid URL, or an error with a message. It never contains the API key.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "endpoint.hpp"
#include "require.hpp"
#include "strict_json.hpp"
#include "text.hpp"
#include "wire.hpp"

using namespace gemlive;
using test::require;

namespace {

constexpr std::string_view secret = "s3cr3t-k3y-0f-th3-us3r";

void check(const Error &error) {
  require(!error.message.empty(), "an error has a message");
  require(error.message.find(secret) == std::string::npos, "the message contains no secret");
  require(text::printable(error.message) == error.message, "the message is printable");
}

/// Puts the content into a file. Returns a value with its path: "@/proc/self/fd/3".
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
  if (rest.find(secret) != rest.npos) return 0;  // the input contains the secret itself
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
  require(endpoint->url.starts_with("ws://") || endpoint->url.starts_with("wss://"),
          "the URL is a WebSocket URL");
  require(endpoint->url.find(secret) == std::string::npos, "the URL contains no secret");
  const auto setup = wire::encode_setup(config, endpoint->model);
  if (!setup)
    check(setup.error());
  else
    require(test::is_json_object(*setup), "the setup is a JSON object");
  return 0;
}
