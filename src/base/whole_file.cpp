// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "whole_file.hpp"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace gemlive {
namespace {

namespace fs = std::filesystem;

/// The file that links lead to, also if it does not exist yet.
fs::path target_of(fs::path path) {
  constexpr int most_links = 40;  // as the kernel's
  std::error_code error;
  for (int links = 0; links < most_links; ++links) {
    const auto next = fs::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / next;
  }
  return path;
}

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const auto written = write(file, content.data(), content.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// A new file in the same folder, so that it can be renamed. Removes itself if it is not.
class FileBeside {
 public:
  FileBeside(const fs::path &target, std::string_view content, mode_t mode)
      : path_(target.string() + ".XXXXXX"),
        file_(g_mkstemp_full(path_.data(), O_WRONLY | O_CLOEXEC, static_cast<int>(mode))) {
    if (file_ < 0 || !write_all(file_, content)) problem_ = errno;
  }
  ~FileBeside() {
    if (file_ < 0) return;
    close(file_);
    if (!is_renamed_) g_unlink(path_.c_str());
  }
  FileBeside(const FileBeside &) = delete;
  FileBeside &operator=(const FileBeside &) = delete;

  void rename_to(const fs::path &target) {
    if (problem_ != 0) return;
    is_renamed_ = fsync(file_) == 0 && g_rename(path_.c_str(), target.c_str()) == 0;
    if (!is_renamed_) problem_ = errno;
  }
  std::string problem() const { return problem_ == 0 ? "" : g_strerror(problem_); }

 private:
  std::string path_;
  int file_;
  int problem_ = 0;
  bool is_renamed_ = false;
};

constexpr auto irregular = "It is no regular file";

}  // namespace

bool is_irregular_file(const std::string &path) {
  struct stat about = {};
  return stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode);
}

std::string replace_file(const std::string &path, std::string_view content, mode_t mode) {
  if (is_irregular_file(path)) return irregular;
  const auto target = target_of(path);
  FileBeside file(target, content, mode);
  file.rename_to(target);
  return file.problem();
}

std::string problem_of_replacing(const std::string &path) {
  return is_irregular_file(path) ? irregular : FileBeside(target_of(path), "x", 0600).problem();
}

}  // namespace gemlive
