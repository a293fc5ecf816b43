// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace gemlive {

/// A key or token. It compares and moves like a string, cannot be written to a stream or a log, and
/// overwrites its memory on destruction. A value: one thread at a time.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : text_(text) {}
  Secret(const Secret &) = default;
  Secret(Secret &&other) noexcept : text_(other.text_) { other.clear(); }
  Secret &operator=(const Secret &other) {
    if (this != &other) {
      clear();
      text_ = other.text_;
    }
    return *this;
  }
  Secret &operator=(Secret &&other) noexcept {
    if (this != &other) {
      clear();
      text_ = other.text_;
      other.clear();
    }
    return *this;
  }
  ~Secret() { clear(); }

  /// Overwrites the old memory if it has to grow.
  void append(std::string_view more) {
    if (text_.size() + more.size() > text_.capacity()) {
      std::string longer;
      longer.reserve(2 * (text_.size() + more.size()));
      longer = text_;
      clear();
      text_.swap(longer);
    }
    text_ += more;
  }
  bool empty() const { return text_.empty(); }
  /// The plain text. Only for code that sends the secret or derives something from it.
  const std::string &reveal() const { return text_; }
  bool operator==(const Secret &) const = default;

 private:
  void clear() {
    volatile char *byte = text_.data();
    for (std::size_t i = 0; i < text_.size(); ++i)
      byte[i] = 0;
    text_.clear();
  }

  std::string text_;
};

/// A secret that the user may read and store: a resumption handle.
class ReadableSecret : public Secret {
 public:
  using Secret::Secret;
  bool operator==(const ReadableSecret &) const = default;
};

}  // namespace gemlive
