// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include "handle.hpp"
#include "media.hpp"

/// The way of the model's audio to rtpbin: the encoder and payloader of a codec. Main thread.
class RtpEncoder {
 public:
  /// `audio` leads to `rtp` by it.
  RtpEncoder(gemlive::GstPtr<GstPad> audio, gemlive::GstPtr<GstPad> rtp);

  /// As soon as no audio is on its way. The packets go on with the next sequence number, and their
  /// timestamps by the same clock. Throws std::runtime_error if this machine lacks an element.
  void encode_as(const Media &media);

 private:
  gemlive::GstPtr<GstPad> audio_, rtp_;
  guint32 timestamp_offset_;
};
