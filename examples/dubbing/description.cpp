// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "description.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

namespace dubbing {
namespace {

/// Room for what is held back, at most a minute.
const std::string queue = "queue max-size-buffers=0 max-size-bytes=0 max-size-time=60000000000 ";

/// ns, of tsdemux. Nothing is played here. The interpreter hears the sound at the time of its
/// timestamps, without the latency: encoders send up to half a second of sound at once.
const std::string demuxer_latency = "700000000";

bool is_matroska(const std::string &output) {
  return output.ends_with(".mkv");
}

/// In quotation marks, as gst-launch-1.0 wants it.
std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string sink(const std::string &output) {
  if (output.starts_with("srt://"))
    return "srtsink wait-for-connection=false sync=false async=false uri=" + quoted(output);
  if (output.starts_with("udp://")) {
    const auto colon = output.rfind(':');
    return "udpsink sync=false async=false host=" + quoted(output.substr(6, colon - 6)) +
           " port=" + output.substr(colon + 1);
  }
  return "filesink async=false location=" + quoted(output);
}

std::string track(const std::string &from, const std::string &parser, const std::string &muxer) {
  return from + ". ! " + queue + "! " + parser + " ! " + muxer + ". ";
}

std::string describe_output(const std::string &output, const std::string &name,
                            const std::string &picture, const std::string &sound) {
  std::string text = picture.empty() ? "" : track("held-picture", picture, name);
  text += track("held-sound", sound, name) + track("voice", "aacparse", name);
  if (is_matroska(output))
    text += "captions. ! " + queue + "! " + name + ".subtitle_0 matroskamux name=" + name;
  else
    text += "mpegtsmux alignment=7 name=" + name;
  return text + " ! " + sink(output) + ' ';
}

std::string language_tag(const Options &options) {
  return "taginject tags=\"language-code=" + options.language + "\"";
}

std::string describe_interpreter(const Options &options) {
  return "gemlive name=interpreter resend=none max-lag=1500 captions=lines setup=" +
         quoted(R"({"generationConfig":{"translationConfig":{"targetLanguageCode":")" +
                options.language + R"("}}})") +
         " ! audioconvert ! audioresample ! audio/x-raw,rate=48000 ! voaacenc bitrate=96000 ! " +
         language_tag(options) + " ! tee name=voice ";
}

/// Whether an address such as srt://host:7001?mode=listener has one that can be.
bool has_port(const std::string &uri) {
  const auto address = without_query(uri);
  const auto digits = address.substr(address.rfind(':') + 1);
  const bool is_number = !digits.empty() && digits.size() <= 5 &&
                         digits.find_first_not_of("0123456789") == std::string::npos;
  return is_number && std::stoi(digits) >= 1 && std::stoi(digits) <= 65535;
}

std::string problem_of_output(const std::string &output) {
  if (is_address(output))
    return has_port(output) ? "" : without_query(output) + " needs a port, 1 to 65535";
  if (!output.ends_with(".ts") && !is_matroska(output))
    return "An --output is srt://, udp://, FILE.ts or FILE.mkv, not " + output;
  const auto folder = std::filesystem::path(output).parent_path();
  std::error_code ignored;
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    return "There is no folder " + folder.string();
  return "";
}

/// Also two names of one file.
bool are_same(const std::string &output, const std::string &other) {
  if (is_address(output) || is_address(other)) return output == other;
  std::error_code ignored;
  const auto path = [&](const std::string &file) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(file, ignored), ignored);
  };
  return std::filesystem::equivalent(output, other, ignored) || path(output) == path(other);
}

std::string problem_of_outputs(const std::vector<std::string> &outputs) {
  for (auto output = outputs.begin(); output != outputs.end(); ++output) {
    if (const auto problem = problem_of_output(*output); !problem.empty()) return problem;
    const auto before = std::find_if(outputs.begin(), output,
                                     [&](const auto &other) { return are_same(*output, other); });
    if (before != output)
      return "Two --output are the same: " + without_query(*before) + " and " +
             without_query(*output);
  }
  return "";
}

}  // namespace

bool is_address(const std::string &text) {
  return text.starts_with("srt://") || text.starts_with("udp://");
}

std::string without_query(const std::string &uri) {
  return uri.substr(0, uri.find('?'));
}

std::string problem_of(const Options &options) {
  constexpr int longest_delay = 30000;  // ms; half of what the queues hold
  if (!is_address(options.input) || options.outputs.empty())
    return "An INPUT with srt:// or udp:// and an --output are needed";
  if (!has_port(options.input)) return without_query(options.input) + " needs a port, 1 to 65535";
  if (const auto problem = problem_of_outputs(options.outputs); !problem.empty()) return problem;
  if (options.language.empty() || !std::ranges::all_of(options.language, [](unsigned char c) {
        return std::isalnum(c) || c == '-';
      }))
    return "--language is a code such as fr or pt-BR";
  if (options.delay < -1 || options.delay > longest_delay)
    return "--delay is from 0 to " + std::to_string(longest_delay);
  return "";
}

std::string parser_for(const std::string &media_type, int mpegversion) {
  if (media_type == "video/x-h264") return "h264parse config-interval=-1";
  if (media_type == "video/x-h265") return "h265parse config-interval=-1";
  if (media_type == "video/mpeg") return mpegversion == 4 ? "mpeg4videoparse" : "mpegvideoparse";
  if (media_type == "audio/mpeg") return mpegversion == 1 ? "mpegaudioparse" : "aacparse";
  if (media_type == "audio/x-ac3" || media_type == "audio/x-eac3") return "ac3parse";
  if (media_type == "audio/x-opus") return "opusparse";
  return "";
}

std::string describe_input(const std::string &uri) {
  const std::string source = uri.starts_with("srt://") ? "srtsrc" : "udpsrc";
  return source + " uri=" + quoted(uri) +
         " ! video/mpegts,systemstream=true ! tsdemux name=streams";
}

std::string describe_dubbing(const Options &options, const std::string &picture,
                             const std::string &sound) {
  std::string text;
  if (!picture.empty()) text += picture + " name=picture ! tee name=held-picture ";
  text += sound + " name=sound ! tee name=all-sound  all-sound. ! " + queue +
          "! tee name=held-sound  all-sound. ! " + queue +
          "! decodebin ! audioconvert ! audioresample ! "
          "audio/x-raw,format=S16LE,rate=16000,channels=1 ! clocksync name=speech ts-offset=-" +
          demuxer_latency + " ! " + describe_interpreter(options);
  bool has_captions = false;
  for (const auto &output : options.outputs)
    has_captions |= is_matroska(output);
  if (has_captions)
    text += "interpreter.output_transcript ! " + language_tag(options) + " ! tee name=captions ";
  for (std::size_t i = 0; i < options.outputs.size(); ++i)
    text += describe_output(options.outputs[i], "output-" + std::to_string(i), picture, sound);
  return text;
}

}  // namespace dubbing
