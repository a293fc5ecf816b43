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

#include "temp_folder.hpp"
#include "wait.hpp"

namespace gemlive::test {

/// One line of the simulator's --events (docs/simulator.md).
struct ServerEvent {
  std::int64_t time = 0;  // CLOCK_MONOTONIC, us
  int session = 0;
  std::string type = {};
  std::string json = {};  // the whole line

  std::string text(std::string_view member) const;      // empty: no such member
  std::int64_t number(std::string_view member) const;   // 0: no such member
  std::string json_at(std::string_view pointer) const;  // compact; RFC 6901: "/setup/model"
};

/// Runs the program that GEMLIVE_SIMULATOR names, with its own port and folder. The destructor
/// stops it. It also ends with the thread that started it. Construct and destroy on one thread;
/// other methods: any thread.
class SimulatorProcess {
 public:
  /// Throws std::runtime_error if the simulator cannot start. `script` is JSON text. "--sign-in"
  /// has no value here: the constructor adds a folder.
  explicit SimulatorProcess(std::vector<std::string> arguments = {}, std::string_view script = {});
  ~SimulatorProcess();
  SimulatorProcess(const SimulatorProcess &) = delete;
  SimulatorProcess &operator=(const SimulatorProcess &) = delete;

  const std::string &uri() const { return uri_; }  // ws://127.0.0.1:<port>
  int port() const;
  const std::string &sign_in_uri() const { return sign_in_uri_; }  // http://127.0.0.1:<port>
  std::string credentials(const std::string &file) const { return folder_ / ("sign-in/" + file); }
  pid_t pid() const { return child_; }

  using Predicate = std::function<bool(const ServerEvent &)>;
  /// Waits for an event that matches, after skipping `skip` matches. nullopt: deadline passed.
  std::optional<ServerEvent> wait_event(const Predicate &wanted, std::size_t skip = 0,
                                        std::chrono::milliseconds deadline = patience);
  std::optional<ServerEvent> wait_event(std::string_view type, std::size_t skip = 0,
                                        std::chrono::milliseconds deadline = patience);
  /// Returns all events so far. They can arrive later than the client's messages: wait for a later
  /// event ("closed") before counting.
  std::vector<ServerEvent> events();
  std::size_t count(std::string_view type);
  /// Like events(), and removes them. For long runs.
  std::vector<ServerEvent> take_events();

  /// Returns the received audio of session `number`. Complete after its event "closed".
  std::vector<std::byte> heard(int number = 1) const { return recording(number, "heard"); }
  /// The same, as a stream.
  std::ifstream open_heard(int number) const { return open_recording(number, "heard"); }
  std::vector<std::byte> said(int number = 1) const { return recording(number, "said"); }
  const std::string &folder() const { return folder_.path(); }

  /// Sends SIGTERM and waits. Returns the exit status, or minus the signal that ended the process.
  int stop();
  /// Waits until it ends by itself, as it does with --replay; stops it after the deadline.
  int wait_exit();

 private:
  void launch(const std::vector<std::string> &arguments, int &log, int &events);
  void read_uris(int log, bool sign_in);
  void read_events(int descriptor);
  std::ifstream open_recording(int number, const char *what) const;
  std::vector<std::byte> recording(int number, const char *what) const;

  TempFolder folder_;
  std::string uri_;
  std::string sign_in_uri_;
  pid_t child_ = -1;
  int status_ = 0;
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<ServerEvent> events_;
  bool over_ = false;  // there are no more events
  std::thread reader_;
};

}  // namespace gemlive::test
