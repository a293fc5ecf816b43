// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sources.hpp"

#include <glib.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "event_lines.hpp"
#include "session_log.hpp"
#include "sound_file.hpp"

namespace gemlive::timeline {
namespace {

constexpr const char *names[] = {"conversation.wav", "events.jsonl", "session.websocket.log"};

Error problem(const std::string &what) {
  return {ErrorKind::bad_setting, what};
}

/// A file in memory, as the system maps it.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::string &path) {
    GError *error = nullptr;
    auto *file = g_mapped_file_new(path.c_str(), FALSE, &error);
    if (file) return MappedFile(path, file);
    const std::string text = error->message;
    g_error_free(error);
    return problem("Cannot read " + path + ": " + text +
                   ". Give a file or folder of a recorded conversation");
  }
  const std::string &path() const { return path_; }
  std::string_view text() const {
    const auto *start = g_mapped_file_get_contents(file_.get());
    return start ? std::string_view(start, g_mapped_file_get_length(file_.get()))
                 : std::string_view();
  }

 private:
  struct Unref {
    void operator()(GMappedFile *file) const { g_mapped_file_unref(file); }
  };
  MappedFile(std::string path, GMappedFile *file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  std::unique_ptr<GMappedFile, Unref> file_;
};

struct Files {
  std::optional<MappedFile> sound = {}, events = {}, log = {};
};

/// Paths of files. A folder becomes the files of a recording that it has.
Result<std::vector<std::string>> expand(const std::vector<std::string> &paths) {
  std::vector<std::string> files;
  for (const auto &path : paths) {
    if (!g_file_test(path.c_str(), G_FILE_TEST_IS_DIR)) {
      files.push_back(path);
      continue;
    }
    const auto before = files.size();
    for (const auto *name : names) {
      const auto file = path + '/' + name;
      // An empty one says nothing: nothing happened before the recording ended.
      if (g_file_test(file.c_str(), G_FILE_TEST_IS_REGULAR)) files.push_back(file);
    }
    if (files.size() == before)
      return problem("The folder " + path +
                     " has no conversation.wav, events.jsonl or session.websocket.log. "
                     "Make one with gemlive-talk --record FOLDER");
  }
  return files;
}

std::optional<Error> sort(MappedFile file, Files &files) {
  const auto text = file.text();
  const auto first = text.find_first_not_of(" \t\r\n");
  const auto start = first == std::string_view::npos ? '\0' : text[first];
  auto *place = text.starts_with("RIFF")                           ? &files.sound
                : start == '{'                                     ? &files.events
                : first == 0 && (text[0] == '>' || text[0] == '<') ? &files.log
                                                                   : nullptr;
  if (!place)
    return problem(file.path() +
                   (text.empty() ? " is empty" : " is no recording of a conversation") +
                   ". Give a WAV file, lines of JSON (events.jsonl) or a .websocket.log");
  if (*place)
    return problem("Two files tell the same: " + (*place)->path() + " and " + file.path() +
                   ". Give the files of one conversation");
  *place = std::move(file);
  return std::nullopt;
}

std::optional<double> first_connection(const Model &model) {
  const auto found = std::ranges::find(model.marks, Mark::Kind::connected, &Mark::kind);
  return found == model.marks.end() ? std::nullopt : std::optional(found->at);
}

/// The log says how much input waited. Its times count from another moment.
void add_backlog(Model &model, const Model &log) {
  const auto here = first_connection(model), there = first_connection(log);
  if (!model.backlog.empty() || !here || !there) return;
  for (auto point : log.backlog) {
    point.at = std::max(0.0, point.at + *here - *there);
    if (point.at <= model.duration) model.backlog.push_back(point);
  }
}

Result<Model> read(const Files &files) {
  Sound sound;
  if (files.sound) {
    auto read = read_sound(files.sound->text(), files.sound->path());
    if (!read) return read.error();
    sound = std::move(*read);
  }
  if (files.events) {
    auto model = read_event_lines(files.events->text(), files.events->path(), std::move(sound.user),
                                  std::move(sound.model));
    if (model && files.log)
      if (const auto log = read_session_log(files.log->text(), files.log->path()))
        add_backlog(*model, *log);
    return model;
  }
  if (files.log) return read_session_log(files.log->text(), files.log->path());
  Model model{.user = std::move(sound.user), .model = std::move(sound.model)};
  model.duration = std::max(model.user.duration(), model.model.duration());
  model.notes.emplace_back(
      "Only the sound is known. With events.jsonl beside it, the picture has words and turns.");
  return model;
}

}  // namespace

Result<Sources> read_sources(const std::vector<std::string> &paths) {
  const auto expanded = expand(paths);
  if (!expanded) return expanded.error();
  Files files;
  for (const auto &path : *expanded) {
    auto file = MappedFile::open(path);
    if (!file) return file.error();
    if (const bool is_of_folder = std::ranges::find(paths, path) == paths.end();
        is_of_folder && file->text().empty())
      continue;
    if (const auto error = sort(std::move(*file), files)) return *error;
  }
  auto model = read(files);
  if (!model) return model.error();
  return Sources{.model = std::move(*model),
                 .sound = files.sound ? files.sound->path() : "",
                 .files = *expanded};
}

}  // namespace gemlive::timeline
