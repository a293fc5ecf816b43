// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "replay.hpp"

#include <chrono>
#include <utility>

#include "event_log.hpp"
#include "json_string.hpp"

namespace gemlive::simulator {
namespace {

using namespace std::chrono_literals;

/// How long another connection may follow one that the server ended.
constexpr auto linger = 3s;
/// How long a recorded connection may take to come.
constexpr auto linger_for_recorded = 60s;
constexpr int differs = 2;  // exit status

std::string counted(std::size_t count, const std::string &what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

}  // namespace

std::optional<Error> Replay::load(std::string_view text) {
  auto recording = Recording::read(text);
  if (!recording) return recording.error();
  recording_ = std::move(*recording);
  return {};
}

void Replay::on_over(std::function<void()> over) {
  over_ = std::move(over);
  end_in(linger_for_recorded);
}

const Recording::Connection *Replay::begin(int session) {
  linger_.stop();
  ++open_;
  if (begun_ < recording_.connections.size()) return &recording_.connections[begun_++];
  report(session, "The recording has only " + counted(recording_.connections.size(), "connection") +
                      ", this is another");
  return nullptr;
}

void Replay::end() {
  --open_;
  if (open_ > 0) return;
  const bool is_last = begun_ == recording_.connections.size();
  const bool is_closed = recording_.connections.back().is_closed;
  end_in(!is_last ? linger_for_recorded : is_closed ? linger : 0s);
}

void Replay::end_in(std::chrono::seconds delay) {
  linger_.start(delay, [this] {
    if (over_) over_();
  });
}

std::string Replay::without_secrets(std::string_view message) {
  std::string text;
  placeholders_.append(message, text);
  return text;
}

void Replay::report(int session, const std::string &difference) {
  ++differences_;
  event_log_.print(session, "differs: " + difference);
  event_log_.write(session, "difference", "\"text\":" + json::quoted(difference));
}

int Replay::finish() {
  const auto all = recording_.connections.size();
  while (begun_ < all) {
    ++begun_;
    report(0, "Connection " + std::to_string(begun_) + " of the recording did not come");
  }
  event_log_.print("replayed " + counted(all, "connection") + ": " +
                   (differences_ == 0 ? "no difference" : counted(differences_, "difference")));
  event_log_.write(0, "replayed",
                   "\"connections\":" + std::to_string(all) +
                       ",\"differences\":" + std::to_string(differences_));
  return differences_ == 0 ? 0 : differs;
}

}  // namespace gemlive::simulator
