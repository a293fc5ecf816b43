// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "handle_file.hpp"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "handle.hpp"
#include "problem.hpp"
#include "whole_file.hpp"

namespace gemlive::talk {
namespace {

constexpr off_t most_bytes = 64 << 10;

/// The newest handle would replace what is in it.
[[noreturn]] void refuse(const std::string &file) {
  throw Problem("--resume: " + file + " has no handle of a conversation.",
                "Name another file. A new one begins a new conversation.");
}

}  // namespace

std::string read_handle(const std::string &file) {
  const StrPtr folder(g_path_get_dirname(file.c_str()));
  if (g_access(folder.get(), W_OK) != 0)
    throw Problem("--resume: " + file + " cannot be written: " + g_strerror(errno) + ".",
                  "Name a file in a folder that you can write to.");
  struct stat status;
  if (stat(file.c_str(), &status) == 0 && (!S_ISREG(status.st_mode) || status.st_size > most_bytes))
    refuse(file);
  char *content = nullptr;
  gsize size = 0;
  GError *error = nullptr;
  if (g_file_get_contents(file.c_str(), &content, &size, &error)) {
    const StrPtr owner(content);
    const bool is_text = std::strlen(content) == size;
    const std::string handle = g_strstrip(content);
    if (!is_text ||
        !std::all_of(handle.begin(), handle.end(), [](char c) { return g_ascii_isgraph(c); }))
      refuse(file);
    if (!handle.empty()) g_chmod(file.c_str(), 0600);
    return handle;
  }
  const ErrorPtr owner(error);
  if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) return "";
  throw Problem("--resume: " + std::string(error->message) + ".", "Name another file.");
}

void keep_handle(const std::string &file, const std::string &handle) {
  const auto problem = replace_file(file, handle, 0600);
  if (!problem.empty())
    throw Problem("The handle of the conversation was not kept in " + file + ": " + problem + ".",
                  "Make room, or name another file with --resume.");
}

}  // namespace gemlive::talk
