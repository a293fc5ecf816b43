// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus_backlog.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace gemlive {
namespace {

/// Without its strings, a message takes about this much.
constexpr std::size_t frame = 512;
/// Level at which dropping ends, in percent. Lower than 100, so that it does not begin again at
/// once.
constexpr std::size_t resumes_at = 50;

/// Memory of a message.
std::size_t size_of(GstMessage *message) {
  std::size_t size = frame;
  const auto add = [](GQuark, const GValue *value, gpointer sum) -> gboolean {
    const char *text = G_VALUE_HOLDS_STRING(value) ? g_value_get_string(value) : nullptr;
    if (text) *static_cast<std::size_t *>(sum) += std::strlen(text);
    return TRUE;
  };
  if (const auto *fields = gst_message_get_structure(message))
    gst_structure_foreach(fields, add, &size);
  return size;
}

}  // namespace

/// What a message counts, until it is freed.
struct BusBacklog::Posted {
  std::shared_ptr<Waiting> waiting;
  std::size_t bytes;
};

std::size_t BusBacklog::level() const {
  return std::max(waiting_->messages * 100 / max_messages, waiting_->bytes * 100 / max_bytes);
}

void BusBacklog::count(GstMessage *message) {
  const auto bytes = size_of(message);
  ++waiting_->messages;
  waiting_->bytes += bytes;
  const auto release = [](gpointer data, GstMiniObject *) {
    const std::unique_ptr<Posted> posted(static_cast<Posted *>(data));
    --posted->waiting->messages;
    posted->waiting->bytes -= posted->bytes;
  };
  gst_mini_object_weak_ref(GST_MINI_OBJECT_CAST(message), release,
                           std::make_unique<Posted>(Posted{waiting_, bytes}).release());
}

void BusBacklog::post(MessagePtr message, Importance importance) {
  const std::size_t detail_limit = dropped_ > 0 ? resumes_at : 100;
  const std::size_t limit = importance == Importance::essential ? 200 : detail_limit;
  if (level() >= limit) {
    if (dropped_++ == 0)
      warn_("The application does not read the messages on the bus: " +
            std::to_string(waiting_->messages) + " are waiting. Further messages are dropped");
    return;
  }
  if (level() < resumes_at)
    if (const auto dropped = dropped_.exchange(0); dropped > 0)
      warn_(std::to_string(dropped) +
            " messages were dropped while the application did not read the bus");
  count(message.get());
  gst_element_post_message(element_, message.release());
}

}  // namespace gemlive
