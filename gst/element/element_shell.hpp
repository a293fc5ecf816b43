// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

/// Class functions that the elements have in common. The elements have a ConversationClient.
namespace gemlive::element_shell {

// GObjectClass, any thread
void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec);
void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec);

/// Deletes the element's `priv`.
template <typename Self, gpointer &parent_class>
void finalize(GObject *object) {
  delete reinterpret_cast<Self *>(object)->priv;
  G_OBJECT_CLASS(parent_class)->finalize(object);
}

/// How an element starts and stops its part in the conversation.
struct Running {
  bool (*open)(GstElement *element);   // false: the error has been posted
  void (*close)(GstElement *element);  // nothing to do if open() failed
};
/// change_state of an element that joins a conversation: calls the parent class, joins and opens
/// before it and closes and leaves after it, also when the change fails.
GstStateChangeReturn change_state(GstElement *element, GstStateChange transition,
                                  gpointer parent_class, const Running &running);

}  // namespace gemlive::element_shell
