// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include "config.hpp"
#include "conversation.hpp"
#include "gst_ptr.hpp"

/// Settings as GObject properties, the same on all three elements: one for every setting of Config,
/// by its name and with its default, and three that can only be read. install() when the class is
/// made, the others on any thread.
namespace gemlive::properties {

enum class StreamKind { audio, input_transcript, output_transcript, text };

/// Installs them with the ids from 1 on. Returns the first id that is free.
guint install(GObjectClass *klass);

/// Whether `id` is a setting of Config, to be used with set() and get().
bool is_setting(guint id);
void set(Config &config, guint id, const GValue &value);
void get(const Config &config, guint id, GValue &value);

/// The one setting that may change while PLAYING.
bool is_access_token(const GParamSpec &pspec);

/// It is read from the conversation, too.
bool is_resumption_handle(const GParamSpec &pspec);

/// Whether `id` is one of connection-state, session-id and stats, to be used with get_status().
bool is_status(guint id);
void get_status(const Stats &stats, guint id, GValue &value);

GType stream_kind_type();
/// For the element's documentation (GST_PLUGIN_API).
void describe_types();

}  // namespace gemlive::properties
