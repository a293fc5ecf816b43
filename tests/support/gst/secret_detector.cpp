// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_detector.hpp"

#include <algorithm>

namespace gemlive::test {

EarWitness::EarWitness() {
  gst_debug_remove_log_function(gst_debug_log_default);
  gst_debug_add_log_function(&EarWitness::log, this, nullptr);
  gst_debug_set_default_threshold(GST_LEVEL_MEMDUMP);
}

EarWitness::~EarWitness() {
  gst_debug_set_default_threshold(GST_LEVEL_NONE);
  gst_debug_remove_log_function(&EarWitness::log);
  gst_debug_add_log_function(gst_debug_log_default, nullptr, nullptr);
}

void EarWitness::log(GstDebugCategory *category, GstDebugLevel, const char *, const char *, gint,
                     GObject *, GstDebugMessage *message, gpointer self) {
  static_cast<EarWitness *>(self)->note(std::string(gst_debug_category_get_name(category)) + ": " +
                                        gst_debug_message_get(message));
}

void EarWitness::deep_notify(GObject *, GObject *origin, GParamSpec *pspec, gpointer self) {
  if (!(pspec->flags & G_PARAM_READABLE)) return;
  GValue value = G_VALUE_INIT;
  g_object_get_property(origin, pspec->name, &value);
  StrPtr text(gst_value_serialize(&value));
  g_value_unset(&value);
  static_cast<EarWitness *>(self)->note(std::string(pspec->name) + " = " +
                                        (text ? text.get() : ""));
}

void EarWitness::watch(Pipeline &pipeline) {
  g_signal_connect(pipeline.get(), "deep-notify", G_CALLBACK(&EarWitness::deep_notify), this);
  look_at(pipeline);
}

void EarWitness::look_at(Pipeline &pipeline) {
  StrPtr dot(gst_debug_bin_to_dot_data(GST_BIN(pipeline.get()), GST_DEBUG_GRAPH_SHOW_VERBOSE));
  note(std::string("dot: ") + dot.get());
  GstStructure *stats = nullptr;
  g_object_get(pipeline["g"], "stats", &stats, nullptr);
  StrPtr text(gst_structure_to_string(stats));
  gst_structure_free(stats);
  note(std::string("stats: ") + text.get());
}

void EarWitness::note(const std::string &text) {
  const std::lock_guard lock(mutex_);
  heard_ += text;
  heard_ += '\n';
}

void EarWitness::note(GstMessage *message) {
  const auto type = GST_MESSAGE_TYPE(message);
  if (type == GST_MESSAGE_ERROR || type == GST_MESSAGE_WARNING) note(describe(message));
  const auto *structure = gst_message_get_structure(message);
  if (!structure) return;
  Handle<GstStructure, gst_structure_free> copy(gst_structure_copy(structure));
  // The one message whose business it is.
  if (gst_structure_has_name(structure, "gemlive/resumption"))
    gst_structure_remove_field(copy.get(), "handle");
  StrPtr text(gst_structure_to_string(copy.get()));
  note(std::string(GST_MESSAGE_TYPE_NAME(message)) + ": " + text.get());
}

std::size_t EarWitness::size() {
  const std::lock_guard lock(mutex_);
  return heard_.size();
}

std::string EarWitness::where(const std::string &secret) {
  const std::lock_guard lock(mutex_);
  const auto at = heard_.find(secret);
  if (at == heard_.npos) return "";
  const auto line = heard_.rfind('\n', at);
  const auto start = std::max(line == heard_.npos ? 0 : line + 1, at > 300 ? at - 300 : 0);
  return heard_.substr(start, at - start + 100);
}

}  // namespace gemlive::test
