// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <memory>

namespace gemlive {

class Sitting;

/// One source of a conversation's input, counted from its construction until its destruction. When
/// all have ended, the conversation ends with its answer. Any thread, one at a time.
class Input {
 public:
  explicit Input(std::shared_ptr<Sitting> sitting);
  /// One that had not ended ends nothing, but the others may be all that is left.
  ~Input();
  Input(const Input &) = delete;
  Input &operator=(const Input &) = delete;

  /// Audio comes from here. False when another source brings it already.
  bool bring_audio();
  /// Of this source: says so to the service as Config asks for it (docs/protocol.md). What is
  /// pushed later takes it back.
  void end();

 private:
  const std::shared_ptr<Sitting> sitting_;
  bool audio_ = false;
  bool ended_ = false;
};

}  // namespace gemlive
