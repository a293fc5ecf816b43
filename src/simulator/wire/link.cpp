// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "link.hpp"

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <utility>

namespace gemlive::simulator {

namespace {

using namespace std::chrono_literals;

constexpr auto finish_timeout = 3s;

template <typename Callback>
void attach(SourcePtr &source, GSource *made, Callback callback, gpointer self) {
  source.reset(made);
  g_source_set_callback(made, G_SOURCE_FUNC(callback), self, nullptr);
  g_source_attach(made, g_main_context_get_thread_default());
}

bool would_block(const ErrorPtr &error) {
  return g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

}  // namespace

Link::Link(ObjectPtr<GIOStream> stream, GSocket *socket, Listener &listener)
    : stream_(std::move(stream)),
      socket_(ref(socket)),
      listener_(listener),
      in_(G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(stream_.get()))),
      out_(G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(stream_.get()))) {}

Link::~Link() {
  stop(read_source_);
  stop(write_source_);
  g_socket_close(socket_.get(), nullptr);
}

void Link::start() {
  watch_readable();
}

void Link::watch_readable() {
  if (ended_ || receiving_held_ || read_source_) return;
  attach(read_source_, g_pollable_input_stream_create_source(in_, nullptr), &Link::on_readable,
         this);
}

void Link::stop(SourcePtr &source) {
  if (source) g_source_destroy(source.get());
  source.reset();
}

gboolean Link::on_readable(GObject *, gpointer self) {
  static_cast<Link *>(self)->read();
  return G_SOURCE_CONTINUE;  // no effect if read() has destroyed the source
}

void Link::read() {
  std::array<char, 65536> buffer;
  ErrorPtr error;
  const auto size = g_pollable_input_stream_read_nonblocking(in_, buffer.data(), buffer.size(),
                                                             nullptr, out(error));
  if (size > 0) {
    if (!finishing_) listener_.received({buffer.data(), static_cast<std::size_t>(size)});
  } else if (size == 0) {
    end("end of connection");
  } else if (!would_block(error)) {
    end(error->message);
  }
}

void Link::write(std::string bytes) {
  if (ended_ || finishing_ || bytes.empty()) return;
  queue_.push_back(std::move(bytes));
  if (queue_.size() == 1) flush();
}

gboolean Link::on_writable(GObject *, gpointer self) {
  auto *link = static_cast<Link *>(self);
  stop(link->write_source_);
  link->flush();
  return G_SOURCE_REMOVE;
}

void Link::flush() {
  while (!queue_.empty() && !ended_ && !sending_held_ && !write_source_) {
    const auto rest = std::string_view(queue_.front()).substr(front_sent_);
    ErrorPtr error;
    const auto size = g_pollable_output_stream_write_nonblocking(out_, rest.data(), rest.size(),
                                                                 nullptr, out(error));
    if (size < 0 && !would_block(error)) {
      // Ends later: the caller of write() does not expect ended() in the middle of it.
      const std::string why = error->message;
      queue_.clear();
      front_sent_ = 0;
      return end_timeout_.start(0ms, [this, why] { end(why); });
    }
    if (size < 0) {
      attach(write_source_, g_pollable_output_stream_create_source(out_, nullptr),
             &Link::on_writable, this);
      return;
    }
    front_sent_ += static_cast<std::size_t>(size);
    if (front_sent_ < queue_.front().size()) continue;
    queue_.pop_front();
    front_sent_ = 0;
  }
  if (finishing_ && queue_.empty()) shut_down();
}

void Link::finish() {
  if (ended_ || finishing_) return;
  finishing_ = true;
  hold_receiving(false);
  hold_sending(false);
  end_timeout_.start(finish_timeout, [this] { end("peer does not close"); });
  flush();
}

void Link::shut_down() {
  if (G_IS_TLS_CONNECTION(stream_.get()))
    g_output_stream_close(G_OUTPUT_STREAM(out_), nullptr, nullptr);  // close_notify
  g_socket_shutdown(socket_.get(), FALSE, TRUE, nullptr);
}

void Link::reset() {
  if (ended_) return;
  const linger now = {1, 0};
  setsockopt(g_socket_get_fd(socket_.get()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  end("reset");
}

void Link::end(const std::string &why) {
  if (std::exchange(ended_, true)) return;
  stop(read_source_);
  stop(write_source_);
  end_timeout_.stop();
  queue_.clear();
  g_socket_close(socket_.get(), nullptr);
  listener_.ended(why);
}

void Link::hold_receiving(bool hold) {
  receiving_held_ = hold;
  if (hold) stop(read_source_);
  watch_readable();
}

void Link::hold_sending(bool hold) {
  sending_held_ = hold;
  if (hold) stop(write_source_);
  if (!hold && !ended_) flush();
}

}  // namespace gemlive::simulator
