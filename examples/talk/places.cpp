// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "places.hpp"

#include <glib/gstdio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "problem.hpp"
#include "quoted.hpp"

namespace gemlive::talk {
namespace {

struct Format {
  const char *extension;
  const char *elements;
};

constexpr std::array<Format, 7> formats = {{{".wav", "wavenc"},
                                            {".ogg", "opusenc ! oggmux"},
                                            {".opus", "opusenc ! oggmux"},
                                            {".flac", "flacenc"},
                                            {".mp3", "lamemp3enc"},
                                            {".raw", ""},
                                            {".pcm", ""}}};

const Format *format_of(const std::string &file) {
  const StrPtr lower(g_ascii_strdown(file.c_str(), -1));
  const auto found = std::find_if(formats.begin(), formats.end(), [&](const Format &format) {
    return g_str_has_suffix(lower.get(), format.extension);
  });
  return found == formats.end() ? nullptr : &*found;
}

constexpr auto raw = "audio/x-raw,format=S16LE,rate=24000,channels=1";
constexpr auto devices_help = "Run gemlive-talk --list-devices for the names of devices.";

Place input_place(const Options &options, Places &places) {
  const auto &name = options.input;
  if (name == "-") return Place::Pipe;
  if (name.empty()) return options.text.empty() ? Place::Device : Place::Typed;
  if (g_file_test(name.c_str(), G_FILE_TEST_IS_DIR))
    throw Problem("--input: " + name + " is a folder.", "Name a file in it.");
  if (g_file_test(name.c_str(), G_FILE_TEST_EXISTS)) {
    if (g_access(name.c_str(), R_OK) == 0) return Place::File;
    throw Problem("--input: " + name + " cannot be read: " + g_strerror(errno) + ".",
                  "Change its permissions, or name another file.");
  }
  places.devices = std::make_shared<Devices>();
  if (places.devices->find(Side::Input, name)) return Place::Device;
  if (name.find('/') != std::string::npos || format_of(name))
    throw Problem("--input: there is no file " + name + ".", "Check the path.");
  throw Problem("--input: there is no file, and not one device, with the name \"" + name + "\".",
                devices_help);
}

Place output_place(const Options &options, Places &places) {
  const auto &name = options.output;
  if (name.empty()) return Place::Device;
  if (name == "-") return Place::Pipe;
  if (format_of(name)) return Place::File;
  if (!places.devices) places.devices = std::make_shared<Devices>();
  if (places.devices->find(Side::Output, name)) return Place::Device;
  throw Problem(
      "--output: \"" + name + "\" is neither a device nor a file of a known format.",
      "Name a file with .wav, .ogg, .opus, .flac, .mp3 or .raw. " + std::string(devices_help));
}

/// The answer would replace the question before it is read.
void check_not_same(const std::string &input, const std::string &output) {
  std::error_code none;
  if (std::filesystem::is_regular_file(input, none) &&
      std::filesystem::equivalent(input, output, none))
    throw Problem("--output: " + output + " is the file of --input.", "Name another file.");
}

void check_folder(const std::string &file) {
  const StrPtr folder(g_path_get_dirname(file.c_str()));
  if (g_access(folder.get(), W_OK) != 0)
    throw Problem("--output: " + file + " cannot be written: " + g_strerror(errno) + ".",
                  "Name a file in a folder that you can write to.");
}

bool is_known_format(const std::string &magic) {
  return magic == "RIFF" || magic == "OggS" || magic == "fLaC";
}

std::string read_first_bytes() {
  if (isatty(STDIN_FILENO))
    std::fputs(
        "gemlive-talk waits for audio on its standard input, such as: --input - < question.wav\n",
        stderr);
  std::string bytes;
  char byte;
  while (bytes.size() < 4) {
    const auto count = read(STDIN_FILENO, &byte, 1);
    if (count == 1) bytes += byte;
    if (count == 0 || (count < 0 && errno != EINTR)) break;
  }
  if (bytes.empty())
    throw Problem("The standard input is empty.",
                  "Send it audio, such as: --input - < question.wav");
  return bytes;
}

}  // namespace

Places find_places(const Options &options) {
  Places places;
  places.input = input_place(options, places);
  places.output = output_place(options, places);
  if (places.output == Place::Pipe && isatty(STDOUT_FILENO))
    throw Problem(
        "--output -: the standard output is a terminal, which would get raw audio.",
        "Send it to a program or a file, such as: --output - | aplay -t raw -f S16_LE -r 24000");
  if (places.output == Place::File) check_folder(options.output);
  if (places.output == Place::File && places.input == Place::File)
    check_not_same(options.input, options.output);
  if (places.has_device() && !places.devices) places.devices = std::make_shared<Devices>();
  return places;
}

std::string describe_input(const Options &options, const Places &places, std::string &first_bytes) {
  if (places.input == Place::File)
    return "filesrc location=" + quoted(options.input) +
           " ! decodebin name=decoder ! audioconvert name=decoded";
  if (places.input != Place::Pipe) return "";
  first_bytes = read_first_bytes();
  if (is_known_format(first_bytes))
    return "fdsrc fd=0 name=stdin ! decodebin name=decoder ! audioconvert name=decoded";
  return "fdsrc fd=0 name=stdin ! rawaudioparse use-sink-caps=false format=pcm pcm-format=s16le "
         "sample-rate=16000 num-channels=1";
}

std::string describe_output(const Options &options, const Places &places) {
  const std::string convert = "audioconvert ! audioresample ! ";
  if (places.output == Place::Pipe)
    return convert + raw + " ! fdsink fd=1 name=written sync=false async=false";
  if (places.output != Place::File) return "";
  std::string text = convert;
  const std::string elements = format_of(options.output)->elements;
  // An encoder negotiates its own rate.
  if (elements.empty() || elements == "wavenc") text += std::string(raw) + " ! ";
  if (!elements.empty()) text += elements + " ! ";
  return text + "filesink name=written sync=false async=false location=" + quoted(options.output);
}

}  // namespace gemlive::talk
