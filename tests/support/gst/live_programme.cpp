// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "live_programme.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "samples.hpp"

namespace gemlive::test {

using namespace std::chrono_literals;

namespace {

constexpr auto start = 500ms;
constexpr int frames_in_bundle = 7;  // of AAC, 21.3 ms each

}  // namespace

std::string Speech::samples() const {
  const auto quiet = [](std::chrono::milliseconds length) {
    return std::string(static_cast<std::size_t>(length.count()) * 32, '\0');
  };
  auto all = quiet(start);
  for (const auto &part : parts)
    all += loud(part.loud) + quiet(part.quiet);
  return all;
}

std::chrono::milliseconds Speech::duration() const {
  auto sum = start;
  for (const auto &part : parts)
    sum += part.loud + part.quiet;
  return sum;
}

std::vector<double> Speech::onsets() const {
  std::vector<double> found;
  auto at = start;
  for (const auto &part : parts) {
    found.push_back(static_cast<double>(at.count()));
    at += part.loud + part.quiet;
  }
  return found;
}

bool Speech::speaks_at(double ms) const {
  const auto begins = onsets();
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (ms >= begins[i] && ms < begins[i] + static_cast<double>(parts[i].loud.count())) return true;
  return false;
}

LiveProgramme::LiveProgramme(const Speech &speech, const std::string &sink, Picture picture)
    : speech_(speech),
      file_(wav(speech.samples()), ".wav"),
      pipeline_("mpegtsmux name=m alignment=7 ! " + sink +
                "  videotestsrc is-live=true pattern=black num-buffers=" +
                std::to_string(speech.duration() / 40ms) +
                " ! video/x-raw,format=I420,width=64,height=64,framerate=25/1 ! "
                "identity name=picture ! openh264enc gop-size=" +
                std::to_string(key_frame_interval) +
                " ! h264parse ! "
                "video/x-h264,stream-format=byte-stream,alignment=au ! queue name=pictures " +
                (picture == Picture::later ? "" : "! m. ") + " filesrc location=" + file_.path() +
                " ! wavparse ! identity sync=true ! "
                "audioconvert ! audioresample ! audio/x-raw,rate=48000 ! voaacenc ! aacparse ! "
                "audio/mpeg,stream-format=adts ! queue name=sound ! m.") {
  PadPtr pad(gst_element_get_static_pad(pipeline_["picture"], "src"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, paint, this, nullptr);
  if (picture == Picture::from_the_start) return;
  pictures_.reset(gst_element_get_static_pad(pipeline_["pictures"], "src"));
  dropped_ = gst_pad_add_probe(
      pictures_.get(), GST_PAD_PROBE_TYPE_BUFFER,
      +[](GstPad *, GstPadProbeInfo *, gpointer) { return GST_PAD_PROBE_DROP; }, nullptr, nullptr);
}

LiveProgramme::~LiveProgramme() {
  stop();
  gst_clear_buffer(&bundle_);
}

void LiveProgramme::bundle_sound() {
  const PadPtr pad(gst_element_get_static_pad(pipeline_["sound"], "src"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, bundle, this, nullptr);
}

GstPadProbeReturn LiveProgramme::bundle(GstPad *, GstPadProbeInfo *info, gpointer self) {
  auto *programme = static_cast<LiveProgramme *>(self);
  auto *frame = gst_buffer_ref(GST_PAD_PROBE_INFO_BUFFER(info));
  programme->bundle_ = programme->bundle_ ? gst_buffer_append(programme->bundle_, frame) : frame;
  if (++programme->bundled_ < frames_in_bundle) return GST_PAD_PROBE_DROP;
  gst_buffer_unref(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_PAD_PROBE_INFO_DATA(info) = std::exchange(programme->bundle_, nullptr);
  programme->bundled_ = 0;
  return GST_PAD_PROBE_OK;
}

void LiveProgramme::begin_picture() {
  const PadPtr input(gst_element_request_pad_simple(pipeline_["m"], "sink_%d"));
  EXPECT_EQ(gst_pad_link(pictures_.get(), input.get()), GST_PAD_LINK_OK);
  gst_pad_remove_probe(pictures_.get(), dropped_);
}

std::size_t LiveProgramme::frames() const {
  return static_cast<std::size_t>(speech_.duration() / 40ms);
}

std::string LiveProgramme::wait_eos() {
  MessagePtr end;
  for (int deadlines = 0; deadlines < 4 && !end; ++deadlines)
    end = pipeline_.wait([](GstMessage *message) {
      return GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS ||
             GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
    });
  if (!end) return "no EOS";
  return GST_MESSAGE_TYPE(end.get()) == GST_MESSAGE_EOS ? "" : describe(end.get());
}

GstPadProbeReturn LiveProgramme::paint(GstPad *, GstPadProbeInfo *info, gpointer self) {
  auto *programme = static_cast<LiveProgramme *>(self);
  auto *buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  const bool bright =
      programme->speech_.speaks_at(static_cast<double>(GST_BUFFER_PTS(buffer)) / 1e6);
  gst_buffer_memset(buffer, 0, bright ? 235 : 16, 64 * 64);
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  ++programme->painted_;
  return GST_PAD_PROBE_OK;
}

}  // namespace gemlive::test
