// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "certificate_authorities.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "guarded.hpp"
#include "text.hpp"

namespace gemlive::certificate_authorities {
namespace {

constexpr std::size_t max_kept = 4;

/// A file as it was read. Writing or replacing it changes one of the fields.
struct Version {
  std::string path = {};
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t modified = 0;  // ns
  std::int64_t changed = 0;   // ns

  bool operator==(const Version &) const = default;
};

struct Entry {
  Version version;
  ObjectPtr<GTlsDatabase> database;
};

/// The oldest is first. Never destroyed: threads may end after static objects.
Guarded<std::vector<Entry>> &kept() {
  static auto *const kept = new Guarded<std::vector<Entry>>;
  return *kept;
}

std::optional<Version> version_of(const char *path) {
  struct stat status = {};
  if (stat(path, &status) != 0) return std::nullopt;
  const auto ns = [](const timespec &time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
  };
  return Version{.path = path,
                 .device = status.st_dev,
                 .inode = status.st_ino,
                 .size = status.st_size,
                 .modified = ns(status.st_mtim),
                 .changed = ns(status.st_ctim)};
}

ObjectPtr<GTlsDatabase> find(const Version &version) {
  auto entries = kept().lock();
  const auto at = std::ranges::find(*entries, version, &Entry::version);
  return at == entries->end() ? nullptr : ObjectPtr<GTlsDatabase>(ref(at->database.get()));
}

/// Destroys what it replaces after the lock.
void keep(Version version, GTlsDatabase *database) {
  Entry replaced;
  Entry added{std::move(version), ObjectPtr<GTlsDatabase>(ref(database))};
  auto entries = kept().lock();
  auto at = std::ranges::find(*entries, added.version.path,
                              [](const Entry &entry) { return entry.version.path; });
  if (at == entries->end() && entries->size() >= max_kept) at = entries->begin();
  if (at != entries->end()) {
    replaced = std::move(*at);
    entries->erase(at);
  }
  entries->push_back(std::move(added));
}

Result<ObjectPtr<GTlsDatabase>> read(const std::string &file, const char *path) {
  ErrorPtr error;
  if (auto *database = g_tls_file_database_new(path, out(error)))
    return ObjectPtr<GTlsDatabase>(G_TLS_DATABASE(database));
  return Error{
      .kind = ErrorKind::bad_setting,
      .message = "Cannot read the certificates in " + text::excerpt(file) + ". Check tls-ca-file",
      .detail = error ? text::excerpt(error->message) : ""};
}

}  // namespace

Result<ObjectPtr<GTlsDatabase>> from_file(const std::string &file) {
  // GTlsFileDatabase needs an absolute path. Otherwise it only warns.
  const StrPtr path(g_canonicalize_filename(file.c_str(), nullptr));
  const auto version = version_of(path.get());  // before reading: a later change is noticed
  if (version)
    if (auto database = find(*version)) return database;
  auto database = read(file, path.get());
  if (database && version) keep(*version, database->get());
  return database;
}

/// glib-networking < 2.80 reads the file for each connection, and keeps it as long. It frees it
/// when the connection has no database any more.
void release(GTlsConnection *connection) {
  g_tls_connection_set_database(connection, nullptr);
}

}  // namespace gemlive::certificate_authorities
