// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "action_signals.hpp"

#include <cstring>

#include "conversation_client.hpp"

namespace gemlive::action_signals {
namespace {

bool is_blank(const char *text) {
  return *text && text[std::strspn(text, " \t\r\n\f\v")] == '\0';
}

gboolean accept(GstElement *element, const Conversation::Sent &sent, const char *signal) {
  if (sent) return *sent;
  GST_ELEMENT_WARNING(element, LIBRARY, SETTINGS,
                      ("Signal %s: %s", signal, sent.error().message.c_str()), (nullptr));
  return FALSE;
}

gboolean send_text(GstElement *element, const char *text, gboolean turn_complete) {
  const auto member = ConversationClient::of(element).member();
  if (!member || !text) return FALSE;
  const bool is_utf8 = g_utf8_validate(text, -1, nullptr);
  if (!is_utf8 || is_blank(text)) {
    GST_ELEMENT_WARNING(element, LIBRARY, SETTINGS,
                        ("Signal send-text: the text is not sent, because it %s",
                         is_utf8 ? "is only white space" : "is not valid UTF-8"),
                        (nullptr));
    return FALSE;
  }
  return member->conversation().send_text(text, turn_complete);
}

gboolean send_content(GstElement *element, const char *json) {
  const auto member = ConversationClient::of(element).member();
  if (!member || !json) return FALSE;
  return accept(element, member->conversation().send_content(json), "send-content");
}

gboolean send_message(GstElement *element, const char *json) {
  const auto member = ConversationClient::of(element).member();
  if (!member || !json) return FALSE;
  return accept(element, member->conversation().send_message(json), "send-message");
}

gboolean send_tool_response(GstElement *element, const char *id, const char *name,
                            const char *json) {
  const auto member = ConversationClient::of(element).member();
  if (!member || !json) return FALSE;
  return accept(element,
                member->conversation().send_tool_response(id ? id : "", name ? name : "", json),
                "send-tool-response");
}

void activity_start(GstElement *element) {
  if (auto member = ConversationClient::of(element).member())
    member->conversation().activity_start();
}

void activity_end(GstElement *element) {
  if (auto member = ConversationClient::of(element).member()) member->conversation().activity_end();
}

void audio_stream_end(GstElement *element) {
  if (auto member = ConversationClient::of(element).member())
    member->conversation().audio_stream_end();
}

void interrupt(GstElement *element) {
  if (auto member = ConversationClient::of(element).member()) member->conversation().interrupt();
}

constexpr auto flags = static_cast<GSignalFlags>(G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION);

}  // namespace

void install(GObjectClass *klass) {
  const GType type = G_OBJECT_CLASS_TYPE(klass);
  g_signal_new_class_handler("send-text", type, flags, G_CALLBACK(send_text), nullptr, nullptr,
                             nullptr, G_TYPE_BOOLEAN, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  g_signal_new_class_handler("send-content", type, flags, G_CALLBACK(send_content), nullptr,
                             nullptr, nullptr, G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
  g_signal_new_class_handler("send-message", type, flags, G_CALLBACK(send_message), nullptr,
                             nullptr, nullptr, G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
  g_signal_new_class_handler("send-tool-response", type, flags, G_CALLBACK(send_tool_response),
                             nullptr, nullptr, nullptr, G_TYPE_BOOLEAN, 3, G_TYPE_STRING,
                             G_TYPE_STRING, G_TYPE_STRING);
  const auto without_arguments = [type](const char *name, GCallback handler) {
    g_signal_new_class_handler(name, type, flags, handler, nullptr, nullptr, nullptr, G_TYPE_NONE,
                               0);
  };
  without_arguments("activity-start", G_CALLBACK(activity_start));
  without_arguments("activity-end", G_CALLBACK(activity_end));
  without_arguments("audio-stream-end", G_CALLBACK(audio_stream_end));
  without_arguments("interrupt", G_CALLBACK(interrupt));
}

}  // namespace gemlive::action_signals
