// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "handle.hpp"
#include "media.hpp"
#include "payload_types.hpp"
#include "rtp_encoder.hpp"

/// The media of one call: RTP in, the model, RTP out. All on the main loop's thread.
class Call {
 public:
  /// Neither may destroy the call.
  struct Listener {
    std::function<void()> connected;  // the model is there: answer the call
    std::function<void()> ended;      // the model is gone, or has hung up
  };

  /// Connects to the model. Throws std::runtime_error if this machine lacks a part for it.
  Call(const Media &media, const std::string &address, Listener listener);
  ~Call();
  Call(const Call &) = delete;
  Call &operator=(const Call &) = delete;

  /// SDP.
  std::string answer() { return describe(media_, address_, port_, ++version_); }
  std::string offer();  // the same, without holding
  /// The caller moves, changes the codec, or puts the model on hold. False: the call cannot change
  /// to these media, and goes on without a change.
  bool change(const Media &media);
  bool is_connected() const { return is_connected_; }  // to the model, once at least
  void play();

 private:
  void send_to(const Media &media);
  void make_sockets();
  void make_pipeline();
  static std::string describe_decoders();
  static GstPadProbeReturn on_packet(GstPad *pad, GstPadProbeInfo *info, gpointer self);
  static GstPadProbeReturn on_received_event(GstPad *pad, GstPadProbeInfo *info, gpointer self);
  void connect_signals();
  GstElement *element(const char *name) const;  // borrowed
  void give_socket(const char *source, const char *sink, GSocket *socket);
  GstCaps *caps_of(int payload_type);
  void link_received(GstPad *pad);
  void on_message(GstMessage *message);
  void on_tool_call(const GstStructure *fields);
  void add_digit(int event);
  void send_digits();

  Media media_;
  PayloadTypes payload_types_;
  std::atomic<const Codec *> codec_;  // that of media_, for any thread
  std::string address_;
  Listener listener_;
  int port_ = 0, version_ = 0;
  // IPv4, as in_addr: what the caller's SDP names, and who is heard. 0: none yet.
  std::atomic<guint32> named_ = 0, heard_ = 0;
  gemlive::ObjectPtr<GSocket> rtp_, rtcp_;
  gemlive::GstPtr<GstElement> pipeline_;
  std::optional<RtpEncoder> encoder_;
  std::string digits_;  // not sent yet
  guint digits_timer_ = 0;
  bool is_connected_ = false, is_hanging_up_ = false;
};
