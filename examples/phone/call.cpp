// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "call.hpp"

#include <arpa/inet.h>
#include <gst/net/gstnetaddressmeta.h>

#include <cstdio>
#include <stdexcept>
#include <string_view>
#include <utility>

using gemlive::GstPtr;
using gemlive::ObjectPtr;

namespace {

constexpr guint digits_pause = 2000;     // ms without a digit that end a number
constexpr std::size_t most_digits = 64;  // that end a number too
constexpr GstClockTime shortest_loss = 5 * GST_MSECOND, longest_loss = 200 * GST_MSECOND;
constexpr char hang_up_tool[] =
    R"([{"functionDeclarations":[{"name":"hang_up","description":"Ends the phone call. )"
    R"(Call it when the conversation is over, after saying goodbye."}]}])";

/// nullptr: the port is taken.
ObjectPtr<GSocket> bind_socket(const std::string &address, int port) {
  ObjectPtr<GSocket> socket(
      g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, nullptr));
  g_autoptr(GSocketAddress) local =
      g_inet_socket_address_new_from_string(address.c_str(), static_cast<guint>(port));
  if (!socket || !local || !g_socket_bind(socket.get(), local, FALSE, nullptr)) return nullptr;
  return socket;
}

/// Decoders replace a lost packet. A lost packet of DTMF has no duration, which spanplc cannot
/// take, and a long loss is a pause, which gemlivesink fills.
bool is_odd_loss(GstEvent *event) {
  guint64 duration = 0;
  gst_structure_get_uint64(gst_event_get_structure(event), "duration", &duration);
  return duration < shortest_loss || duration > longest_loss;
}

/// IPv4, in the order of the network. 0: another kind of address.
guint32 ip_of(GSocketAddress *address) {
  sockaddr_in native{};
  if (!g_socket_address_to_native(address, &native, sizeof native, nullptr)) return 0;
  return native.sin_family == AF_INET ? native.sin_addr.s_addr : 0;
}

int port_of(GSocket *socket) {
  g_autoptr(GSocketAddress) local = g_socket_get_local_address(socket, nullptr);
  return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(local));
}

}  // namespace

Call::Call(const Media &media, const std::string &address, Listener listener)
    : media_(media), codec_(media.codec), address_(address), listener_(std::move(listener)) {
  make_sockets();
  make_pipeline();
  payload_types_.add(media);
  encoder_->encode_as(media);
  send_to(media);
  gst_element_set_state(pipeline_.get(), GST_STATE_PAUSED);
}

Call::~Call() {
  g_autoptr(GstBus) bus = gst_element_get_bus(pipeline_.get());
  gst_bus_remove_watch(bus);
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
  g_clear_handle_id(&digits_timer_, g_source_remove);
}

void Call::play() {
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
}

std::string Call::offer() {
  auto media = media_;
  media.direction = "sendrecv";
  return describe(media, address_, port_, ++version_);
}

/// Both codecs can be received meanwhile.
bool Call::change(const Media &media) {
  if (!payload_types_.add(media)) return false;
  try {
    if (media.codec != media_.codec || media.payload_type != media_.payload_type)
      encoder_->encode_as(media);
  } catch (const std::runtime_error &error) {
    g_printerr("%s\n", error.what());
    return false;
  }
  media_ = media;
  codec_ = media.codec;
  send_to(media);
  return true;
}

/// udpsink has its own idea of a host, to which not even a held call may send.
void Call::send_to(const Media &media) {
  if (const auto named = inet_addr(media.host.c_str()); named_.exchange(named) != named) heard_ = 0;
  g_object_set(element("rtp-out"), "host", media.host.c_str(), "port", media.port, nullptr);
  if (media.is_held) g_signal_emit_by_name(element("rtp-out"), "clear");
  g_object_set(element("rtcp-out"), "host", media.host.c_str(), "port", media.port + 1, nullptr);
}

/// RTP has an even port, and RTCP the next one.
void Call::make_sockets() {
  for (int tries = 0; tries < 100 && !rtcp_; tries++) {
    rtp_ = bind_socket(address_, 0);
    if (!rtp_) break;
    port_ = port_of(rtp_.get());
    if (port_ % 2 == 0) rtcp_ = bind_socket(address_, port_ + 1);
  }
  if (!rtcp_) throw std::runtime_error("There is no free pair of UDP ports at " + address_);
}

/// The output leads back to rtpbin, so the model is a pair. rtpbin waits 120 ms for a late packet,
/// and passes packets in order at once. `latency` and `chunk-duration` are small: both delay the
/// answer, and the silence after the caller has barged in. The service takes no change of the
/// sampling rate.
void Call::make_pipeline() {
  static int calls = 0;
  const auto session = " session=call-" + std::to_string(++calls) + " ";
  const auto description =
      "rtpbin name=rtp latency=120 do-lost=true autoremove=true max-streams=4 "
      "udpsrc name=rtp-in caps=application/x-rtp ! rtp.recv_rtp_sink_0 "
      "udpsrc name=rtcp-in caps=application/x-rtcp ! rtp.recv_rtcp_sink_0 " +
      describe_decoders() +
      "funnel name=speech ! audioconvert ! audioresample ! audio/x-raw,rate=" +
      std::to_string(media_.codec->speech_rate) + " ! gemlivesink name=model chunk-duration=20" +
      session +
      "funnel name=telephone-event ! rtpdtmfdepay ! fakesink sync=false async=false "
      "funnel name=rest ! fakesink sync=false async=false "
      "gemlivesrc name=voice latency=40 context-compression=true" +
      session +
      "rtp.send_rtp_src_0 ! udpsink name=rtp-out async=false "
      "rtp.send_rtcp_src_0 ! udpsink name=rtcp-out sync=false async=false";
  g_autoptr(GError) error = nullptr;
  pipeline_.reset(
      gst_parse_launch_full(description.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error));
  if (!pipeline_) throw std::runtime_error(error->message);

  encoder_.emplace(
      GstPtr<GstPad>(gst_element_get_static_pad(element("voice"), "src")),
      GstPtr<GstPad>(gst_element_request_pad_simple(element("rtp"), "send_rtp_sink_0")));
  give_socket("rtp-in", "rtp-out", rtp_.get());
  give_socket("rtcp-in", "rtcp-out", rtcp_.get());
  g_object_set(element("model"), "tools", hang_up_tool, nullptr);
  connect_signals();
}

/// Each is behind a funnel with the name of its codec.
std::string Call::describe_decoders() {
  std::string text;
  for (const auto &codec : codecs)
    text += std::string("funnel name=") + codec.format.name + " ! " + codec.decoder + " ! speech. ";
  return text;
}

void Call::connect_signals() {
  g_signal_connect(element("rtp"), "request-pt-map",
                   G_CALLBACK(+[](GstElement *, guint, guint payload_type, Call *call) {
                     return call->caps_of(static_cast<int>(payload_type));
                   }),
                   this);
  g_signal_connect(
      element("rtp"), "pad-added",
      G_CALLBACK(+[](GstElement *, GstPad *pad, Call *call) { call->link_received(pad); }), this);
  for (const char *name : {"rtp-in", "rtcp-in"}) {
    g_autoptr(GstPad) pad = gst_element_get_static_pad(element(name), "src");
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_packet, this, nullptr);
  }
  for (const auto &codec : codecs) {
    g_autoptr(GstPad) pad = gst_element_get_static_pad(element(codec.format.name), "src");
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_received_event, this, nullptr);
  }
  g_autoptr(GstBus) bus = gst_element_get_bus(pipeline_.get());
  gst_bus_add_watch(
      bus,
      +[](GstBus *, GstMessage *message, gpointer call) -> gboolean {
        static_cast<Call *>(call)->on_message(message);
        return G_SOURCE_CONTINUE;
      },
      this);
}

GstElement *Call::element(const char *name) const {
  g_autoptr(GstElement) found = gst_bin_get_by_name(GST_BIN(pipeline_.get()), name);
  return found;
}

/// Sends from the port that receives: NAT and many phones need that.
void Call::give_socket(const char *source, const char *sink, GSocket *socket) {
  for (const char *name : {source, sink})
    g_object_set(element(name), "socket", socket, "close-socket", FALSE, nullptr);
}

/// Streaming thread. The caller is who the SDP names, or else who was first: a machine can have
/// several addresses. Others are not heard.
GstPadProbeReturn Call::on_packet(GstPad *, GstPadProbeInfo *info, gpointer self) {
  auto *call = static_cast<Call *>(self);
  const auto *meta = gst_buffer_get_net_address_meta(GST_PAD_PROBE_INFO_BUFFER(info));
  const auto sender = meta ? ip_of(meta->addr) : 0;
  if (sender == call->named_) call->heard_ = sender;
  guint32 heard = 0;
  const bool is_caller = call->heard_.compare_exchange_strong(heard, sender) || heard == sender;
  return is_caller ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

/// Streaming thread. rtpbin tells all decoders of a lost packet, also that of a former codec.
GstPadProbeReturn Call::on_received_event(GstPad *pad, GstPadProbeInfo *info, gpointer self) {
  auto *event = GST_PAD_PROBE_INFO_EVENT(info);
  if (!gst_event_has_name(event, "GstRTPPacketLost")) return GST_PAD_PROBE_OK;
  const auto *codec = static_cast<Call *>(self)->codec_.load();
  const bool is_current = g_strcmp0(GST_OBJECT_NAME(GST_PAD_PARENT(pad)), codec->format.name) == 0;
  return is_current && !is_odd_loss(event) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

/// Any thread. An unknown payload type, such as comfort noise (13), has caps as well: a packet
/// without them is an error.
GstCaps *Call::caps_of(int payload_type) {
  const auto *format = payload_types_.meaning(payload_type);
  g_autofree char *upper = g_ascii_strup(format ? format->name : "X-UNKNOWN", -1);
  return gst_caps_new_simple("application/x-rtp", "media", G_TYPE_STRING, "audio", "payload",
                             G_TYPE_INT, payload_type, "clock-rate", G_TYPE_INT,
                             format ? format->clock_rate : codec_.load()->format.clock_rate,
                             "encoding-name", G_TYPE_STRING, upper, nullptr);
}

/// Any thread. rtpbin adds a pad for each sender and payload type: recv_rtp_src_0_SSRC_TYPE.
void Call::link_received(GstPad *pad) {
  g_autofree char *name = gst_pad_get_name(pad);
  unsigned payload_type = 0;
  if (std::sscanf(name, "recv_rtp_src_0_%*u_%u", &payload_type) != 1) return;
  const auto *format = payload_types_.meaning(static_cast<int>(payload_type));
  g_autoptr(GstPad) sink =
      gst_element_request_pad_simple(element(format ? format->name : "rest"), "sink_%u");
  gst_pad_link(pad, sink);
}

void Call::on_message(GstMessage *message) {
  const auto *fields = gst_message_get_structure(message);
  int digit = 0;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    g_autoptr(GError) error = nullptr;
    gst_message_parse_error(message, &error, nullptr);
    g_printerr("%s\n", error->message);
    listener_.ended();
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_LATENCY) {
    gst_bin_recalculate_latency(GST_BIN(pipeline_.get()));  // that of another encoder
  } else if (gst_message_has_name(message, "gemlive/connected")) {
    if (!std::exchange(is_connected_, true)) listener_.connected();
  } else if (gst_message_has_name(message, "dtmf-event")) {
    if (gst_structure_get_int(fields, "number", &digit)) add_digit(digit);
  } else if (gst_message_has_name(message, "gemlive/tool-call")) {
    on_tool_call(fields);
  } else if (gst_message_has_name(message, "gemlive/turn-complete") && is_hanging_up_) {
    listener_.ended();
  }
}

/// The model may say goodbye behind the call of the tool.
void Call::on_tool_call(const GstStructure *fields) {
  gboolean sent = FALSE;
  g_signal_emit_by_name(element("model"), "send-tool-response",
                        gst_structure_get_string(fields, "id"),
                        gst_structure_get_string(fields, "name"), "{\"result\":\"ok\"}", &sent);
  is_hanging_up_ = g_strcmp0(gst_structure_get_string(fields, "name"), "hang_up") == 0;
}

/// A number ends with # or with a pause, and is one typed turn.
void Call::add_digit(int event) {
  constexpr std::string_view keys = "0123456789*#ABCD";
  if (event < 0 || event >= static_cast<int>(keys.size())) return;
  digits_ += keys[static_cast<std::size_t>(event)];
  g_clear_handle_id(&digits_timer_, g_source_remove);
  if (digits_.back() == '#' || digits_.size() == most_digits) return send_digits();
  digits_timer_ = g_timeout_add(
      digits_pause,
      +[](gpointer call) -> gboolean {
        static_cast<Call *>(call)->digits_timer_ = 0;
        static_cast<Call *>(call)->send_digits();
        return G_SOURCE_REMOVE;
      },
      this);
}

void Call::send_digits() {
  gboolean sent = FALSE;
  g_signal_emit_by_name(element("model"), "send-text", digits_.c_str(), TRUE, &sent);
  digits_.clear();
}
