// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "temp_folder.hpp"

namespace gemlive::test {

/// A process that runs until the destructor ends it, or until it ends by itself.
class Running {
 public:
  using Variables = std::vector<std::pair<std::string, std::string>>;
  /// Its output goes to a file. Throws std::runtime_error.
  Running(const std::vector<std::string> &command, const Variables &variables,
          const std::string &output);
  ~Running();
  Running(const Running &) = delete;
  Running &operator=(const Running &) = delete;
  /// Waits for its end. Whether its exit status is 0.
  bool succeeds();
  void send_signal(int number);

 private:
  GSubprocess *process_;
};

enum class SoundSystem { PulseAudio, PipeWire };

/// A sound server of a test, without hardware: the loudspeaker "speaker", and "mic", whose monitor
/// is the microphone. They are the defaults. The destructor ends it. One thread.
class SoundServer {
 public:
  /// Throws std::runtime_error.
  explicit SoundServer(SoundSystem system);
  ~SoundServer();

  /// For programs that use it.
  Running::Variables variables() const;
  /// pactl with these words. Returns what it prints. Throws std::runtime_error if it fails.
  std::string control(const std::vector<std::string> &words) const;
  /// Loads a module. Returns its number, for unload().
  std::string load(const std::vector<std::string> &words) const;
  void unload(const std::string &module) const { control({"unload-module", module}); }

  void add_microphone();
  void remove_microphone() const { unload(microphone_); }
  void add_loudspeaker();
  void remove_loudspeaker() const { unload(loudspeaker_); }
  /// The microphone hears what the loudspeaker plays, always at the same delay: they are one
  /// device. module-loopback would change its delay when the machine is busy.
  void join_devices() const { set_default("sink", "mic"); }
  /// Sets the volume of all that is played now, for example to "-6dB".
  void set_volume(const std::string &volume) const;
  bool has_stream(const char *kind) const;  // "sink-inputs" or "source-outputs"
  bool is_playing_to(const std::string &sink) const { return uses("sink", "sink-inputs", sink); }
  bool is_recording_from(const std::string &source) const {
    return uses("source", "source-outputs", source);
  }

  /// Speaks S16LE mono at 16 kHz into the microphone. Returns at its end.
  void speak(const std::string &samples) const;
  /// Records from now on. `source`: "speaker.monitor" or "mic.monitor".
  void record(const std::string &source = "speaker.monitor");
  /// What was recorded so far: S16LE mono at 16 kHz.
  std::string recorded() const;
  void stop_recording() { recorder_.reset(); }

 private:
  void start(const std::vector<std::string> &command);
  void start_pulseaudio();
  void start_pipewire();
  std::string load_device(const std::string &name) const;
  void set_default(const std::string &kind, const std::string &name) const;
  bool uses(const std::string &kind, const char *streams, const std::string &device) const;
  bool succeeds(const std::vector<std::string> &words) const;

  TempFolder folder_;
  std::string socket_;
  std::vector<std::unique_ptr<Running>> servers_;
  std::unique_ptr<Running> recorder_;
  std::string microphone_, loudspeaker_;
};

/// Loud parts of S16LE mono: those of at least -40 dB in 20 ms. In ms.
int loud_duration(const std::string &samples, int rate = 16000);
/// Sum of the squares of S16LE samples, of full scale. Not 0.
double energy(const std::string &samples);

}  // namespace gemlive::test
