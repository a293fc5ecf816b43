// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "web_socket.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "soup_errors.hpp"
#include "text.hpp"

namespace gemlive {

using namespace std::chrono_literals;

namespace {

constexpr auto close_patience = 200ms;
/// Bytes to read before returning to the main loop.
constexpr std::size_t portion = 64 << 10;
/// A larger buffer is released when it is empty.
constexpr std::size_t kept_capacity = 1 << 20;
/// How often to check that the current message is still being received.
constexpr auto check_interval = 5s;
constexpr int no_code = 1005;  // a close frame without one

/// `code` if a client may send it, otherwise 1000.
int sendable(int code) {
  const bool own_range = code >= 3000 && code < 5000;
  const bool known = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
  return own_range || known ? code : 1000;
}

bool would_block(const ErrorPtr &error) {
  return g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

}  // namespace

struct WebSocket::Source {
  GSource base;
  WebSocket *socket;
};

WebSocket::WebSocket(UpgradedStream upgraded, std::string host, Transport::Listener *listener,
                     std::chrono::milliseconds keepalive)
    : upgraded_(std::move(upgraded)),
      host_(std::move(host)),
      listener_(listener),
      keepalive_(keepalive) {
  static GSourceFuncs functions = {nullptr, nullptr, &WebSocket::dispatch,
                                   nullptr, nullptr, nullptr};
  source_.reset(g_source_new(&functions, sizeof(Source)));
  reinterpret_cast<Source *>(source_.get())->socket = this;
  g_source_set_static_name(source_.get(), "gemlive web socket");
  descriptor_ = g_source_add_unix_fd(source_.get(), upgraded_.guard->descriptor(), G_IO_IN);
  // For opened(), and for data that arrived with the upgrade: poll does not see it in the stream.
  g_source_set_ready_time(source_.get(), 0);
  // Otherwise GLib takes the descriptor out for each dispatch, which allocates. No callback
  // iterates the context.
  g_source_set_can_recurse(source_.get(), TRUE);
  g_source_attach(source_.get(), g_main_context_get_thread_default());
  if (keepalive_ > 0ms) ping_later();
  check_later();
}

WebSocket::~WebSocket() {
  if (source_) g_source_destroy(source_.get());
  upgraded_.guard->shut_down();
}

void WebSocket::close(std::unique_ptr<WebSocket> socket, int code, const std::string &reason) {
  auto *self = socket.release();
  self->listener_ = nullptr;
  self->closing_ = true;
  self->ping_timer_.stop();
  self->check_timer_.stop();
  if (code != 0 && !self->discards_input_) self->send_close(code, reason);
  const bool flood = self->parser_.error() && self->parser_.error()->is_flood();
  self->end_within(flood || !self->source_ ? 0ms : close_patience);
}

/// Deletes this socket after `patience`. Only after close().
void WebSocket::end_within(std::chrono::milliseconds patience) {
  end_timer_.start(patience, [this] { delete this; });
}

// ---- Reading ----

gboolean WebSocket::dispatch(GSource *source, GSourceFunc, gpointer) {
  auto &self = *reinterpret_cast<Source *>(source)->socket;
  g_source_set_ready_time(source, -1);
  if (!std::exchange(self.opened_, true) && self.listener_) self.listener_->opened();
  const auto events = g_source_query_unix_fd(source, self.descriptor_);
  if (events & G_IO_OUT) self.flush();
  // After a write error, the server's close frame may still be readable.
  if (events != G_IO_OUT || self.write_error_) self.read();
  if (self.send_refused_ && self.listener_ && self.can_send()) self.listener_->writable();
  return G_SOURCE_CONTINUE;
}

void WebSocket::read() {
  auto *stream = G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(upgraded_.stream));
  std::array<char, portion> bytes;
  for (std::size_t total = 0; total < portion;) {
    ErrorPtr error;
    const auto count = g_pollable_input_stream_read_nonblocking(stream, bytes.data(), bytes.size(),
                                                                nullptr, out(error));
    const bool drained = count < 0 && would_block(error);
    if (drained && !write_error_) return;
    if (count <= 0) return end(drained || !error ? write_error_.get() : error.get());
    const auto size = static_cast<std::size_t>(count);
    parse({bytes.data(), size});
    // A plain socket returned all its data. TLS returned a whole record, which is smaller than the
    // array. Reading again would cost a GError each time.
    const bool has_more = upgraded_.is_tls ? g_pollable_input_stream_is_readable(stream)
                                           : size == bytes.size();
    if (!has_more && !write_error_) return;
    total += size;
  }
  g_source_set_ready_time(source_.get(), 0);
}

void WebSocket::parse(std::string_view bytes) {
  if (discards_input_) return;
  parser_.feed(bytes, g_get_monotonic_time());
  while (const auto incoming = parser_.next()) {
    handle(*incoming);
    if (discards_input_) return;
  }
  if (parser_.error()) fail(*parser_.error());
}

/// A check that comes late does not count: the loop was busy elsewhere, and did not read.
void WebSocket::check_later() {
  const auto due = g_get_monotonic_time() + std::chrono::microseconds(check_interval).count();
  check_timer_.start(check_interval, [this, due] {
    check_later();
    const std::chrono::microseconds late(g_get_monotonic_time() - due);
    if (late < 1s) parser_.check();
    if (parser_.error() && !discards_input_) fail(*parser_.error());
  });
}

void WebSocket::handle(const Incoming &incoming) {
  switch (incoming.opcode) {
    case Opcode::close:
      return handle_close(incoming.payload);
    case Opcode::ping:
      pong_ = incoming.payload;
      pong_pending_ = true;
      return flush();
    case Opcode::pong:
      return;
    default:
      if (listener_) listener_->message(pool_.copy(incoming.payload));
  }
}

void WebSocket::handle_close(std::string_view payload) {
  int code = no_code;
  if (!payload.empty())
    code = static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]);
  const auto reason = text::excerpt(payload.substr(std::min<std::size_t>(payload.size(), 2)));
  discards_input_ = true;
  send_close(code, "");
  if (auto *listener = std::exchange(listener_, nullptr)) listener->closed(code, reason);
}

void WebSocket::fail(const FrameError &error) {
  discards_input_ = true;
  send_close(error.code, error.reason);
  if (auto *listener = std::exchange(listener_, nullptr))
    listener->failed(error.is_flood() ? soup_errors::flooded(host_, error.reason)
                                      : soup_errors::misbehaved(host_, error.reason));
}

/// No more reading or writing.
void WebSocket::end(const GError *error) {
  discards_input_ = close_sent_ = true;
  g_source_destroy(source_.get());
  source_.reset();
  if (closing_) return end_within(0ms);
  auto *listener = std::exchange(listener_, nullptr);
  if (!listener) return;
  if (error)
    listener->failed(soup_errors::broken(host_, *error));
  else
    listener->closed(0, "");
}

// ---- Writing ----

bool WebSocket::can_send() {
  send_refused_ = !out_.empty();
  return !send_refused_ && !close_sent_;
}

void WebSocket::send(std::string_view text) {
  write(Opcode::text, text);
}

void WebSocket::send_close(int code, std::string_view reason) {
  if (std::exchange(close_sent_, true)) return;
  append_masked_frame(out_, Opcode::close, close_payload(sendable(code), reason),
                      masking_keys_.next());
  flush();
}

/// Pongs are not checked, because the service may need 30 s for them. Sending is enough: the kernel
/// then detects a dead peer.
void WebSocket::ping_later() {
  ping_timer_.start(keepalive_, [this] {
    ping_later();
    if (out_.empty()) write(Opcode::ping, {});
  });
}

void WebSocket::write(Opcode opcode, std::string_view payload) {
  if (close_sent_) return;
  append_masked_frame(out_, opcode, payload, masking_keys_.next());
  flush();
}

/// Writes as much as the kernel accepts. The rest stays in place, because TLS requires a retry with
/// the same bytes.
void WebSocket::flush() {
  if (write_error_ || !source_) return;
  auto *stream = G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(upgraded_.stream));
  while (prepare_output()) {
    const auto rest = std::string_view(out_).substr(sent_);
    ErrorPtr error;
    const auto count = g_pollable_output_stream_write_nonblocking(stream, rest.data(), rest.size(),
                                                                  nullptr, out(error));
    if (count < 0 && would_block(error)) return watch(true);
    if (count < 0) {
      write_error_ = std::move(error);
      return g_source_set_ready_time(source_.get(), 0);
    }
    sent_ += static_cast<std::size_t>(count);
  }
  watch(false);
}

/// Whether there are bytes to write. Adds a pending pong when everything else is written.
bool WebSocket::prepare_output() {
  if (sent_ < out_.size()) return true;
  sent_ = 0;
  out_.clear();
  if (out_.capacity() > kept_capacity) out_.shrink_to_fit();
  if (!std::exchange(pong_pending_, false) || close_sent_) return false;
  append_masked_frame(out_, Opcode::pong, pong_, masking_keys_.next());
  return true;
}

void WebSocket::watch(bool output) {
  if (std::exchange(watches_output_, output) == output) return;
  g_source_modify_unix_fd(source_.get(), descriptor_,
                          static_cast<GIOCondition>(output ? G_IO_IN | G_IO_OUT : G_IO_IN));
}

}  // namespace gemlive
