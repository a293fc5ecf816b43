// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "handle_file.hpp"

#include <glib/gstdio.h>
#include <unistd.h>

#include <cerrno>

#include "handle.hpp"
#include "problem.hpp"

namespace gemlive::talk {

std::string read_handle(const std::string &file) {
  const StrPtr folder(g_path_get_dirname(file.c_str()));
  if (g_access(folder.get(), W_OK) != 0)
    throw Problem("--resume: " + file + " cannot be written: " + g_strerror(errno) + ".",
                  "Name a file in a folder that you can write to.");
  char *content = nullptr;
  GError *error = nullptr;
  if (g_file_get_contents(file.c_str(), &content, nullptr, &error)) {
    const StrPtr owner(content);
    return g_strstrip(content);
  }
  const ErrorPtr owner(error);
  if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) return "";
  throw Problem("--resume: " + std::string(error->message) + ".", "Name another file.");
}

void keep_handle(const std::string &file, const std::string &handle) {
  GError *error = nullptr;
  if (g_file_set_contents_full(file.c_str(), handle.data(), static_cast<gssize>(handle.size()),
                               G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    return;
  const ErrorPtr owner(error);
  throw Problem("The handle of the conversation was not kept: " + std::string(error->message) + ".",
                "Make room, or name another file with --resume.");
}

}  // namespace gemlive::talk
