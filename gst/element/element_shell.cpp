// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "element_shell.hpp"

#include <chrono>

#include "conversation_client.hpp"
#include "properties.hpp"

namespace gemlive::element_shell {

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec) {
  if (properties::is_setting(id) || properties::is_session(id))
    ConversationClient::of(object).set_property(id, *value, *pspec);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec) {
  if (!ConversationClient::of(object).get_property(id, *value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

GstStateChangeReturn change_state(GstElement *element, GstStateChange transition,
                                  gpointer parent_class, const Running &running) {
  auto &client = ConversationClient::of(element);
  if (transition == GST_STATE_CHANGE_NULL_TO_READY) client.join();
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !running.open(element))
    return GST_STATE_CHANGE_FAILURE;

  const std::chrono::microseconds now(g_get_monotonic_time());
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED) client.paused_time().begin(now);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING) client.paused_time().end(now);

  const auto result = GST_ELEMENT_CLASS(parent_class)->change_state(element, transition);

  const bool failed = result == GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (failed && transition == GST_STATE_CHANGE_READY_TO_PAUSED))
    running.close(element);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL ||
      (failed && transition == GST_STATE_CHANGE_NULL_TO_READY))
    client.leave();
  return result;
}

}  // namespace gemlive::element_shell
