// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "close_error.hpp"
#include "counters.hpp"
#include "error.hpp"
#include "log.hpp"
#include "server_event.hpp"
#include "timer.hpp"
#include "transport.hpp"
#include "wire.hpp"

namespace gemlive {

/// One connection of a session, used once. Opens the transport, sends the setup, waits for its
/// confirmation (one deadline for all of that), and decodes the messages. Session's thread, or
/// can_send() and send() on one that has borrowed it.
///
/// on_end() is called at most once and last. After close() there are no callbacks. A connection,
/// like a transport, must not be destroyed inside one of its callbacks.
class Connection final : private Transport::Listener {
 public:
  using MakeTransport = std::function<std::unique_ptr<Transport>(Transport::Listener &)>;

  class Owner {
   public:
    virtual void on_setup_complete(const SetupComplete &event) = 0;
    /// Includes setupComplete. The events were decoded from `message`.
    virtual void on_events(std::span<const ServerEvent> events, const Message &message) = 0;
    /// A message could not be decoded and was skipped.
    virtual void on_bad_message(const Error &error) = 0;
    /// can_send() was false and is true again.
    virtual void on_writable() = 0;
    virtual void on_end(const Error &how) = 0;

   protected:
    ~Owner() = default;
  };

  struct Options {
    std::string setup = {};    // the encoded message
    bool used_handle = false;  // the setup contains one
    std::chrono::milliseconds timeout{10000};
    std::shared_ptr<Counters> counters = {};
    MakeTransport make_transport = {};
    Log log = {};
  };

  Connection(Owner &owner, Options options);
  ~Connection();

  void open(const Transport::Request &request);
  /// The setup was sent.
  bool has_sent_setup() const { return has_sent_setup_; }
  /// The setup is confirmed and the connection has not ended.
  bool is_up() const { return phase_ == Phase::up; }
  bool can_send() { return is_up() && transport_->can_send(); }
  /// Only after can_send() returned true.
  void send(const std::string &message);
  void close();

 private:
  enum class Phase { opening, opened, setup_sent, up, over };

  void opened() override;
  void message(const Message &payload) override;
  void writable() override;
  void closed(int code, const std::string &reason) override;
  void failed(const Error &error) override;

  void send_setup();
  ConnectionProgress progress() const;
  void on_deadline();
  void end(const Error &how);

  Owner &owner_;
  Options options_;
  Phase phase_ = Phase::opening;
  bool has_sent_setup_ = false;
  bool has_content_ = false;  // the model has answered
  bool is_tls_ = false;
  std::unique_ptr<Transport> transport_;
  wire::Decoder decoder_;
  Timer deadline_;
  unsigned bad_in_a_row_ = 0;
};

}  // namespace gemlive
