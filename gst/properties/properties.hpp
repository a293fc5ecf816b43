// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include "config.hpp"
#include "conversation.hpp"
#include "gst_ptr.hpp"

/// The GObject properties of the three elements: one for each setting of Config, with its name and
/// default, and read-only ones. install*() run in class_init, the other functions on any thread.
namespace gemlive::properties {

enum class StreamKind { audio, input_transcript, output_transcript, text };

inline constexpr const char *default_session = "default";

/// Installs the settings, connection-state, session-id and stats.
void install(GObjectClass *klass);
void install_session(GObjectClass *klass);
void install_stream(GObjectClass *klass);

/// Whether `id` is a setting of Config, for set() and get().
bool is_setting(guint id);
void set(Config &config, guint id, const GValue &value);
void get(const Config &config, guint id, GValue &value);

/// The only setting that can change in PAUSED and PLAYING: see ConversationClient::reject_change().
bool is_access_token(const GParamSpec &pspec);

/// The only setting that the conversation changes by itself.
bool is_resumption_handle(const GParamSpec &pspec);

/// Whether `id` is connection-state, session-id or stats, for get_status().
bool is_status(guint id);
void get_status(const Stats &stats, guint id, GValue &value);

bool is_session(guint id);
bool is_stream(guint id);

/// Registers the enumerations and marks them as API of the plugin, for gst-inspect-1.0 and the
/// documentation.
void register_types();

}  // namespace gemlive::properties
