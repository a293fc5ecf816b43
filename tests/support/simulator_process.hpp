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

  std::string text(std::string_view member) const;      // empty if missing
  std::int64_t number(std::string_view member) const;   // 0 if missing
  std::string json_at(std::string_view pointer) const;  // compact; RFC 6901: "/setup/model"
};

/// A gemlive-simulator as a child process, with its own port and folder. GEMLIVE_SIMULATOR is the
/// path of the program. The destructor stops it; it also ends with the thread that started it.
/// Any thread, except construction and destruction.
class SimulatorProcess {
 public:
  /// Throws std::runtime_error if the simulator does not start. `script` is JSON text. Pass
  /// "--sign-in" without a folder: the constructor adds one.
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
  /// The first event that `wanted` accepts, after `skip` such events; nullopt after `deadline`.
  std::optional<ServerEvent> wait_event(const Predicate &wanted, std::size_t skip = 0,
                                        std::chrono::milliseconds deadline = patience);
  std::optional<ServerEvent> wait_event(std::string_view type, std::size_t skip = 0,
                                        std::chrono::milliseconds deadline = patience);
  /// All events so far. Events can arrive later than the client's data: before you count, wait for
  /// a later event ("closed").
  std::vector<ServerEvent> events();
  std::size_t count(std::string_view type);
  /// As events(), and removes them: for tests that run for hours.
  std::vector<ServerEvent> take_events();

  /// The recording of session `number`, without the WAV header; complete after its "closed".
  std::vector<std::byte> heard(int number = 1) const { return recording(number, "heard"); }
  /// The same as a stream.
  std::ifstream open_heard(int number) const { return open_recording(number, "heard"); }
  std::vector<std::byte> said(int number = 1) const { return recording(number, "said"); }
  const std::string &folder() const { return folder_.path(); }

  /// Sends SIGTERM and waits. Returns the exit status, or minus the number of the signal.
  int stop();

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
