// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "web_socket.hpp"

#include <unistd.h>

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

MaskingKey make_masking_key() {
  MaskingKey mask = {};
  // Fails only if the kernel does not support it. The protocol still works with a constant key.
  if (getentropy(mask.data(), mask.size()) != 0) mask = {1, 2, 3, 4};
  return mask;
}

/// `code` if a client may send it, otherwise 1000.
int sendable(int code) {
  const bool own_range = code >= 3000 && code < 5000;
  const bool known = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
  return own_range || known ? code : 1000;
}

bool would_block(const ErrorPtr &error) {
  return g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

const char *words_for(Watchdog::Verdict verdict) {
  return verdict == Watchdog::Verdict::no_message ? "a message that does not end"
                                                  : "more data than can be processed";
}

}  // namespace

struct WebSocket::Source {
  GSource base;
  WebSocket *socket;
};

WebSocket::WebSocket(Link link, std::string host, Listener *listener,
                     std::chrono::milliseconds keepalive)
    : link_(std::move(link)), host_(std::move(host)), listener_(listener), keepalive_(keepalive) {
  static GSourceFuncs functions = {nullptr, nullptr, &WebSocket::dispatch,
                                   nullptr, nullptr, nullptr};
  source_.reset(g_source_new(&functions, sizeof(Source)));
  reinterpret_cast<Source *>(source_.get())->socket = this;
  g_source_set_static_name(source_.get(), "gemlive web socket");
  descriptor_ = g_source_add_unix_fd(source_.get(), link_.guard->descriptor(), G_IO_IN);
  // Data that arrived with the upgrade is in the stream, where poll does not see it.
  g_source_set_ready_time(source_.get(), 0);
  g_source_attach(source_.get(), g_main_context_get_thread_default());
  if (keepalive_ > 0ms) ping_later();
  check_later();
}

WebSocket::~WebSocket() {
  if (source_) g_source_destroy(source_.get());
  link_.guard->shut_down();
}

void WebSocket::leave(std::unique_ptr<WebSocket> socket, int code, const std::string &reason) {
  auto *self = socket.release();
  self->listener_ = nullptr;
  self->left_ = true;
  self->ping_.stop();
  self->check_.stop();
  if (code != 0 && !self->deaf_) self->say_close(code, reason);
  const bool flood = self->reader_.error() && self->reader_.error()->is_flood();
  self->end_within(flood || !self->source_ ? 0ms : close_patience);
}

/// Deletes this socket after `patience`. Only after leave().
void WebSocket::end_within(std::chrono::milliseconds patience) {
  end_.start(patience, [this] { delete this; });
}

// ---- Reading ----

gboolean WebSocket::dispatch(GSource *source, GSourceFunc, gpointer) {
  auto &self = *reinterpret_cast<Source *>(source)->socket;
  g_source_set_ready_time(source, -1);
  const auto events = g_source_query_unix_fd(source, self.descriptor_);
  if (events & G_IO_OUT) self.flush();
  // After a write error, the server's close frame may still be readable.
  if (events != G_IO_OUT || self.write_error_) self.read();
  if (self.asked_ && self.listener_ && self.can_send()) self.listener_->writable();
  return G_SOURCE_CONTINUE;
}

void WebSocket::read() {
  auto *stream = G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(link_.stream));
  std::array<char, portion> bytes;
  for (std::size_t total = 0; total < portion;) {
    ErrorPtr error;
    const auto count = g_pollable_input_stream_read_nonblocking(stream, bytes.data(), bytes.size(),
                                                                nullptr, out(error));
    const bool drained = count < 0 && would_block(error);
    if (drained && !write_error_) return;
    if (count <= 0) return stream_ended(drained || !error ? write_error_.get() : error.get());
    const auto size = static_cast<std::size_t>(count);
    take({bytes.data(), size});
    // A plain socket returned all its data. Reading again would waste a system call.
    if (!link_.records && size < bytes.size() && !write_error_) return;
    total += size;
  }
  g_source_set_ready_time(source_.get(), 0);
}

void WebSocket::take(std::string_view bytes) {
  if (deaf_) return;
  reader_.feed(bytes, g_get_monotonic_time());
  while (const auto incoming = reader_.next()) {
    take(*incoming);
    if (deaf_) return;
  }
  if (reader_.error()) server_erred(*reader_.error());
}

void WebSocket::check_later() {
  check_.start(check_interval, [this] {
    check_later();
    reader_.check(g_get_monotonic_time());
    if (reader_.error() && !deaf_) server_erred(*reader_.error());
  });
}

void WebSocket::take(const Incoming &incoming) {
  switch (incoming.opcode) {
    case Opcode::close:
      return server_closed(incoming.payload);
    case Opcode::ping:
      pong_ = incoming.payload;
      owes_pong_ = true;
      return flush();
    case Opcode::pong:
      return;
    default:
      link_.guard->message_arrived();
      if (listener_) listener_->message(pool_.copy(incoming.payload).get());
  }
}

void WebSocket::server_closed(std::string_view payload) {
  int code = no_code;
  if (!payload.empty())
    code = static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]);
  const auto reason = text::excerpt(payload.substr(std::min<std::size_t>(payload.size(), 2)));
  deaf_ = true;
  say_close(code, "");
  if (auto *listener = std::exchange(listener_, nullptr)) listener->closed(code, reason);
}

void WebSocket::server_erred(const FrameError &fault) {
  deaf_ = true;
  say_close(fault.code, fault.reason);
  auto error = fault.is_flood() ? soup_errors::flooded(host_, fault.reason)
                                : soup_errors::misbehaved(host_, fault.reason);
  if (auto *listener = std::exchange(listener_, nullptr)) listener->failed(error);
}

/// No more reading or writing.
void WebSocket::stream_ended(const GError *error) {
  deaf_ = said_close_ = true;
  g_source_destroy(source_.get());
  source_.reset();
  if (left_) return end_within(0ms);
  auto *listener = std::exchange(listener_, nullptr);
  if (!listener) return;
  const auto verdict = link_.guard->verdict();
  if (verdict != Watchdog::Verdict::none) {
    listener->failed(soup_errors::flooded(host_, words_for(verdict)));
  } else if (error) {
    listener->failed(soup_errors::broken(host_, *error));
  } else {
    listener->closed(0, "");
  }
}

// ---- Writing ----

bool WebSocket::can_send() {
  asked_ = !out_.empty();
  return !asked_ && !said_close_;
}

void WebSocket::send(std::string_view text) {
  write(Opcode::text, text);
}

void WebSocket::say_close(int code, std::string_view reason) {
  if (std::exchange(said_close_, true)) return;
  append_masked_frame(out_, Opcode::close, close_payload(sendable(code), reason),
                      make_masking_key());
  flush();
}

/// Pongs are not checked, because the service may need 30 s for them. Sending is enough: the kernel
/// then detects a dead peer.
void WebSocket::ping_later() {
  ping_.start(keepalive_, [this] {
    ping_later();
    if (out_.empty()) write(Opcode::ping, {});
  });
}

void WebSocket::write(Opcode opcode, std::string_view payload) {
  if (said_close_) return;
  append_masked_frame(out_, opcode, payload, make_masking_key());
  flush();
}

/// Writes as much as the kernel accepts. The rest stays in place, because TLS requires a retry with
/// the same bytes.
void WebSocket::flush() {
  if (write_error_ || !source_) return;
  auto *stream = G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(link_.stream));
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
  if (!std::exchange(owes_pong_, false) || said_close_) return false;
  append_masked_frame(out_, Opcode::pong, pong_, make_masking_key());
  return true;
}

void WebSocket::watch(bool output) {
  if (std::exchange(watches_output_, output) == output) return;
  g_source_modify_unix_fd(source_.get(), descriptor_,
                          static_cast<GIOCondition>(output ? G_IO_IN | G_IO_OUT : G_IO_IN));
}

}  // namespace gemlive
