// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_detector.hpp"

#include <algorithm>

namespace gemlive::test {

SecretDetector::SecretDetector() {
  gst_debug_remove_log_function(gst_debug_log_default);
  gst_debug_add_log_function(&SecretDetector::log, this, nullptr);
  gst_debug_set_default_threshold(GST_LEVEL_MEMDUMP);
}

SecretDetector::~SecretDetector() {
  gst_debug_set_default_threshold(GST_LEVEL_NONE);
  gst_debug_remove_log_function(&SecretDetector::log);
  gst_debug_add_log_function(gst_debug_log_default, nullptr, nullptr);
}

void SecretDetector::log(GstDebugCategory *category, GstDebugLevel, const char *, const char *,
                         gint, GObject *, GstDebugMessage *message, gpointer self) {
  static_cast<SecretDetector *>(self)->record(std::string(gst_debug_category_get_name(category)) +
                                              ": " + gst_debug_message_get(message));
}

void SecretDetector::deep_notify(GObject *, GObject *origin, GParamSpec *pspec, gpointer self) {
  if (!(pspec->flags & G_PARAM_READABLE)) return;
  GValue value = G_VALUE_INIT;
  g_object_get_property(origin, pspec->name, &value);
  StrPtr text(gst_value_serialize(&value));
  g_value_unset(&value);
  static_cast<SecretDetector *>(self)->record(std::string(pspec->name) + " = " +
                                              (text ? text.get() : ""));
}

void SecretDetector::watch(Pipeline &pipeline) {
  g_signal_connect(pipeline.get(), "deep-notify", G_CALLBACK(&SecretDetector::deep_notify), this);
  inspect(pipeline);
}

void SecretDetector::inspect(Pipeline &pipeline) {
  StrPtr dot(gst_debug_bin_to_dot_data(GST_BIN(pipeline.get()), GST_DEBUG_GRAPH_SHOW_VERBOSE));
  record(std::string("dot: ") + dot.get());
  GstStructure *stats = nullptr;
  g_object_get(pipeline["g"], "stats", &stats, nullptr);
  StrPtr text(gst_structure_to_string(stats));
  gst_structure_free(stats);
  record(std::string("stats: ") + text.get());
}

void SecretDetector::record(const std::string &text) {
  const std::lock_guard lock(mutex_);
  recorded_ += text;
  recorded_ += '\n';
}

void SecretDetector::record(GstMessage *message) {
  const auto type = GST_MESSAGE_TYPE(message);
  if (type == GST_MESSAGE_ERROR || type == GST_MESSAGE_WARNING) record(describe(message));
  const auto *structure = gst_message_get_structure(message);
  if (!structure) return;
  StrPtr text(gst_structure_to_string(structure));
  record(std::string(GST_MESSAGE_TYPE_NAME(message)) + ": " + text.get());
}

std::size_t SecretDetector::size() {
  const std::lock_guard lock(mutex_);
  return recorded_.size();
}

std::string SecretDetector::find(const std::string &secret) {
  const std::lock_guard lock(mutex_);
  const auto at = recorded_.find(secret);
  if (at == recorded_.npos) return "";
  const auto line = recorded_.rfind('\n', at);
  const auto start = std::max(line == recorded_.npos ? 0 : line + 1, at > 300 ? at - 300 : 0);
  return recorded_.substr(start, at - start + 100);
}

}  // namespace gemlive::test
