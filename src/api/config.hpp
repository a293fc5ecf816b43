// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "secret.hpp"

namespace gemlive {

enum class Service { automatic, developer, vertex };
enum class ActivityDetection { automatic, manual };
enum class Sensitivity { server_default, low, high };
enum class ActivityHandling { server_default, interrupt, no_interruption };
enum class TurnCoverage { server_default, only_activity, all_input, audio_activity_and_all_video };
enum class TextMode { automatic, realtime, content };
enum class TextTurns { automatic, buffer, line, stream };
enum class Pacing { clock, none };
enum class Gaps { gap, silence };
/// HTTP header names and values. Values may be secrets.
using Headers = std::vector<std::pair<std::string, Secret>>;
enum class OnInterrupt { discard, flush, keep };
enum class Resend { unanswered, none };
enum class Captions { pieces, lines };

/// One setting: the default value, or the value that the user set.
template <typename T>
struct Setting {
  T value = {};
  bool is_set = false;

  void set(T to) {
    value = std::move(to);
    is_set = true;
  }
  const T &operator*() const { return value; }
  const T *operator->() const { return &value; }
  bool operator==(const Setting &) const = default;
};

/// The user's settings. The names in each() are the property names. Initial values are the defaults
/// of the properties, except that an empty uri, model or location stands for a default that the
/// session chooses by service (session/endpoint). A value: one thread at a time.
struct Config {
  using ms = std::chrono::milliseconds;

  // Service, address and credentials
  Setting<Service> service = {Service::automatic};
  Setting<std::string> uri = {};
  Setting<std::string> api_version = {};
  Setting<std::string> model = {};
  Setting<std::string> project = {};
  Setting<std::string> location = {};
  Setting<Secret> api_key = {};
  Setting<Secret> access_token = {};
  Setting<std::string> credentials_file = {};
  Setting<std::string> universe_domain = {};
  Setting<bool> allow_custom_endpoints = {false};
  Setting<bool> allow_executable_credentials = {false};
  Setting<Headers> extra_headers = {};
  Setting<Secret> proxy = {};  // may contain a password
  Setting<std::string> tls_ca_file = {};

  // Content of the setup message
  Setting<std::string> voice = {};
  Setting<std::string> language_code = {};
  Setting<std::string> system_instruction = {};
  Setting<double> temperature = {-1.0};
  Setting<bool> input_transcription = {false};
  Setting<bool> output_transcription = {false};
  Setting<std::string> tools = {};
  Setting<std::string> setup = {};
  Setting<ActivityDetection> activity_detection = {ActivityDetection::automatic};
  Setting<Sensitivity> start_sensitivity = {Sensitivity::server_default};
  Setting<Sensitivity> end_sensitivity = {Sensitivity::server_default};
  Setting<int> prefix_padding = {-1};    // ms, -1: the server's default
  Setting<int> silence_duration = {-1};  // ms, -1: the server's default
  Setting<ActivityHandling> activity_handling = {ActivityHandling::server_default};
  Setting<TurnCoverage> turn_coverage = {TurnCoverage::server_default};
  Setting<bool> context_compression = {false};
  Setting<TextMode> text_mode = {TextMode::automatic};
  Setting<bool> session_resumption = {true};
  Setting<ReadableSecret> resumption_handle = {};  // from an earlier conversation

  // Behaviour of the elements and of the session
  Setting<Pacing> pacing = {Pacing::clock};
  Setting<ms> latency = {ms(100)};
  Setting<ms> buffer_duration = {ms(20)};
  Setting<ms> chunk_duration = {ms(40)};
  Setting<ms> max_backlog = {ms(10000)};
  Setting<ms> input_pause = {ms(500)};  // 0: off
  Setting<TextTurns> text_turns = {TextTurns::automatic};
  Setting<ms> picture_interval = {ms(1000)};
  Setting<Gaps> gaps = {Gaps::silence};
  Setting<OnInterrupt> on_interrupt = {OnInterrupt::discard};
  Setting<ms> max_lag = {ms(0)};  // 0: no limit
  Setting<Captions> captions = {Captions::pieces};
  Setting<unsigned> caption_width = {42};
  Setting<Resend> resend = {Resend::unanswered};
  Setting<ms> tool_timeout = {ms(30000)};  // 0: no limit
  Setting<bool> refuse_unknown_tools = {true};
  Setting<ms> eos_timeout = {ms(20000)};
  Setting<unsigned> max_turns = {0};  // 0: no limit
  Setting<ms> connect_timeout = {ms(10000)};
  Setting<int> max_retries = {5};                   // consecutive; 0: no retries, -1: no limit
  Setting<ms> connection_lifetime = {ms(540'000)};  // 0: no limit
  Setting<ms> turn_timeout = {ms(30000)};           // 0: no limit
  Setting<ms> idle_timeout = {ms(0)};               // 0: no limit
  Setting<ms> max_session_duration = {ms(0)};       // 0: no limit
  Setting<ms> keepalive_interval = {ms(10000)};     // 0: no pings
  Setting<std::string> capture_location = {};

  /// Calls visit(name, pointer to member) for every setting.
  template <typename Visit>
  static void each(Visit &&visit) {
    visit("service", &Config::service);
    visit("uri", &Config::uri);
    visit("api-version", &Config::api_version);
    visit("model", &Config::model);
    visit("project", &Config::project);
    visit("location", &Config::location);
    visit("api-key", &Config::api_key);
    visit("access-token", &Config::access_token);
    visit("credentials-file", &Config::credentials_file);
    visit("universe-domain", &Config::universe_domain);
    visit("allow-custom-endpoints", &Config::allow_custom_endpoints);
    visit("allow-executable-credentials", &Config::allow_executable_credentials);
    visit("extra-headers", &Config::extra_headers);
    visit("proxy", &Config::proxy);
    visit("tls-ca-file", &Config::tls_ca_file);
    visit("voice", &Config::voice);
    visit("language-code", &Config::language_code);
    visit("system-instruction", &Config::system_instruction);
    visit("temperature", &Config::temperature);
    visit("input-transcription", &Config::input_transcription);
    visit("output-transcription", &Config::output_transcription);
    visit("tools", &Config::tools);
    visit("setup", &Config::setup);
    visit("activity-detection", &Config::activity_detection);
    visit("start-sensitivity", &Config::start_sensitivity);
    visit("end-sensitivity", &Config::end_sensitivity);
    visit("prefix-padding", &Config::prefix_padding);
    visit("silence-duration", &Config::silence_duration);
    visit("activity-handling", &Config::activity_handling);
    visit("turn-coverage", &Config::turn_coverage);
    visit("context-compression", &Config::context_compression);
    visit("text-mode", &Config::text_mode);
    visit("session-resumption", &Config::session_resumption);
    visit("resumption-handle", &Config::resumption_handle);
    visit("pacing", &Config::pacing);
    visit("latency", &Config::latency);
    visit("buffer-duration", &Config::buffer_duration);
    visit("chunk-duration", &Config::chunk_duration);
    visit("max-backlog", &Config::max_backlog);
    visit("input-pause", &Config::input_pause);
    visit("text-turns", &Config::text_turns);
    visit("picture-interval", &Config::picture_interval);
    visit("gaps", &Config::gaps);
    visit("on-interrupt", &Config::on_interrupt);
    visit("max-lag", &Config::max_lag);
    visit("captions", &Config::captions);
    visit("caption-width", &Config::caption_width);
    visit("resend", &Config::resend);
    visit("tool-timeout", &Config::tool_timeout);
    visit("refuse-unknown-tools", &Config::refuse_unknown_tools);
    visit("eos-timeout", &Config::eos_timeout);
    visit("max-turns", &Config::max_turns);
    visit("connect-timeout", &Config::connect_timeout);
    visit("max-retries", &Config::max_retries);
    visit("connection-lifetime", &Config::connection_lifetime);
    visit("turn-timeout", &Config::turn_timeout);
    visit("idle-timeout", &Config::idle_timeout);
    visit("max-session-duration", &Config::max_session_duration);
    visit("keepalive-interval", &Config::keepalive_interval);
    visit("capture-location", &Config::capture_location);
  }

  /// Copies the settings that are set in `other`. If both have set the same setting to different
  /// values, changes nothing and returns the name of the first such setting.
  std::optional<std::string_view> merge(const Config &other) {
    std::optional<std::string_view> conflict;
    each([&](std::string_view name, auto member) {
      const auto &mine = this->*member;
      const auto &theirs = other.*member;
      if (!conflict && mine.is_set && theirs.is_set && !(*mine == *theirs)) conflict = name;
    });
    if (conflict) return conflict;
    each([&](std::string_view, auto member) {
      if ((other.*member).is_set) this->*member = other.*member;
    });
    return std::nullopt;
  }

  /// The name of the first setting that is set in `other` and has another value here.
  std::optional<std::string_view> differs_from(const Config &other) const {
    std::optional<std::string_view> difference;
    each([&](std::string_view name, auto member) {
      const auto &theirs = other.*member;
      if (!difference && theirs.is_set && !(*(this->*member) == *theirs)) difference = name;
    });
    return difference;
  }

  bool operator==(const Config &) const = default;
};

}  // namespace gemlive
