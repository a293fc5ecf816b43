// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace gemlive::bench {

struct FreeTlsContext {
  void operator()(SSL_CTX *context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

/// nullptr if a file cannot be used.
TlsContext make_server_context(const std::string &certificate_file, const std::string &key_file);
/// Trusts the certificates of the file.
TlsContext make_client_context(const std::string &ca_file);

/// A non-blocking socket, with or without TLS. Owns the descriptor. One thread.
class TlsSocket {
 public:
  enum class Side { client, server };

  /// Without a context there is no TLS.
  TlsSocket(int descriptor, SSL_CTX *context, Side side);
  ~TlsSocket();
  TlsSocket(const TlsSocket &) = delete;
  TlsSocket &operator=(const TlsSocket &) = delete;

  int descriptor() const { return descriptor_; }
  /// Bytes read; 0: nothing now; negative: over.
  int read(std::span<char> to);
  /// There is more than the last read() returned, and the kernel does not say so.
  bool has_more() const { return ssl_ && SSL_has_pending(ssl_.get()); }
  /// Bytes written; 0: nothing now, repeat it with the same bytes and perhaps more; negative: over.
  int write(std::string_view bytes);
  /// The last write() waits for room, and not for the other side.
  bool is_full() const { return is_full_; }

 private:
  struct Free {
    void operator()(SSL *ssl) const { SSL_free(ssl); }
  };
  int result(int count) const;

  const int descriptor_;
  bool is_full_ = false;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace gemlive::bench
