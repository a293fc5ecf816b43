// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "inflow.hpp"

#include <algorithm>

struct _WebInflow {
  GFilterInputStream parent;
  GIOStream *connection;
  gsize limit, left;  // bytes
};

namespace {

void pollable_init(GPollableInputStreamInterface *interface);

}  // namespace

G_DEFINE_TYPE_WITH_CODE(WebInflow, web_inflow, G_TYPE_FILTER_INPUT_STREAM,
                        G_IMPLEMENT_INTERFACE(G_TYPE_POLLABLE_INPUT_STREAM, pollable_init))

namespace {

GPollableInputStream *input(WebInflow *inflow) {
  return G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(inflow->connection));
}

GPollableOutputStream *output(WebInflow *inflow) {
  return G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(inflow->connection));
}

gboolean is_readable(GPollableInputStream *stream) {
  auto *inflow = WEB_INFLOW(stream);
  return g_pollable_output_stream_is_writable(output(inflow)) &&
         g_pollable_input_stream_is_readable(input(inflow));
}

GSource *create_source(GPollableInputStream *stream, GCancellable *cancellable) {
  auto *inflow = WEB_INFLOW(stream);
  const bool is_waiting = !g_pollable_output_stream_is_writable(output(inflow));
  GSource *child = is_waiting ? g_pollable_output_stream_create_source(output(inflow), cancellable)
                              : g_pollable_input_stream_create_source(input(inflow), cancellable);
  GSource *source = g_pollable_source_new_full(inflow, child, nullptr);
  g_source_unref(child);
  return source;
}

gssize read_nonblocking(GPollableInputStream *stream, void *buffer, gsize size, GError **error) {
  auto *inflow = WEB_INFLOW(stream);
  if (!g_pollable_output_stream_is_writable(output(inflow))) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The peer does not read.");
    return -1;
  }
  if (inflow->left == 0) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                        "The peer sends too much.");
    return -1;
  }
  const gssize count = g_pollable_input_stream_read_nonblocking(
      input(inflow), buffer, std::min(size, inflow->left), nullptr, error);
  if (count > 0) inflow->left -= static_cast<gsize>(count);
  return count;
}

void pollable_init(GPollableInputStreamInterface *interface) {
  interface->is_readable = is_readable;
  interface->create_source = create_source;
  interface->read_nonblocking = read_nonblocking;
}

gboolean close_connection(GInputStream *stream, GCancellable *cancellable, GError **error) {
  return g_io_stream_close(WEB_INFLOW(stream)->connection, cancellable, error);
}

void finalize(GObject *object) {
  g_object_unref(WEB_INFLOW(object)->connection);
  G_OBJECT_CLASS(web_inflow_parent_class)->finalize(object);
}

}  // namespace

static void web_inflow_class_init(WebInflowClass *type) {
  G_OBJECT_CLASS(type)->finalize = finalize;
  G_INPUT_STREAM_CLASS(type)->close_fn = close_connection;
}

static void web_inflow_init(WebInflow *) {}

namespace gemlive::web {

WebInflow *inflow_new(GIOStream *connection, gsize limit) {
  auto *inflow = WEB_INFLOW(g_object_new(web_inflow_get_type(), "base-stream",
                                         g_io_stream_get_input_stream(connection), nullptr));
  inflow->connection = G_IO_STREAM(g_object_ref(connection));
  inflow_set_limit(inflow, limit);
  return inflow;
}

void inflow_set_limit(WebInflow *inflow, gsize limit) {
  inflow->limit = inflow->left = limit;
}

/// The message came with a header, and possibly in parts, each with a header.
void inflow_deliver(WebInflow *inflow, gsize size) {
  inflow->left = std::min(inflow->limit, inflow->left + 14 + size + size / 64);
}

}  // namespace gemlive::web
