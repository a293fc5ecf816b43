// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pipeline.hpp"

#include <algorithm>
#include <utility>

#include "captions.hpp"
#include "problem.hpp"
#include "properties.hpp"
#include "stereo_file.hpp"

namespace gemlive::talk {
namespace {

bool is_installed(const char *factory) {
  return GstPtr<GstElementFactory>(gst_element_factory_find(factory)) != nullptr;
}

bool has_echo_canceller() {
  return is_installed("webrtcdsp") && is_installed("webrtcechoprobe");
}

/// webrtcdsp wants the same rate on both sides.
std::string echo_part(const char *element) {
  return std::string("audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 ! ") +
         element + " ! ";
}

std::string record_branch(const char *tee, const char *name) {
  return std::string(tee) +
         ". ! queue max-size-buffers=0 max-size-bytes=0 max-size-time=10000000000 ! "
         "audioconvert ! audioresample ! audio/x-raw,format=S16LE,channels=1,rate=" +
         std::to_string(StereoFile::rate) + " ! fakesink name=" + name +
         " async=false sync=false signal-handoffs=true ";
}

std::string level(const char *name) {
  return std::string("level name=") + name + " interval=100000000 ! ";
}

std::string user_side(const Plan &plan, const Places &places, const std::string &input) {
  if (places.input == Place::Typed)
    return "appsrc name=typed caps=\"text/x-raw,format=utf8\" ! gemlive.text ";
  std::string text = input.empty() ? "" : input + " ! ";
  if (input.empty()) text += "valve name=mute drop-mode=forward-sticky-events ! ";
  // Gain control would make the rest of the echo louder.
  text += plan.cancels_echo ? echo_part(
                                  "webrtcdsp gain-control=false echo-suppression-level=high "
                                  "probe=talk-echo")
                            : "audioconvert ! ";
  text += level("user-level") + "tee name=said allow-not-linked=true  said. ! gemlive. ";
  return plan.records ? text + record_branch("said", "record-user") : text;
}

std::string model_side(const Plan &plan, const std::string &output) {
  std::string text = "gemlive. ! " + level("model-level");
  // The probe must get the sound before it is heard. A sink takes it only when the device has room,
  // which can be too late: the queue takes it at once.
  if (plan.cancels_echo)
    text += echo_part("webrtcechoprobe name=talk-echo") +
            "queue max-size-buffers=0 max-size-bytes=0 max-size-time=200000000 ! ";
  text += "tee name=heard allow-not-linked=true ";
  if (!output.empty()) text += " heard. ! " + output + ' ';
  return plan.records ? text + record_branch("heard", "record-model") : text;
}

std::string words(const Plan &plan, const char *pad, const char *name) {
  return std::string("gemlive.") + pad + " ! fakesink name=" + name +
         " async=false signal-handoffs=true sync=" + (plan.is_real_time ? "true " : "false ");
}

/// An element that is missing is named in the error of GStreamer.
GstPtr<GstElement> parse(const std::string &description) {
  GError *error = nullptr;
  GstPtr<GstElement> pipeline(
      gst_parse_launch_full(description.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error));
  if (pipeline) return pipeline;
  const ErrorPtr owner(error);
  throw Problem("The pipeline cannot be made: " + std::string(error->message) + ".",
                "Install gstreamer1.0-plugins-base, -good, -bad and -ugly. For gemlive itself set "
                "GST_PLUGIN_PATH, or work in the shell of: meson devenv -C build -w .");
}

GstPadProbeReturn put_in_front(GstPad *, GstPadProbeInfo *info, gpointer bytes) {
  const auto &text = *static_cast<std::string *>(bytes);
  auto *front = gst_buffer_new_memdup(text.data(), text.size());
  GST_PAD_PROBE_INFO_DATA(info) = gst_buffer_append(front, GST_PAD_PROBE_INFO_BUFFER(info));
  return GST_PAD_PROBE_REMOVE;
}

GstPadProbeReturn shift_latency(GstPad *, GstPadProbeInfo *info, gpointer shift) {
  auto *event = GST_PAD_PROBE_INFO_EVENT(info);
  if (GST_EVENT_TYPE(event) != GST_EVENT_LATENCY) return GST_PAD_PROBE_OK;
  GstClockTime latency = 0;
  gst_event_parse_latency(event, &latency);
  gst_event_unref(event);
  const auto shifted = static_cast<gint64>(latency) + GPOINTER_TO_INT(shift);
  GST_PAD_PROBE_INFO_DATA(info) =
      gst_event_new_latency(static_cast<GstClockTime>(std::max<gint64>(shifted, 0)));
  return GST_PAD_PROBE_OK;
}

/// webrtcdsp removes an echo that comes up to 48 ms later than the latency says, and nothing that
/// comes earlier. A loudspeaker can be some ms earlier: only the probe gets a smaller latency.
void expect_echo_earlier(GstElement *echo_probe) {
  constexpr int earlier = 15 * GST_MSECOND;
  for (const auto &[name, shift] : {std::pair("src", -earlier), std::pair("sink", earlier)}) {
    const GstPtr<GstPad> pad(gst_element_get_static_pad(echo_probe, name));
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, shift_latency,
                      GINT_TO_POINTER(shift), nullptr);
  }
}

void on_all_pads(GstElement *decoder, gpointer convert) {
  const GstPtr<GstPad> sink(gst_element_get_static_pad(GST_ELEMENT(convert), "sink"));
  if (!gst_pad_is_linked(sink.get()))
    GST_ELEMENT_ERROR(decoder, STREAM, WRONG_TYPE, ("The input has no audio."), (nullptr));
}

}  // namespace

Plan make_plan(const Options &options, const Places &places) {
  Plan plan;
  plan.records = !options.record_folder.empty();
  plan.is_real_time = places.has_device() || plan.records;
  for (const auto &[name, value] : options.properties) {
    if (name != "pacing") continue;
    if (plan.is_real_time && value == "none")
      throw Problem("pacing=none is for files: a device or a recording is in real time.",
                    "Leave out --property pacing=none.");
    plan.is_real_time = value != "none";
  }
  if (options.push_to_talk && places.input != Place::Device)
    throw Problem("--push-to-talk needs a microphone: a file or a typed line has no keys.",
                  "Leave it out, or name a device with --input.");
  const bool wanted = options.echo_cancel.value_or(places.is_conversation());
  plan.cancels_echo = wanted && places.is_conversation() && has_echo_canceller();
  if (options.echo_cancel == true && !places.is_conversation())
    throw Problem("--echo-cancel needs a microphone and a loudspeaker.", "Leave it out for files.");
  if (options.echo_cancel == true && !has_echo_canceller())
    throw Problem("--echo-cancel: webrtcdsp is not installed.",
                  "Install gstreamer1.0-plugins-bad, or wear headphones and leave the option out.");
  return plan;
}

GstPtr<GstElement> make_pipeline(const Options &options, const Places &places, const Plan &plan,
                                 const std::string &first_bytes, const std::string &input) {
  const auto output = describe_output(options, places);
  auto pipeline =
      parse("gemlive name=gemlive context-compression=true " + user_side(plan, places, input) +
            model_side(plan, output) + words(plan, "input_transcript", "user-words") +
            words(plan, "output_transcript", "model-words"));
  const auto gemlive = find(pipeline.get(), "gemlive");
  if (!plan.is_real_time) gst_util_set_object_arg(G_OBJECT(gemlive.get()), "pacing", "none");
  if (options.push_to_talk)
    gst_util_set_object_arg(G_OBJECT(gemlive.get()), "activity-detection", "manual");
  set_properties(gemlive.get(), options.properties);
  if (const auto echo = find(pipeline.get(), "talk-echo")) expect_echo_earlier(echo.get());
  post_words(find(pipeline.get(), "user-words").get(), Speaker::User);
  post_words(find(pipeline.get(), "model-words").get(), Speaker::Model);
  if (const auto source = find(pipeline.get(), "stdin")) {
    const GstPtr<GstPad> pad(gst_element_get_static_pad(source.get(), "src"));
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, put_in_front,
                      new std::string(first_bytes),
                      [](gpointer bytes) { delete static_cast<std::string *>(bytes); });
  }
  if (const auto decoder = find(pipeline.get(), "decoder"))
    g_signal_connect_object(decoder.get(), "no-more-pads", G_CALLBACK(on_all_pads),
                            find(pipeline.get(), "decoded").get(), GConnectFlags(0));
  return pipeline;
}

GstPtr<GstElement> find(GstElement *pipeline, const char *name) {
  return GstPtr<GstElement>(gst_bin_get_by_name(GST_BIN(pipeline), name));
}

}  // namespace gemlive::talk
