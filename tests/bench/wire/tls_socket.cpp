// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tls_socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace gemlive::bench {

namespace {

void configure(SSL_CTX *context) {
  // OpenSSL writes without MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  // One read of the kernel for each wake-up. An idle connection keeps no buffers.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
}

}  // namespace

TlsContext make_server_context(const std::string &certificate_file, const std::string &key_file) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  configure(context.get());
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    return nullptr;
  return context;
}

TlsContext make_client_context(const std::string &ca_file) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  configure(context.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr) != 1) return nullptr;
  return context;
}

TlsSocket::TlsSocket(int descriptor, SSL_CTX *context, Side side) : descriptor_(descriptor) {
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!context) return;
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), descriptor);
  if (side == Side::client)
    SSL_set_connect_state(ssl_.get());
  else
    SSL_set_accept_state(ssl_.get());
}

TlsSocket::~TlsSocket() {
  ssl_.reset();
  close(descriptor_);
}

int TlsSocket::read(std::span<char> to) {
  if (ssl_) {
    ERR_clear_error();
    return result(SSL_read(ssl_.get(), to.data(), static_cast<int>(to.size())));
  }
  const auto count = recv(descriptor_, to.data(), to.size(), 0);
  if (count > 0) return static_cast<int>(count);
  return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

int TlsSocket::write(std::string_view bytes) {
  if (ssl_) {
    ERR_clear_error();
    const int count = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    is_full_ = SSL_get_error(ssl_.get(), count) == SSL_ERROR_WANT_WRITE;
    return result(count);
  }
  const auto count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  is_full_ = count < 0 && errno == EAGAIN;
  if (count >= 0) return static_cast<int>(count);
  return is_full_ || errno == EINTR ? 0 : -1;
}

int TlsSocket::result(int count) const {
  if (count > 0) return count;
  const int error = SSL_get_error(ssl_.get(), count);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

}  // namespace gemlive::bench
