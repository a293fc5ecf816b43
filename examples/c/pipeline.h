/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

/* Makes a pipeline as gst-launch-1.0 does. Ends the program if there is an error. */
GstElement *make_pipeline(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* The element of that name. Borrowed from the pipeline. */
GstElement *element(GstElement *pipeline, const char *name);

/* Plays to the end, and calls `on_message` (or NULL) for each message of an element. Then releases
 * the pipeline. Returns the exit status: 1 after an error, which it prints. */
typedef void (*OnMessage)(GstElement *pipeline, GstMessage *message);
int play(GstElement *pipeline, OnMessage on_message);
