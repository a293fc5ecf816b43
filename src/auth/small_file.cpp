// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "small_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "text.hpp"

namespace gemlive::auth {
namespace {

constexpr std::size_t max_size = 64 * 1024;

class Descriptor {
 public:
  explicit Descriptor(const char *path) : value_(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  operator int() const { return value_; }

 private:
  int value_;
};

Error unreadable(const std::string &path, const std::string &what, const char *why) {
  return {.kind = ErrorKind::bad_setting,
          .message = "Cannot read " + text::excerpt(path) + " (" + what + "): " + why +
                     ". Check the path and its permissions"};
}

}  // namespace

Result<Secret> read_small_file(const std::string &path, const std::string &what) {
  const Descriptor file(path.c_str());
  struct stat about = {};
  if (file < 0 || fstat(file, &about) != 0) return unreadable(path, what, std::strerror(errno));
  if (!S_ISREG(about.st_mode)) return unreadable(path, what, "it is not a regular file");
  char room[max_size + 1];
  std::size_t size = 0;
  ssize_t got = 0;
  while (size < sizeof room && (got = read(file, room + size, sizeof room - size)) > 0)
    size += static_cast<std::size_t>(got);
  Secret content(std::string_view(room, size));
  explicit_bzero(room, size);
  if (got < 0) return unreadable(path, what, std::strerror(errno));
  if (size > max_size) return unreadable(path, what, "it is larger than 64 KiB");
  return content;
}

bool is_open_to_others(const std::string &path) {
  struct stat about = {};
  return stat(path.c_str(), &about) == 0 && (about.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

}  // namespace gemlive::auth
