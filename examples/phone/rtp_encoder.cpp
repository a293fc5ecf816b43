// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "rtp_encoder.hpp"

#include <stdexcept>
#include <string>
#include <utility>

using gemlive::GstPtr;

namespace {

/// What takes a place in a pipeline.
struct Replacement {
  GstPtr<GstElement> bin;
  GstPtr<GstPad> rtp;
};

/// audiorate removes the discontinuities of the start and of an interruption, at which a payloader
/// sends a short packet.
std::string describe(const Media &media, guint32 timestamp_offset) {
  return "audioconvert ! audioresample ! audio/x-raw,rate=" +
         std::to_string(media.codec->format.clock_rate) + " ! audiorate skip-to-first=true ! " +
         media.codec->encoder + " name=payloader pt=" + std::to_string(media.payload_type) +
         " timestamp-offset=" + std::to_string(timestamp_offset);
}

void continue_numbers(GstElement *former, GstElement *next) {
  const GstPtr<GstElement> from(gst_bin_get_by_name(GST_BIN(former), "payloader"));
  const GstPtr<GstElement> to(gst_bin_get_by_name(GST_BIN(next), "payloader"));
  guint last = 0;
  g_object_get(from.get(), "seqnum", &last, nullptr);
  g_object_set(to.get(), "seqnum-offset", static_cast<int>((last + 1) & 0xffff), nullptr);
}

/// Main thread or streaming thread. `audio` is idle.
void replace(GstPad *audio, const Replacement &next) {
  const GstPtr<GstObject> pipeline(gst_object_get_parent(GST_OBJECT(GST_PAD_PARENT(audio))));
  if (const GstPtr<GstPad> at{gst_pad_get_peer(audio)}) {
    auto *former = GST_PAD_PARENT(at.get());
    continue_numbers(former, next.bin.get());
    gst_element_set_state(former, GST_STATE_NULL);
    gst_bin_remove(GST_BIN(pipeline.get()), former);
  }
  gst_bin_add(GST_BIN(pipeline.get()), next.bin.get());
  const GstPtr<GstPad> sink(gst_element_get_static_pad(next.bin.get(), "sink"));
  const GstPtr<GstPad> src(gst_element_get_static_pad(next.bin.get(), "src"));
  gst_pad_link(src.get(), next.rtp.get());
  gst_element_sync_state_with_parent(next.bin.get());
  gst_pad_link(audio, sink.get());
}

}  // namespace

RtpEncoder::RtpEncoder(GstPtr<GstPad> audio, GstPtr<GstPad> rtp)
    : audio_(std::move(audio)), rtp_(std::move(rtp)), timestamp_offset_(g_random_int()) {}

void RtpEncoder::encode_as(const Media &media) {
  g_autoptr(GError) error = nullptr;
  auto *bin = gst_parse_bin_from_description_full(describe(media, timestamp_offset_).c_str(), TRUE,
                                                  nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (!bin) throw std::runtime_error(error->message);
  auto next = std::make_unique<Replacement>();
  next->bin.reset(GST_ELEMENT(gst_object_ref_sink(bin)));
  next->rtp.reset(GST_PAD(gst_object_ref(rtp_.get())));
  gst_pad_add_probe(
      audio_.get(), GST_PAD_PROBE_TYPE_IDLE,
      +[](GstPad *audio, GstPadProbeInfo *, gpointer next) {
        replace(audio, *static_cast<const Replacement *>(next));
        return GST_PAD_PROBE_REMOVE;
      },
      next.release(), +[](gpointer next) { delete static_cast<Replacement *>(next); });
}
