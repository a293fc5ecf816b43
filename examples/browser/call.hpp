// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <functional>
#include <string>
#include <vector>

#include "handle.hpp"

namespace gemlive::web {

/// One visitor's call: its pipeline, the negotiation, and the events for the page. Main thread.
class Call {
 public:
  struct Events {
    std::function<void(std::string)> signal;  // JSON for the page, over the WebSocket
    std::function<void(const char *)> ended;  // why. The call may not be destroyed inside
  };

  /// `name` is unique in the process. `handle` continues an earlier conversation. `address`: where
  /// media arrives; empty: on every interface.
  Call(const std::string &name, const std::string &handle, const std::string &address,
       Events events);
  ~Call();
  Call(const Call &) = delete;
  Call &operator=(const Call &) = delete;

  /// Whether it was accepted: it fits the offer, and is the first.
  bool accept_answer(const std::string &sdp);
  void interrupt();
  void say(const std::string &text);
  void show(GBytes *jpeg);

  bool connected() const { return connected_; }
  /// A secret: who has it can continue the conversation. Empty if there is none yet.
  std::string handle() const;

 private:
  void on_message(GstMessage *message);
  void on_application(const GstStructure *fields);
  void on_tool_call(const GstStructure *fields);
  void tell(const std::string &event);
  void send(const std::string &event);
  GstPtr<GstElement> element(const char *name) const;

  Events events_;
  GstPtr<GstElement> pipeline_;
  GstPtr<GstElement> webrtc_;
  ObjectPtr<GObject> channel_;
  std::vector<std::string> waiting_;  // events before the channel is open
  bool negotiating_ = false;
  std::string offer_;  // as long as it is not answered
  bool connected_ = false;
};

}  // namespace gemlive::web
