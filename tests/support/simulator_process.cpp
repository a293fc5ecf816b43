// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "simulator_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <simdjson.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace gemlive::test {

namespace {

constexpr auto first_line = "gemlive-simulator: listening on ";
constexpr auto second_line = "gemlive-simulator: signing in at ";
constexpr std::size_t wav_header = 44;

std::optional<ServerEvent> parse(const std::string &line) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view type;
  std::int64_t session = 0;
  ServerEvent event;
  if (parser.parse(line).get(root) || root["type"].get(type) || root["session"].get(session) ||
      root["time"].get(event.time))
    return {};
  event.session = static_cast<int>(session);
  event.type = type;
  event.json = line;
  return event;
}

/// Runs between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(char *const *arguments, pid_t parent, int log, int events) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(126);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(log, STDOUT_FILENO);
  if (events != 3)
    dup2(events, 3);
  else
    fcntl(3, F_SETFD, 0);
  execv(arguments[0], arguments);
  _exit(127);
}

/// Makes a pipe with both descriptors at 10 or above, so that dup2() to 1 and 3 overwrites neither.
void make_pipe(int (&ends)[2]) {
  int low[2];
  if (pipe2(low, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  for (int i = 0; i < 2; ++i) {
    ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 10);
    close(low[i]);
  }
}

}  // namespace

std::string ServerEvent::text(std::string_view member) const {
  simdjson::dom::parser parser;
  std::string_view value;
  return parser.parse(json)[member].get(value) ? std::string() : std::string(value);
}

std::int64_t ServerEvent::number(std::string_view member) const {
  simdjson::dom::parser parser;
  std::int64_t value = 0;
  return parser.parse(json)[member].get(value) ? 0 : value;
}

std::string ServerEvent::json_at(std::string_view pointer) const {
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  if (parser.parse(json).at_pointer(pointer).get(value)) return {};
  return simdjson::minify(value);
}

SimulatorProcess::SimulatorProcess(std::vector<std::string> arguments, std::string_view script) {
  const char *program = std::getenv("GEMLIVE_SIMULATOR");
  if (!program) throw std::runtime_error("GEMLIVE_SIMULATOR is not set: run through meson test");
  if (!script.empty()) {
    arguments.insert(arguments.end(), {"--script", folder_.write("script.json", script)});
  }
  const auto sign_in = std::ranges::find(arguments, "--sign-in");
  const bool signs_in = sign_in != arguments.end();
  if (signs_in) arguments.insert(sign_in + 1, folder_ / "sign-in");
  arguments.insert(arguments.begin(), {program, "--port", "0"});
  arguments.insert(arguments.end(),
                   {"--quiet", "--record", folder_.path(), "--events", "/dev/fd/3"});
  int log = -1;
  int events = -1;
  launch(arguments, log, events);
  reader_ = std::thread([this, events] { read_events(events); });
  read_uris(log, signs_in);
  if (uri_.empty()) {
    const int status = stop();
    reader_.join();
    throw std::runtime_error(std::string(program) + " does not start: status " +
                             std::to_string(status));
  }
}

void SimulatorProcess::launch(const std::vector<std::string> &arguments, int &log, int &events) {
  std::vector<char *> pointers;
  for (const auto &argument : arguments)
    pointers.push_back(const_cast<char *>(argument.c_str()));
  pointers.push_back(nullptr);
  int log_pipe[2];
  int events_pipe[2];
  make_pipe(log_pipe);
  make_pipe(events_pipe);
  const pid_t parent = getpid();
  child_ = fork();
  if (child_ == 0) become(pointers.data(), parent, log_pipe[1], events_pipe[1]);
  close(log_pipe[1]);
  close(events_pipe[1]);
  log = log_pipe[0];
  events = events_pipe[0];
}

void SimulatorProcess::read_uris(int log, bool sign_in) {
  const auto read_line = [log] {
    std::string line;
    char c = 0;
    while (read(log, &c, 1) == 1 && c != '\n')
      line += c;
    return line;
  };
  const auto line = read_line();
  if (line.rfind(first_line, 0) == 0) uri_ = line.substr(std::strlen(first_line));
  const auto second = sign_in ? read_line() : "";
  if (second.rfind(second_line, 0) == 0)
    sign_in_uri_ =
        second.substr(std::strlen(second_line), second.find(',') - std::strlen(second_line));
  close(log);  // no more output: --quiet
}

void SimulatorProcess::read_events(int descriptor) {
  FILE *file = fdopen(descriptor, "r");
  char *line = nullptr;
  std::size_t room = 0;
  for (ssize_t size = 0; (size = getline(&line, &room, file)) > 0;) {
    auto event = parse(std::string(line, static_cast<std::size_t>(size - 1)));
    const std::lock_guard lock(mutex_);
    if (event) events_.push_back(std::move(*event));
    more_.notify_all();
  }
  std::free(line);
  std::fclose(file);
  const std::lock_guard lock(mutex_);
  over_ = true;
  more_.notify_all();
}

SimulatorProcess::~SimulatorProcess() {
  stop();
  if (reader_.joinable()) reader_.join();
}

int SimulatorProcess::stop() {
  if (child_ < 0) return status_;
  kill(child_, SIGTERM);
  int status = 0;
  while (waitpid(child_, &status, 0) < 0 && errno == EINTR)
    continue;
  child_ = -1;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return status_;
}

int SimulatorProcess::wait_exit() {
  const auto has_ended = [this] {
    siginfo_t info = {};
    return waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
  };
  if (child_ >= 0) wait_until(has_ended);
  return stop();
}

int SimulatorProcess::port() const {
  return std::atoi(uri_.c_str() + uri_.rfind(':') + 1);
}

std::optional<ServerEvent> SimulatorProcess::wait_event(const Predicate &wanted, std::size_t skip,
                                                        std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  std::unique_lock lock(mutex_);
  for (std::size_t next = 0;;) {
    for (; next < events_.size(); ++next) {
      if (wanted(events_[next]) && skip-- == 0) return events_[next];
    }
    if (over_ || more_.wait_until(lock, end) == std::cv_status::timeout) {
      if (next == events_.size()) return {};
    }
  }
}

std::optional<ServerEvent> SimulatorProcess::wait_event(std::string_view type, std::size_t skip,
                                                        std::chrono::milliseconds deadline) {
  return wait_event([type](const ServerEvent &event) { return event.type == type; }, skip,
                    deadline);
}

std::vector<ServerEvent> SimulatorProcess::events() {
  const std::lock_guard lock(mutex_);
  return events_;
}

std::vector<ServerEvent> SimulatorProcess::take_events() {
  const std::lock_guard lock(mutex_);
  return std::exchange(events_, {});
}

std::size_t SimulatorProcess::count(std::string_view type) {
  std::size_t count = 0;
  for (const auto &event : events())
    count += event.type == type;
  return count;
}

std::ifstream SimulatorProcess::open_recording(int number, const char *what) const {
  std::ifstream file(folder_ / ("session-" + std::to_string(number) + '-' + what + ".wav"),
                     std::ios::binary);
  file.ignore(wav_header);
  return file;
}

std::vector<std::byte> SimulatorProcess::recording(int number, const char *what) const {
  auto file = open_recording(number, what);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  const auto *data = reinterpret_cast<const std::byte *>(bytes.data());
  return {data, data + bytes.size()};
}

}  // namespace gemlive::test
