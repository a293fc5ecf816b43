// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "action_signals.hpp"

#include "conversation_client.hpp"

namespace gemlive::actions {
namespace {

gboolean send_text(GstElement *element, const char *text, gboolean turn_complete) {
  return ConversationClient::of(element).send_text(text, turn_complete);
}
gboolean send_content(GstElement *element, const char *json) {
  return ConversationClient::of(element).send_content(json);
}
gboolean send_tool_response(GstElement *element, const char *id, const char *name,
                            const char *response) {
  return ConversationClient::of(element).send_tool_response(id, name, response);
}
void activity_start(GstElement *element) {
  ConversationClient::of(element).activity_start();
}
void activity_end(GstElement *element) {
  ConversationClient::of(element).activity_end();
}
void interrupt(GstElement *element) {
  ConversationClient::of(element).interrupt();
}

constexpr auto flags = static_cast<GSignalFlags>(G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION);

}  // namespace

void install(GObjectClass *klass) {
  const GType type = G_OBJECT_CLASS_TYPE(klass);
  g_signal_new_class_handler("send-text", type, flags, G_CALLBACK(send_text), nullptr, nullptr,
                             nullptr, G_TYPE_BOOLEAN, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  g_signal_new_class_handler("send-content", type, flags, G_CALLBACK(send_content), nullptr,
                             nullptr, nullptr, G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
  g_signal_new_class_handler("send-tool-response", type, flags, G_CALLBACK(send_tool_response),
                             nullptr, nullptr, nullptr, G_TYPE_BOOLEAN, 3, G_TYPE_STRING,
                             G_TYPE_STRING, G_TYPE_STRING);
  const auto plain = [type](const char *name, GCallback handler) {
    g_signal_new_class_handler(name, type, flags, handler, nullptr, nullptr, nullptr, G_TYPE_NONE,
                               0);
  };
  plain("activity-start", G_CALLBACK(activity_start));
  plain("activity-end", G_CALLBACK(activity_end));
  plain("interrupt", G_CALLBACK(interrupt));
}

}  // namespace gemlive::actions
