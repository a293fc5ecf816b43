// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>
#include <sofia-sip/nua.h>
#include <sofia-sip/su_glib.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "call.hpp"

/// Takes the calls to an address. SIP itself is sofia-sip's. All on the main loop's thread.
class SipServer {
 public:
  struct Options {
    std::string address = "127.0.0.1";  // IPv4, for SIP and RTP
    int port = 5060;
    std::size_t max_calls = 4;
  };

  /// Throws std::runtime_error if the port is taken.
  explicit SipServer(const Options &options);
  ~SipServer();
  SipServer(const SipServer &) = delete;
  SipServer &operator=(const SipServer &) = delete;

  /// Hangs up all calls, then calls `closed`.
  std::string uri() const { return uri_; }
  void close(std::function<void()> closed);

 private:
  void on_event(nua_event_t event, int status, nua_handle_t *handle, const sip_t *sip,
                const tagi_t *tags);
  void on_invite(nua_handle_t *handle, const sip_t *sip);
  void on_answer(nua_handle_t *handle, const sip_t *sip);
  void on_state(nua_handle_t *handle, const tagi_t *tags);
  void start_call(nua_handle_t *handle, const Media &media);
  void hang_up(nua_handle_t *handle);
  static gboolean on_check(gpointer server);

  Options options_;
  su_root_t *root_ = nullptr;
  nua_t *nua_ = nullptr;
  std::string uri_;
  std::map<nua_handle_t *, std::unique_ptr<Call>> calls_;
  std::function<void()> closed_;
  guint check_ = 0;
};
