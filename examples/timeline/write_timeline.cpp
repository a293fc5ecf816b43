// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "write_timeline.hpp"

#include <glib.h>

#include "sources.hpp"
#include "svg_picture.hpp"

namespace gemlive::timeline {

bool write_private_file(const std::string &path, std::string_view content, std::string &error) {
  GError *problem = nullptr;
  if (g_file_set_contents_full(path.c_str(), content.data(), static_cast<gssize>(content.size()),
                               G_FILE_SET_CONTENTS_CONSISTENT, 0600, &problem))
    return true;
  error = std::string("Cannot write ") + path + ": " + problem->message +
          ". Choose another file with --output";
  g_error_free(problem);
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
