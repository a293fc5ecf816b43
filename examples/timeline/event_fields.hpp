// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json_value.hpp"

namespace gemlive::timeline {

/// A number of JSON, also one in a string. Nothing if it is none, or not finite.
std::optional<double> number_of(const json::Value *value);

/// The fields of a message on the bus. Borrows the value. Any thread.
class EventFields {
 public:
  explicit EventFields(const json::Value *fields) : fields_(fields) {}

  std::optional<double> number(std::string_view name) const { return number_of(find(name)); }
  /// A field in nanoseconds. Nothing for GST_CLOCK_TIME_NONE and negative numbers.
  std::optional<double> seconds(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::optional<std::string> text_if_any(std::string_view name) const;
  bool is_true(std::string_view name) const;
  /// Not negative, 0 if there is none.
  unsigned count(std::string_view name) const;

 private:
  const json::Value *find(std::string_view name) const {
    return fields_ ? fields_->find(name) : nullptr;
  }

  const json::Value *fields_;
};

}  // namespace gemlive::timeline
