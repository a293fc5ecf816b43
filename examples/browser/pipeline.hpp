// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <string>

#include "handle.hpp"

namespace gemlive::web {

/// Makes a visitor's pipeline. What its threads see is posted on its bus, as APPLICATION messages:
///   web/negotiate               an offer is needed
///   web/candidate (line, candidate)
///   web/open                    the data channel is open
///   web/failed (why)            the call cannot go on
///   web/caption (of, text)      a caption is due, since its words are heard now; of: user or model
///   web/caption-end (of)        the sentence, or the turn, has ended
/// Elements: webrtc, gemlive, input (takes the signals of gemlive), pictures.
/// `name` becomes the name of the pipeline and of its session. `address`: where media arrives.
GstPtr<GstElement> make_pipeline(const std::string &name, const std::string &address);

GstPtr<GstElement> find(GstElement *pipeline, const char *name);

/// The data channel for events. In READY, before the offer.
ObjectPtr<GObject> make_channel(GstElement *webrtc);

/// Makes the offer and sets it. Returns its SDP; empty: there is none. It waits for webrtcbin,
/// which leaks a transport if it is stopped meanwhile (1.22).
std::string negotiate(GstElement *webrtc);

}  // namespace gemlive::web
