// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Draws a conversation (README.md).

#include <glib.h>
#include <locale.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "html_page.hpp"
#include "sources.hpp"
#include "svg_picture.hpp"
#include "write_timeline.hpp"

namespace {

using gemlive::timeline::Sources;
namespace fs = std::filesystem;

// A page that can be sent as one file. Longer sound stays beside it: a mail or browser that takes
// hundreds of MiB of text in a page is rare.
constexpr std::size_t most_embedded = 16 << 20;

struct Arguments {
  bool is_page = false;
  std::string output = {};
  std::vector<std::string> files = {};
};

/// False: an error was printed.
bool read(Arguments &arguments, int argc, char **argv) {
  gboolean is_page = FALSE;
  char *output = nullptr;
  char **files = nullptr;
  const GOptionEntry entries[] = {
      {"html", 0, 0, G_OPTION_ARG_NONE, &is_page,
       "Make a page that plays the sound, with a line where it is", nullptr},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
       "Where to write; - is standard output (default timeline.svg or timeline.html here)", "FILE"},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, nullptr, nullptr},
      {}};
  auto *context = g_option_context_new("FILE...");
  g_option_context_set_summary(
      context,
      "Draws a conversation: who spoke when, the words, turns, interruptions, lost connections.\n\n"
      "FILE: a folder of gemlive-talk --record, or of its files: conversation.wav (the user left, "
      "the\n"
      "model right), events.jsonl (or a program's own lines of JSON), session.websocket.log.");
  g_option_context_add_main_entries(context, entries, nullptr);
  GError *error = nullptr;
  const bool parsed = g_option_context_parse(context, &argc, &argv, &error);
  g_option_context_free(context);
  if (!parsed || !files) {
    g_printerr("%s. Run gemlive-timeline --help\n",
               error ? error->message : "A FILE or folder is needed");
    g_clear_error(&error);
    return false;
  }
  arguments.is_page = is_page;
  arguments.output = output ? output : is_page ? "timeline.html" : "timeline.svg";
  for (auto **file = files; *file; ++file)
    arguments.files.emplace_back(*file);
  g_free(output);
  g_strfreev(files);
  return true;
}

/// A URL for the page: the sound itself, or the file's place as seen from the page.
std::string url_of(const std::string &sound, const std::string &page) {
  if (sound.empty()) return {};
  std::error_code ignored;
  if (fs::file_size(sound, ignored) <= most_embedded && !ignored) {
    char *content = nullptr;
    gsize size = 0;
    if (g_file_get_contents(sound.c_str(), &content, &size, nullptr)) {
      auto *encoded = g_base64_encode(reinterpret_cast<guchar *>(content), size);
      const auto url = std::string("data:audio/wav;base64,") + encoded;
      g_free(encoded);
      g_free(content);
      return url;
    }
  }
  const auto folder = page == "-" ? fs::current_path() : fs::absolute(page).parent_path();
  const auto place = fs::absolute(sound).lexically_relative(folder.lexically_normal());
  auto *escaped = g_uri_escape_string(place.c_str(), "/", FALSE);
  const std::string url = escaped;
  g_free(escaped);
  g_printerr(
      "The page plays %s, and does not contain it (%zu MiB is the limit). Keep both where they "
      "are.\n",
      sound.c_str(), most_embedded >> 20);
  return url;
}

bool write(const std::string &output, const Sources &sources, const std::string &content) {
  if (output == "-")
    return fwrite(content.data(), 1, content.size(), stdout) == content.size() &&
           fflush(stdout) == 0;
  std::error_code ignored;
  for (const auto &file : sources.files)
    if (fs::equivalent(file, output, ignored)) {
      g_printerr("%s is a file to read. Choose another one with --output\n", file.c_str());
      return false;
    }
  std::string error;
  if (gemlive::timeline::write_private_file(output, content, error)) return true;
  g_printerr("%s\n", error.c_str());
  return false;
}

}  // namespace

int main(int argc, char **argv) {
  setlocale(LC_ALL, "");
  Arguments arguments;
  if (!read(arguments, argc, argv)) return 2;
  const auto sources = gemlive::timeline::read_sources(arguments.files);
  if (!sources) {
    g_printerr("%s\n", sources.error().message.c_str());
    return 1;
  }
  const auto content =
      arguments.is_page
          ? gemlive::timeline::html_page(sources->model, url_of(sources->sound, arguments.output))
          : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
                gemlive::timeline::svg_picture(sources->model);
  if (!write(arguments.output, *sources, content)) return 1;
  if (g_file_test(arguments.output.c_str(), G_FILE_TEST_IS_REGULAR))
    std::printf("%s\n", arguments.output.c_str());
  return 0;
}
