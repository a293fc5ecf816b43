// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <string>

#include "error.hpp"
#include "glib_ptr.hpp"

typedef struct _SoupServer SoupServer;
typedef struct _SoupServerMessage SoupServerMessage;

namespace gemlive {

/// Serves one text over HTTP to programs on this machine. All calls are on the thread that makes
/// it, in whose default main context it answers.
class DocumentServer {
 public:
  struct Document {
    std::string path = {};
    std::string content_type = {};
    std::function<std::string()> read = {};  // for each request
  };

  explicit DocumentServer(Document document);
  ~DocumentServer();
  DocumentServer(const DocumentServer &) = delete;
  DocumentServer &operator=(const DocumentServer &) = delete;

  /// Listens on 127.0.0.1. Port 0 is any free port. Returns the port.
  Result<unsigned> listen(unsigned port);

 private:
  static void answer(SoupServer *, SoupServerMessage *message, const char *path, GHashTable *,
                     gpointer self);

  const Document document_;
  ObjectPtr<SoupServer> server_;
};

}  // namespace gemlive
