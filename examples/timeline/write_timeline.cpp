// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "write_timeline.hpp"

#include <glib.h>

#include <cerrno>
#include <cstdio>

#include "sources.hpp"
#include "svg_picture.hpp"
#include "whole_file.hpp"

namespace gemlive::timeline {
namespace {

/// A device or a pipe. Waits for the reader of a pipe.
std::string write_into(const std::string &path, std::string_view content) {
  auto *file = std::fopen(path.c_str(), "we");
  if (!file) return g_strerror(errno);
  const bool is_written = std::fwrite(content.data(), 1, content.size(), file) == content.size();
  const int problem = errno;
  if (std::fclose(file) == 0 && is_written) return "";
  return g_strerror(is_written ? errno : problem);
}

}  // namespace

bool write_private_file(const std::string &path, std::string_view content, std::string &error) {
  const auto problem =
      is_irregular_file(path) ? write_into(path, content) : replace_file(path, content, 0600);
  if (problem.empty()) return true;
  error = "Cannot write " + path + ": " + problem + ". Choose another file with --output";
  return false;
}

bool write_timeline(const std::string &folder, std::string &error) {
  const auto sources = read_sources({folder});
  if (!sources) {
    error = sources.error().message;
    return false;
  }
  return write_private_file(
      folder + "/timeline.svg",
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg_picture(sources->model), error);
}

}  // namespace gemlive::timeline
