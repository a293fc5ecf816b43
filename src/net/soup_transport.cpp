// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "soup_transport.hpp"

#include <optional>
#include <utility>

#include "soup_handshake.hpp"
#include "web_socket.hpp"

namespace gemlive {

namespace {

constexpr int going_away = 1001;

/// SoupHandshake opens the connection with libsoup. WebSocket does everything after that.
class SoupTransport final : public Transport, private Transport::Listener {
 public:
  SoupTransport(Transport::Listener &listener, Log log) : listener_(listener), log_(log) {}
  ~SoupTransport() override { close(going_away, ""); }

  void connect(const Request &request) override;
  bool can_send() override { return socket_ && socket_->can_send(); }
  void send(const std::string &text) override {
    if (socket_) socket_->send(text);
  }
  void close(int code, const std::string &reason) override;

 private:
  void opened() override;
  void message(const Message &payload) override { listener_.message(payload); }
  void writable() override { listener_.writable(); }
  void closed(int code, const std::string &reason) override;
  void failed(const Error &error) override;

  Transport::Listener &listener_;
  const Log log_;
  std::string host_;
  std::optional<SoupHandshake> handshake_;
  std::unique_ptr<WebSocket> socket_;  // while open
};

void SoupTransport::connect(const Request &request) {
  host_ = SoupHandshake::host_of(request.url);
  log_(Log::Level::info, "connecting to %s", host_.c_str());
  handshake_.emplace(request, [this, keepalive = request.keepalive_interval](
                                  Result<WebSocket::UpgradedStream> result) {
    handshake_.reset();
    if (!result) {
      log_(Log::Level::info, "connection failed: %s [%s]", result.error().message.c_str(),
           result.error().detail.c_str());
      return listener_.failed(result.error());
    }
    socket_ = std::make_unique<WebSocket>(std::move(*result), host_,
                                          static_cast<Transport::Listener *>(this), keepalive);
  });
}

void SoupTransport::opened() {
  log_(Log::Level::info, "connected to %s", host_.c_str());
  listener_.opened();
}

void SoupTransport::close(int code, const std::string &reason) {
  handshake_.reset();
  if (socket_) WebSocket::close(std::move(socket_), code, reason);
}

void SoupTransport::closed(int code, const std::string &reason) {
  log_(Log::Level::info, "%s closed the connection: code %d, reason \"%s\"", host_.c_str(), code,
       reason.c_str());
  close(0, "");
  listener_.closed(code, reason);
}

void SoupTransport::failed(const Error &error) {
  log_(Log::Level::info, "connection lost: %s [%s]", error.message.c_str(), error.detail.c_str());
  close(0, "");
  listener_.failed(error);
}

}  // namespace

std::unique_ptr<Transport> make_soup_transport(Transport::Listener &listener, Log log) {
  return std::make_unique<SoupTransport>(listener, log);
}

}  // namespace gemlive
