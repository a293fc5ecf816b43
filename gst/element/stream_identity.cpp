// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "stream_identity.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "conversation_client.hpp"
#include "gst_ptr.hpp"
#include "pipeline_util.hpp"

namespace gemlive {
namespace {

using EventPtr = MiniObjectPtr<GstEvent>;

constexpr std::string_view bin = "gemlive";

/// The number in a name that GStreamer made for a `gemlive`.
std::optional<guint64> automatic_number(std::string_view name) {
  if (!name.starts_with(bin) || name.size() == bin.size()) return std::nullopt;
  const std::string digits(name.substr(bin.size()));
  if (digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return g_ascii_strtoull(digits.c_str(), nullptr, 10);
}

std::string name_of(gpointer object) {
  const StrPtr name(gst_object_get_name(GST_OBJECT(object)));
  return name.get();
}

/// GStreamer counts the elements of the process. The name here counts those of the pipeline.
std::string stable_name(GstElement *bin_element) {
  const auto name = name_of(bin_element);
  const auto number = automatic_number(name);
  if (!number) return name;
  const auto all = find_elements(bin_element, bin.data());
  const auto before = std::ranges::count_if(all, [number](const ElementPtr &other) {
    const auto others = automatic_number(name_of(other.get()));
    return others && *others < *number;
  });
  return std::string(bin) + std::to_string(before);
}

}  // namespace

std::string stream_id(GstElement *source, const std::string &session, const char *stream) {
  const Handle<GstObject, gst_object_unref> parent(gst_object_get_parent(GST_OBJECT(source)));
  const bool in_bin = is_made_by(parent.get(), bin);
  return "gemlive/" + (in_bin ? stable_name(GST_ELEMENT(parent.get())) : session) + "/" + stream;
}

guint propose_group(GstElement *source, const std::string &session) {
  guint group = GST_GROUP_ID_INVALID;
  ConversationClient::for_each_input(source, session, [&group](GstElement *input) {
    const PadPtr pad(gst_element_get_static_pad(input, "sink"));
    const EventPtr start(gst_pad_get_sticky_event(pad.get(), GST_EVENT_STREAM_START, 0));
    if (start && group == GST_GROUP_ID_INVALID) gst_event_parse_group_id(start.get(), &group);
  });
  return group == GST_GROUP_ID_INVALID ? gst_util_group_id_next() : group;
}

}  // namespace gemlive
