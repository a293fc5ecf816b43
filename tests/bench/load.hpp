// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "measure.hpp"

namespace gemlive::bench {

struct LoadOptions {
  std::string name = {};  // of the session; also sent as the system instruction
  std::string uri = {};   // empty: no gemlive elements, only a fakesink
  std::string ca_file = {};
  unsigned chunk_ms = 20;
  bool clock_pacing = true;
  std::string gaps = {};                      // empty: the default
  bool active = true;                         // false: connected, without input
  bool record = true;                         // record positions and times
  bool stamped = false;                       // stamps in the input; delays of those in the output
  std::chrono::microseconds interval{20000};  // between the source's buffers of 20 ms
};

/// Audio that gemlivesrc pushed at `time`. The server wrote `stamp` into it, and it was due at
/// `due`. Monotonic us.
struct HeardStamp {
  std::int64_t time = 0, stamp = 0, due = 0;
};

/// One session in its own pipeline: live source ! gemlivesink, gemlivesrc ! fakesink. One thread at
/// a time.
class Load {
 public:
  explicit Load(LoadOptions options);
  ~Load();
  Load(const Load &) = delete;
  Load &operator=(const Load &) = delete;

  void play();
  /// Returns an error, or an empty string.
  std::string wait_connected(std::chrono::steady_clock::time_point until);
  /// Sends a text, so that the model speaks. False if it was refused.
  bool ask();
  bool wait_heard(std::uint64_t bytes, std::chrono::steady_clock::time_point until);
  /// The text of an ERROR on the bus, or empty.
  std::string error();
  /// Blocks the streaming thread of the output in its next push.
  void block_output();
  void stop();

  std::uint64_t pushed_bytes() const { return pushed_bytes_; }
  std::uint64_t heard_bytes() const { return heard_bytes_; }
  const std::string &name() const { return options_.name; }
  // After stop()
  const std::vector<Stamp> &pushed() const { return pushed_; }
  const std::vector<Stamp> &heard() const { return heard_; }
  const std::vector<HeardStamp> &heard_stamps() const { return heard_stamps_; }

 private:
  struct Unref {
    void operator()(void *object) const { gst_object_unref(object); }
  };
  template <typename T>
  using Owned = std::unique_ptr<T, Unref>;

  void add_input();
  void add_output();
  void on_heard(GstBuffer *buffer);
  void record_heard(std::span<const std::byte> audio, std::uint64_t end, GstBuffer *buffer);
  std::string error_text(GstMessage *message) const;

  LoadOptions options_;
  Owned<GstElement> pipeline_;
  Owned<GstBus> bus_;
  GstElement *input_ = nullptr;
  GstElement *output_ = nullptr;
  std::atomic<std::uint64_t> pushed_bytes_ = 0;
  std::atomic<std::uint64_t> heard_bytes_ = 0;
  std::atomic<std::uint64_t> awaited_ = 0;
  std::mutex mutex_;
  std::condition_variable heard_more_;
  std::vector<Stamp> pushed_;  // the source's streaming thread
  // gemlivesrc's streaming thread
  std::vector<Stamp> heard_;
  std::vector<HeardStamp> heard_stamps_;
};

}  // namespace gemlive::bench
