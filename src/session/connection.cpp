// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "connection.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "text.hpp"

namespace gemlive {
namespace {

constexpr int normal_closure = 1000;
constexpr unsigned max_bad_in_a_row = 10;

}  // namespace

Connection::Connection(Owner &owner, Options options)
    : owner_(owner), options_(std::move(options)) {}

Connection::~Connection() {
  close();
}

void Connection::open(const Transport::Request &request) {
  is_tls_ = request.url.starts_with("wss:");
  deadline_.start(options_.timeout, [this] { on_deadline(); });
  transport_ = options_.make_transport(*this);
  transport_->connect(request);
}

void Connection::send(const std::string &message) {
  ++options_.counters->messages_sent;
  transport_->send(message);
}

void Connection::close() {
  if (phase_ == Phase::over) return;
  phase_ = Phase::over;
  deadline_.stop();
  if (transport_) transport_->close(normal_closure, "");
}

void Connection::opened() {
  if (phase_ != Phase::opening) return;
  phase_ = Phase::opened;
  send_setup();
}

void Connection::writable() {
  if (phase_ == Phase::opened) return send_setup();
  if (is_up()) owner_.on_writable();
}

void Connection::send_setup() {
  if (!transport_->can_send()) return;
  phase_ = Phase::setup_sent;
  has_sent_setup_ = true;
  options_.log(Log::Level::info, "setup sent, %zu bytes", options_.setup.size());
  send(options_.setup);
}

void Connection::message(const Message &payload) {
  if (phase_ == Phase::over) return;
  ++options_.counters->messages_received;
  const auto events = decoder_.decode(payload.bytes());
  if (!events) {
    options_.log(Log::Level::warning, "skipped an invalid message: %s",
                 events.error().detail.c_str());
    if (++bad_in_a_row_ >= max_bad_in_a_row) return end(events.error());
    return owner_.on_bad_message(events.error());
  }
  bad_in_a_row_ = 0;
  std::optional<ServiceError> reported;
  for (const auto &event : *events) {
    if (const auto *error = std::get_if<ServiceError>(&event)) reported = *error;
    has_content_ |= is_content(event);
    const auto *complete = std::get_if<SetupComplete>(&event);
    if (!complete || phase_ != Phase::setup_sent) continue;
    phase_ = Phase::up;
    options_.log(Log::Level::info, "setup confirmed");
    deadline_.stop();
    owner_.on_setup_complete(*complete);
  }
  if (phase_ != Phase::over) owner_.on_events(*events, payload);
  if (reported && phase_ != Phase::over) end(service_error(*reported, progress()));
}

ConnectionProgress Connection::progress() const {
  return {.used_handle = options_.used_handle, .is_set_up = is_up(), .has_content = has_content_};
}

void Connection::closed(int code, const std::string &reason) {
  if (phase_ != Phase::over) end(close_error(code, reason, progress()));
}

void Connection::failed(const Error &error) {
  if (phase_ != Phase::over) end(error);
}

void Connection::on_deadline() {
  const bool is_opening = phase_ == Phase::opening;
  const char *what =
      is_opening ? "The service could not be reached" : "The service did not confirm the setup";
  const char *hint = is_opening && is_tls_ ? " (wss:// needs a server with TLS)" : "";
  end({.kind = ErrorKind::cannot_connect,
       .message = what + (" within " + text::seconds(options_.timeout)) +
                  " (property connect-timeout). Check the network, the proxy and uri" + hint,
       .retry = Retry::reconnect});
}

void Connection::end(const Error &how) {
  const Error error = how;  // close() may free it
  close();
  owner_.on_end(error);
}

}  // namespace gemlive
