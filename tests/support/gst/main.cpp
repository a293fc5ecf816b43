// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

// The main() of all programs of tests/gst.

namespace {

/// With GEMLIVE_CANARY set, every conversation has this API key. The test aborts if the key appears
/// in any log at any level.
void find_canary(GstDebugCategory *category, GstDebugLevel, const char *, const char *, gint,
                 GObject *, GstDebugMessage *message, gpointer canary) {
  const char *text = gst_debug_message_get(message);
  if (!text || !std::strstr(text, static_cast<const char *>(canary))) return;
  std::fprintf(stderr, "a secret is in the log: %s: %s\n", gst_debug_category_get_name(category),
               text);
  std::abort();
}

void use_canary(const char *canary) {
  g_setenv("GOOGLE_API_KEY", canary, TRUE);
  gst_debug_remove_log_function(gst_debug_log_default);
  gst_debug_add_log_function(find_canary, const_cast<char *>(canary), nullptr);
  gst_debug_set_active(TRUE);
  gst_debug_set_default_threshold(GST_LEVEL_MEMDUMP);
}

bool leaked = false;

/// With GST_TRACERS=leaks, gst_deinit() warns about objects that were not released.
void note_leaks(const char *domain, GLogLevelFlags level, const char *message, gpointer) {
  leaked = leaked || std::strstr(message, "Leaks detected");
  g_log_default_handler(domain, level, message, nullptr);
}

}  // namespace

int main(int argc, char **argv) {
  ::testing::InitGoogleTest(&argc, argv);
  gst_init(&argc, &argv);
  if (const char *canary = std::getenv("GEMLIVE_CANARY")) use_canary(canary);
  const int result = RUN_ALL_TESTS();
  if (!std::getenv("GST_TRACERS")) return result;
  g_log_set_default_handler(note_leaks, nullptr);
  gst_deinit();
  return leaked ? 1 : result;
}
