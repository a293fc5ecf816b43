// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "capturing_transport.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gemlive {
namespace {

constexpr int no_close_frame = 1006;
/// No secret, and part of model names.
constexpr std::string_view project_header = "x-goog-user-project";

class CapturingTransport final : public Transport, private Transport::Listener {
 public:
  CapturingTransport(Transport::Listener &listener, std::shared_ptr<CaptureFile> file,
                     const std::function<std::unique_ptr<Transport>(Transport::Listener &)> &make,
                     std::function<void(const Error &)> warn)
      : listener_(listener),
        file_(std::move(file)),
        warn_(std::move(warn)),
        transport_(make(*this)) {}

  void connect(const Request &request) override {
    for (const auto &[name, value] : request.headers) {
      if (name == project_header) continue;
      const std::string_view text = value.reveal();
      file_->hide(text);
      file_->hide(text.substr(text.rfind(' ') + 1));  // without "Bearer "
    }
    transport_->connect(request);
  }
  bool can_send() override { return transport_->can_send(); }
  void send(const std::string &text) override {
    has_sent_ = true;
    file_->add_sent(text);
    transport_->send(text);
  }
  void close(int code, const std::string &reason) override { transport_->close(code, reason); }

 private:
  void opened() override { listener_.opened(); }
  void message(const Message &payload) override {
    file_->add_received(payload.bytes());
    if (const auto failure = file_->take_failure()) warn_(*failure);
    listener_.message(payload);
  }
  void writable() override { listener_.writable(); }
  void closed(int code, const std::string &reason) override {
    add_closed(code == 0 ? no_close_frame : code, reason);
    listener_.closed(code, reason);
  }
  void failed(const Error &error) override {
    // The error names the host: an address has no place in the file.
    add_closed(no_close_frame, "The connection broke");
    listener_.failed(error);
  }
  /// A connection without a message is not in the file.
  void add_closed(int code, const std::string &reason) {
    if (has_sent_) file_->add_closed(code, reason);
  }

  Transport::Listener &listener_;
  const std::shared_ptr<CaptureFile> file_;
  const std::function<void(const Error &)> warn_;
  bool has_sent_ = false;
  const std::unique_ptr<Transport> transport_;  // last: it may call back
};

}  // namespace

std::unique_ptr<Transport> make_capturing_transport(
    Transport::Listener &listener, std::shared_ptr<CaptureFile> file,
    const std::function<std::unique_ptr<Transport>(Transport::Listener &)> &make,
    std::function<void(const Error &)> warn) {
  return std::make_unique<CapturingTransport>(listener, std::move(file), make, std::move(warn));
}

}  // namespace gemlive
