// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "wait.hpp"

namespace gemlive::test {

/// One line of the simulator's --events (docs/simulator.md).
struct ServerEvent {
  std::int64_t time = 0;  // CLOCK_MONOTONIC, us
  int session = 0;
  std::string type = {};
  std::string json = {};  // the whole line

  std::string text(std::string_view member) const;      // empty: there is none
  std::int64_t number(std::string_view member) const;   // 0: there is none
  std::string json_at(std::string_view pointer) const;  // compact; RFC 6901: "/setup/model"
};

/// A gemlive-simulator of one's own: the program that GEMLIVE_SIMULATOR names, at a port of its
/// own, with a folder of its own. Stopped by the destructor; it dies also with the thread that
/// started it. Any thread, except construction and destruction.
class SimulatorProcess {
 public:
  /// Throws std::runtime_error where the simulator cannot be started. `script` is JSON text.
  /// "--sign-in" is given without a folder: it gets one.
  explicit SimulatorProcess(std::vector<std::string> arguments = {}, std::string_view script = {});
  ~SimulatorProcess();
  SimulatorProcess(const SimulatorProcess &) = delete;
  SimulatorProcess &operator=(const SimulatorProcess &) = delete;

  const std::string &uri() const { return uri_; }  // ws://127.0.0.1:<port>
  int port() const;
  const std::string &sign_in_uri() const { return sign_in_uri_; }  // http://127.0.0.1:<port>
  std::string credentials(const std::string &file) const { return folder_ + "/sign-in/" + file; }
  pid_t pid() const { return child_; }

  using Predicate = std::function<bool(const ServerEvent &)>;
  /// The first event for which `wanted` holds, from the `skip`th such on; nullopt after `deadline`.
  std::optional<ServerEvent> wait_event(const Predicate &wanted, std::size_t skip = 0,
                                        std::chrono::milliseconds deadline = patience);
  std::optional<ServerEvent> wait_event(std::string_view type, std::size_t skip = 0,
                                        std::chrono::milliseconds deadline = patience);
  /// All so far. They come by a way of their own, so what a client has seen may not be in yet: wait
  /// for an event that comes later ("closed") before counting.
  std::vector<ServerEvent> events();
  std::size_t count(std::string_view type);
  /// As events(), and forgets them: for hours.
  std::vector<ServerEvent> take_events();

  /// What was recorded of session `number`, without the WAV header; complete after its "closed".
  std::vector<std::byte> heard(int number = 1) const { return recording(number, "heard"); }
  /// The same, to be read piece by piece.
  std::ifstream open_heard(int number) const { return open_recording(number, "heard"); }
  std::vector<std::byte> said(int number = 1) const { return recording(number, "said"); }
  const std::string &folder() const { return folder_; }

  /// SIGTERM and wait; the exit status, or minus the signal that killed it. The destructor does it.
  int stop();

 private:
  void launch(const std::vector<std::string> &arguments, int &log, int &events);
  void read_uris(int log, bool sign_in);
  void read_events(int descriptor);
  std::ifstream open_recording(int number, const char *what) const;
  std::vector<std::byte> recording(int number, const char *what) const;

  std::string folder_;
  std::string uri_;
  std::string sign_in_uri_;
  pid_t child_ = -1;
  int status_ = 0;
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<ServerEvent> events_;
  bool over_ = false;  // no more events will come
  std::thread reader_;
};

}  // namespace gemlive::test
