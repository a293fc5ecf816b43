// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "visitor.hpp"

#include "clock.hpp"
#include "json.hpp"

namespace gemlive::web {
namespace {

constexpr gsize max_text = 16 << 10;      // bytes of a message; an SDP answer has about 2000
constexpr gsize max_picture = 256 << 10;  // bytes
constexpr guint ping_interval = 5;        // s
constexpr gsize max_pong = 64;            // bytes of an answer to a ping
constexpr double patience = 15;           // s without a connection, or without an answer to a ping

// A message costs 1, and 1 for each 8 KiB: 100 at once, and 40 a second.
constexpr double burst = 100, per_second = 40;
double cost(gsize size) {
  return 1 + static_cast<double>(size) / 8192;
}

}  // namespace

Visitor::Visitor(SoupWebsocketConnection *socket, ObjectPtr<WebInflow> inflow,
                 const std::string &name, const std::string &handle, const std::string &address,
                 std::function<void()> gone)
    : socket_(static_cast<SoupWebsocketConnection *>(g_object_ref(socket))),
      inflow_(std::move(inflow)),
      limit_(burst, per_second),
      started_(now()),
      alive_(started_),
      timer_(g_timeout_add_seconds(
          ping_interval,
          [](gpointer data) -> gboolean {
            static_cast<Visitor *>(data)->check();
            return G_SOURCE_CONTINUE;
          },
          this)),
      gone_(std::move(gone)),
      call_(name, handle, address,
            {[this](std::string message) { send(message); },
             [this](const char *why) { close(SOUP_WEBSOCKET_CLOSE_GOING_AWAY, why); }}) {
  inflow_set_limit(inflow_.get(), 2 * max_picture);
  soup_websocket_connection_set_max_incoming_payload_size(socket, max_picture);
  soup_websocket_connection_set_keepalive_interval(socket, ping_interval);
  using Self = Visitor *;
  g_signal_connect(socket, "message",
                   G_CALLBACK(+[](SoupWebsocketConnection *, int type, GBytes *message, Self self) {
                     self->on_message(SoupWebsocketDataType(type), message);
                   }),
                   this);
  g_signal_connect(socket, "pong", G_CALLBACK(+[](SoupWebsocketConnection *, GBytes *, Self self) {
                     self->alive_ = now();
                   }),
                   this);
  g_signal_connect(socket, "closed",
                   G_CALLBACK(+[](SoupWebsocketConnection *, Self self) { self->on_closed(); }),
                   this);
}

Visitor::~Visitor() {
  g_signal_handlers_disconnect_by_data(socket_.get(), this);
  g_source_remove(timer_);
  if (gone_source_) g_source_remove(gone_source_);
}

void Visitor::close(gushort code, const char *reason) {
  if (soup_websocket_connection_get_state(socket_.get()) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close(socket_.get(), code, reason);
}

/// Not at once: this can be inside another method.
void Visitor::on_closed() {
  gone_source_ = g_idle_add(
      [](gpointer data) -> gboolean {
        auto *self = static_cast<Visitor *>(data);
        self->gone_source_ = 0;
        self->gone_();
        return G_SOURCE_REMOVE;
      },
      this);
}

void Visitor::check() {
  inflow_deliver(inflow_.get(), max_pong);
  if (now() - alive_ > patience)
    close(SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "The page does not answer.");
  else if (!call_.connected() && now() - started_ > patience)
    close(SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "The audio finds no way through the network.");
}

void Visitor::send(const std::string &message) {
  if (soup_websocket_connection_get_state(socket_.get()) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text(socket_.get(), message.c_str());
}

void Visitor::on_message(SoupWebsocketDataType type, GBytes *message) {
  gsize size = 0;
  const auto *data = static_cast<const char *>(g_bytes_get_data(message, &size));
  inflow_deliver(inflow_.get(), size);
  if (!limit_.take(cost(size), now()))
    return close(SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "The page sends too much.");
  if (type == SOUP_WEBSOCKET_DATA_BINARY) return call_.show(message);
  if (size > max_text) return close(SOUP_WEBSOCKET_CLOSE_TOO_BIG, "The message is too long.");
  on_request({data, size});
}

void Visitor::on_request(std::string_view text) {
  const auto request = Request::parse(text);
  if (!request) return close(SOUP_WEBSOCKET_CLOSE_BAD_DATA, "The message is not a JSON object.");
  const auto type = request->text("type");
  if (type == "answer" && !call_.accept_answer(request->text("sdp")))
    close(SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "The answer does not fit the offer.");
  else if (type == "say")
    call_.say(request->text("text"));
  else if (type == "interrupt")
    call_.interrupt();
}

}  // namespace gemlive::web
