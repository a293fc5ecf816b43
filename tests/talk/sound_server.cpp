// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sound_server.hpp"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "glib_ptr.hpp"
#include "read_file.hpp"
#include "samples.hpp"
#include "wait.hpp"

namespace gemlive::test {

namespace {

GSubprocess *spawn(const std::vector<std::string> &command, const Running::Variables &variables,
                   GSubprocessFlags flags, const char *output) {
  ObjectPtr<GSubprocessLauncher> launcher(g_subprocess_launcher_new(flags));
  if (output) g_subprocess_launcher_set_stdout_file_path(launcher.get(), output);
  for (const auto &[name, value] : variables)
    g_subprocess_launcher_setenv(launcher.get(), name.c_str(), value.c_str(), TRUE);
  std::vector<const char *> argv;
  for (const auto &word : command)
    argv.push_back(word.c_str());
  argv.push_back(nullptr);
  auto *process = g_subprocess_launcher_spawnv(launcher.get(), argv.data(), nullptr);
  if (!process) throw std::runtime_error("cannot run " + command[0]);
  return process;
}

}  // namespace

Running::Running(const std::vector<std::string> &command, const Variables &variables,
                 const std::string &output)
    : process_(spawn(command, variables, G_SUBPROCESS_FLAGS_STDERR_MERGE, output.c_str())) {}

Running::~Running() {
  g_subprocess_force_exit(process_);
  g_subprocess_wait(process_, nullptr, nullptr);
  g_object_unref(process_);
}

bool Running::succeeds() {
  return g_subprocess_wait_check(process_, nullptr, nullptr) == TRUE;
}

void Running::send_signal(int number) {
  g_subprocess_send_signal(process_, number);
}

SoundServer::SoundServer(SoundSystem system) {
  if (system == SoundSystem::PulseAudio)
    start_pulseaudio();
  else
    start_pipewire();
  if (!wait_until([this] { return succeeds({"info"}); })) throw std::runtime_error("no " + socket_);
  add_loudspeaker();
  add_microphone();
}

void SoundServer::start(const std::vector<std::string> &command) {
  servers_.push_back(std::make_unique<Running>(command, variables(), folder_ / command[0]));
}

void SoundServer::start_pulseaudio() {
  socket_ = folder_ / "native";
  const auto script = folder_.write(
      "default.pa", "load-module module-native-protocol-unix auth-anonymous=1 socket=" + socket_);
  start({"pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--system=no",
         "--use-pid-file=no", "--disable-shm=yes", "-F", script});
}

/// WirePlumber ends without a bus.
void SoundServer::start_pipewire() {
  socket_ = folder_ / "pulse/native";
  const auto bus = folder_ / "bus", pipewire = folder_ / "pipewire-0";
  start({"dbus-daemon", "--session", "--nofork", "--address=unix:path=" + bus});
  start({"pipewire"});
  wait_until([&] { return std::filesystem::exists(bus) && std::filesystem::exists(pipewire); });
  start({"wireplumber"});
  start({"pipewire-pulse"});
}

bool SoundServer::succeeds(const std::vector<std::string> &words) const {
  try {
    control(words);
    return true;
  } catch (const std::runtime_error &) {
    return false;
  }
}

SoundServer::~SoundServer() = default;

Running::Variables SoundServer::variables() const {
  return {{"XDG_RUNTIME_DIR", folder_.path()},
          {"HOME", folder_.path()},
          {"DBUS_SESSION_BUS_ADDRESS", "unix:path=" + folder_ / "bus"},
          {"PULSE_SERVER", "unix:" + socket_}};
}

std::string SoundServer::control(const std::vector<std::string> &words) const {
  std::vector<std::string> command{"pactl"};
  command.insert(command.end(), words.begin(), words.end());
  ObjectPtr<GSubprocess> process(
      spawn(command, variables(),
            static_cast<GSubprocessFlags>(G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                          G_SUBPROCESS_FLAGS_STDERR_PIPE),
            nullptr));
  StrPtr output, errors;
  g_subprocess_communicate_utf8(process.get(), nullptr, nullptr, out(output), out(errors), nullptr);
  if (!g_subprocess_get_successful(process.get()))
    throw std::runtime_error("pactl " + words[0] + ": " + (errors ? errors.get() : ""));
  return output ? output.get() : "";
}

std::string SoundServer::load(const std::vector<std::string> &words) const {
  std::vector<std::string> all{"load-module"};
  all.insert(all.end(), words.begin(), words.end());
  auto number = control(all);
  return number.substr(0, number.find('\n'));
}

/// With rewinds, an idle device is two seconds ahead, and takes them back for a new stream. Its
/// monitor has heard them already: in it, what plays then is missing.
std::string SoundServer::load_device(const std::string &name) const {
  return load({"module-null-sink", "sink_name=" + name, "rate=48000", "norewinds=1"});
}

/// PipeWire knows a new device a moment later.
void SoundServer::set_default(const std::string &kind, const std::string &name) const {
  const auto is_default = [&] {
    return succeeds({"set-default-" + kind, name}) &&
           control({"get-default-" + kind}) == name + '\n';
  };
  if (!wait_until(is_default)) throw std::runtime_error(name + " is not the default");
}

void SoundServer::add_microphone() {
  microphone_ = load_device("mic");
  set_default("source", "mic.monitor");
}

void SoundServer::add_loudspeaker() {
  loudspeaker_ = load_device("speaker");
  set_default("sink", "speaker");
}

void SoundServer::set_volume(const std::string &volume) const {
  std::istringstream streams(control({"list", "short", "sink-inputs"}));
  for (std::string line; std::getline(streams, line);)
    control({"set-sink-input-volume", line.substr(0, line.find('\t')), volume});
}

bool SoundServer::has_stream(const char *kind) const {
  return !control({"list", "short", kind}).empty();
}

/// The second column of a stream is the number of its device.
bool SoundServer::uses(const std::string &kind, const char *streams,
                       const std::string &device) const {
  std::string number, name, wanted, used, line;
  std::istringstream devices(control({"list", "short", kind + 's'}));
  while (std::getline(devices, line) && std::istringstream(line) >> number >> name)
    if (name == device) wanted = number;
  std::istringstream all(control({"list", "short", streams}));
  while (std::getline(all, line) && std::istringstream(line) >> number >> used)
    if (used == wanted) return true;
  return false;
}

void SoundServer::speak(const std::string &samples) const {
  const TempFile file(wav(samples), ".wav");
  Running player({"paplay", "--device=mic", file.path()}, variables(), folder_ / "paplay.log");
  if (!player.succeeds()) throw std::runtime_error("paplay: " + read_file(folder_ / "paplay.log"));
}

void SoundServer::record(const std::string &source) {
  recorder_.reset();
  recorder_ = std::make_unique<Running>(
      std::vector<std::string>{"parec", "--device=" + source, "--format=s16le", "--rate=16000",
                               "--channels=1", "--latency-msec=50", "--raw"},
      variables(), folder_ / "recorded");
  wait_until([this] { return !recorded().empty(); });
}

std::string SoundServer::recorded() const {
  return read_file(folder_ / "recorded");
}

int loud_duration(const std::string &samples, int rate) {
  const auto step = static_cast<std::size_t>(rate / 50 * 2);
  int duration = 0;
  const double least = 1e-4 * rate / 50;
  for (std::size_t i = 0; i + step <= samples.size(); i += step)
    if (energy(samples.substr(i, step)) > least) duration += 20;
  return duration;
}

double energy(const std::string &samples) {
  double sum = 1e-6;
  for (std::size_t i = 0; i + 1 < samples.size(); i += 2) {
    std::int16_t sample;
    std::memcpy(&sample, samples.data() + i, 2);
    sum += sample / 32768.0 * (sample / 32768.0);
  }
  return sum;
}

}  // namespace gemlive::test
