// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "capture_file.hpp"

#include <fcntl.h>
#include <glib.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <utility>
#include <vector>

#include "glib_ptr.hpp"
#include "guarded.hpp"
#include "secret_placeholders.hpp"
#include "websocket_log.hpp"

namespace gemlive {
namespace {

constexpr int max_number = 9999;  // in file names
/// A larger buffer is released when it is empty.
constexpr std::size_t kept_capacity = 4 << 20;
constexpr std::size_t write_size = 1 << 20;

/// "talk.websocket.log" and 2 become "talk-2.websocket.log".
std::string numbered(const std::string &location, int number) {
  if (number == 1) return location;
  const auto name = location.rfind('/') + 1;  // npos + 1 is 0
  const auto dot = std::min(location.find('.', name + 1), location.size());
  return location.substr(0, dot) + '-' + std::to_string(number) + location.substr(dot);
}

int create_file(const std::string &path) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

}  // namespace

/// Messages that wait for the writer. Two are exchanged, so that their memory is used again.
struct CaptureFile::Queue {
  struct Item {
    bool is_clients = false;
    std::size_t size = 0;
    std::int64_t time = 0;
  };
  std::string bytes = {};
  std::vector<Item> items = {};
  unsigned dropped = 0;  // since the last item

  std::size_t size() const { return bytes.size() + items.size() * sizeof(Item); }
  void push(bool is_clients, std::string_view message, std::int64_t time) {
    bytes += message;
    items.push_back({is_clients, message.size(), time});
  }
  void push_dropped(std::int64_t time) {
    if (const auto count = std::exchange(dropped, 0))
      push(false, websocket_log::text({.dropped = count}), time);
  }
  void clear() {
    bytes.clear();
    items.clear();
    if (bytes.capacity() <= kept_capacity) return;
    bytes = {};
    items = {};
  }
};

class CaptureFile::Writer {
 public:
  Writer(int descriptor, Limits limits, Log log, std::string path)
      : limits_(limits), log_(std::move(log)), path_(std::move(path)), descriptor_(descriptor) {}
  ~Writer() { close(descriptor_); }

  // Any thread
  void add(bool is_clients, std::string_view message);
  void finish();
  bool wait(std::chrono::milliseconds timeout);
  std::optional<Error> take_failure();
  void hide(std::string_view secret) { placeholders_.hide(secret); }

  // The writer's thread
  void run();

 private:
  struct Shared {
    Queue queue = {};
    bool is_idle = false;    // the writer waits for a message
    bool is_ending = false;  // nothing is added any more
    bool is_over = false;    // nothing is written any more
    std::optional<Error> failure = {};
  };
  bool next(Queue &queue);
  void write(const Queue &queue);
  bool append(const Queue::Item &item, std::string_view message);
  void flush();
  void stop(const std::string &why);

  const Limits limits_;
  const Log log_;
  const std::string path_;
  const std::int64_t start_ = g_get_monotonic_time();
  Guarded<Shared> shared_;
  std::condition_variable changed_;
  std::atomic<bool> has_failure_{false};  // shared_ has one

  // The writer's thread, except hide()
  SecretPlaceholders placeholders_;
  const int descriptor_;
  std::uint64_t size_ = 0;
  std::string message_;  // with placeholders
  std::string out_;      // not written yet
};

void CaptureFile::Writer::add(bool is_clients, std::string_view message) {
  const auto time = g_get_monotonic_time() - start_;
  auto shared = shared_.lock();
  if (shared->is_ending) return;
  auto &queue = shared->queue;
  if (queue.size() + message.size() > limits_.queue) {
    ++queue.dropped;
    return;
  }
  queue.push_dropped(time);
  queue.push(is_clients, message, time);
  if (std::exchange(shared->is_idle, false) || queue.size() > limits_.queue / 2)
    changed_.notify_all();
}

void CaptureFile::Writer::finish() {
  auto shared = shared_.lock();
  if (std::exchange(shared->is_ending, true)) return;
  shared->queue.push_dropped(g_get_monotonic_time() - start_);
  changed_.notify_all();
}

bool CaptureFile::Writer::wait(std::chrono::milliseconds timeout) {
  auto shared = shared_.lock();
  return shared.wait_until(changed_, std::chrono::steady_clock::now() + timeout,
                           [&] { return shared->is_over; });
}

void CaptureFile::Writer::run() {
  for (Queue queue; next(queue); queue.clear())
    write(queue);
  if (size_ == 0 && !path_.empty()) unlink(path_.c_str());
  auto shared = shared_.lock();
  shared->is_over = true;
  changed_.notify_all();
}

/// Waits for messages and takes them. Returns false at the end.
bool CaptureFile::Writer::next(Queue &queue) {
  auto shared = shared_.lock();
  shared.wait_until(changed_, std::chrono::steady_clock::now() + limits_.interval,
                    [&] { return shared->is_ending || shared->queue.size() > limits_.queue / 2; });
  shared->is_idle = shared->queue.items.empty();
  shared.wait(changed_, [&] { return shared->is_ending || !shared->queue.items.empty(); });
  std::swap(queue, shared->queue);
  std::swap(queue.dropped, shared->queue.dropped);  // is not told yet
  return !queue.items.empty();
}

void CaptureFile::Writer::write(const Queue &queue) {
  std::size_t at = 0;
  for (const auto &item : queue.items) {
    const auto message = std::string_view(queue.bytes).substr(at, item.size);
    if (!append(item, message)) return;
    at += item.size;
    if (out_.size() > write_size) flush();
  }
  flush();
}

/// Returns false if the file is full.
bool CaptureFile::Writer::append(const Queue::Item &item, std::string_view message) {
  if (const auto note = websocket_log::read_note(message); note && note->dropped > 0)
    log_(Log::Level::warning, "capture: dropped %u messages, the disk is too slow", note->dropped);
  message_.clear();
  placeholders_.append(message, message_);
  const auto before = out_.size();
  websocket_log::append(out_, item.is_clients, message_, item.time);
  if (size_ + out_.size() <= limits_.size) return true;
  out_.resize(before);
  websocket_log::append(out_, false, websocket_log::text({.is_full = true}), item.time);
  flush();
  stop("the file has its largest size");
  return false;
}

void CaptureFile::Writer::flush() {
  for (std::string_view rest = out_; !rest.empty();) {
    const auto count = ::write(descriptor_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      stop(std::strerror(errno));
      break;
    }
    rest.remove_prefix(static_cast<std::size_t>(count));
    size_ += static_cast<std::uint64_t>(count);
  }
  out_.clear();
}

void CaptureFile::Writer::stop(const std::string &why) {
  log_(Log::Level::warning, "capture: the file ends here, the conversation does not: %s",
       why.c_str());
  auto shared = shared_.lock();
  shared->is_ending = true;
  shared->queue.clear();
  shared->failure =
      Error{.kind = ErrorKind::bad_setting,
            .message = "The capture ends before the conversation, which goes on: " + why +
                       ". Name a capture-location with more room"};
  has_failure_ = true;
}

std::optional<Error> CaptureFile::Writer::take_failure() {
  if (!has_failure_.exchange(false)) return std::nullopt;
  return std::exchange(shared_.lock()->failure, std::nullopt);
}

CaptureFile::CaptureFile(int descriptor, Limits limits, Log log, std::string path)
    : writer_(std::make_shared<Writer>(descriptor, limits, std::move(log), std::move(path))) {
  const auto run = [](gpointer data) -> gpointer {
    const std::unique_ptr<std::shared_ptr<Writer>> writer(
        static_cast<std::shared_ptr<Writer> *>(data));
    (*writer)->run();
    return nullptr;
  };
  g_thread_unref(g_thread_new("gemlive-capture", run, new std::shared_ptr<Writer>(writer_)));
}

CaptureFile::~CaptureFile() {
  writer_->finish();
}

Result<std::shared_ptr<CaptureFile>> CaptureFile::create(const std::string &location,
                                                         std::string_view setting, Log log) {
  auto path = location;
  int descriptor = create_file(path);
  for (int number = 2; descriptor < 0 && errno == EEXIST && number <= max_number; ++number)
    descriptor = create_file(path = numbered(location, number));
  if (descriptor < 0)
    return Error{.kind = ErrorKind::bad_setting,
                 .message = std::string(setting) + ": cannot create " + path + ": " +
                            std::strerror(errno) +
                            ". Name a file in a folder that exists and that you may write to"};
  log(Log::Level::info, "capture: writing to %s", path.c_str());
  const StrPtr absolute(g_canonicalize_filename(path.c_str(), nullptr));
  return std::make_shared<CaptureFile>(descriptor, Limits{}, std::move(log), absolute.get());
}

void CaptureFile::hide(std::string_view secret) {
  writer_->hide(secret);
}

void CaptureFile::add(bool is_clients, std::string_view message) {
  writer_->add(is_clients, message);
}

void CaptureFile::add_closed(int code, const std::string &reason) {
  add_received(
      websocket_log::text({.closed = websocket_log::Note::Closed{.code = code, .reason = reason}}));
}

std::optional<Error> CaptureFile::take_failure() {
  return writer_->take_failure();
}

bool CaptureFile::finish(std::chrono::milliseconds timeout) {
  writer_->finish();
  return writer_->wait(timeout);
}

}  // namespace gemlive
