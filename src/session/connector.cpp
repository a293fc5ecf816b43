// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "connector.hpp"

#include <algorithm>
#include <utility>

#include "text.hpp"
#include "wire.hpp"

namespace gemlive {

using namespace std::chrono_literals;

namespace {

/// The service may quote what it was sent. The name of a project is no secret.
void hide(const Headers &headers, SecretMask &mask) {
  for (const auto &[name, value] : headers) {
    if (name == "x-goog-user-project") continue;
    const std::string_view text = value.reveal();
    mask.add(text.substr(text.find(' ') + 1));  // behind "Bearer"
  }
}

}  // namespace

Connector::Connector(Options options, Connection::Owner &owner)
    : options_(std::move(options)),
      owner_(owner),
      sign_in_({.headers = options_.endpoint.headers,
                .access_token = options_.access_token,
                .credential = options_.endpoint.credential,
                .route = options_.route}) {}

/// A slow token fetch continues, and the next attempt uses its result.
void Connector::connect(const std::string &handle) {
  const auto timeout = options_.timeout;
  sign_in_deadline_.start(timeout, [this, timeout] {
    owner_.on_end({.kind = ErrorKind::cannot_connect,
                   .message = "Signing in took longer than " + text::seconds(timeout) +
                              " (property connect-timeout). Check the network, or set "
                              "connect-timeout higher",
                   .retry = Retry::reconnect});
  });
  sign_in_.start([this, timeout, handle, begun = options_.now()](Result<Headers> headers) {
    sign_in_deadline_.stop();
    if (!headers) return owner_.on_end(headers.error());
    hide(*headers, *options_.secret_mask);
    const std::chrono::microseconds taken(options_.now() - begun);
    open(*headers, handle,
         std::max(std::chrono::ceil<std::chrono::milliseconds>(timeout - taken), 1ms));
  });
}

void Connector::open(const Headers &headers, const std::string &handle,
                     std::chrono::milliseconds timeout) {
  const auto &endpoint = options_.endpoint;
  const auto &project = sign_in_.project();
  if (endpoint.lacks_project && project.empty())
    return owner_.on_end({.kind = ErrorKind::bad_setting,
                          .message = "Vertex AI needs a project, and this machine has none. Set "
                                     "the property project or GOOGLE_CLOUD_PROJECT"});
  auto setup =
      endpoint.lacks_project ? wire::with_project(options_.setup, project) : options_.setup;
  if (!handle.empty()) setup = wire::with_handle(setup, handle);
  connection_ = std::make_unique<Connection>(
      owner_, Connection::Options{.setup = std::move(setup),
                                  .used_handle = !handle.empty(),
                                  .timeout = timeout,
                                  .counters = options_.counters,
                                  .make_transport = options_.make_transport,
                                  .log = options_.log.with_topic(Log::Topic::protocol)});
  connection_->open({.url = endpoint.url,
                     .headers = headers,
                     .route = options_.route,
                     .keepalive_interval = options_.keepalive_interval});
}

void Connector::leave() {
  sign_in_deadline_.stop();
  sign_in_.pause();
  if (!connection_) return;
  connection_->close();
  closing_ = std::exchange(connection_, nullptr);
  closing_timer_.start(0ms, [this] { closing_.reset(); });
}

}  // namespace gemlive
