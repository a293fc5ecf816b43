// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "frame_parser.hpp"

#include <algorithm>
#include <cstring>

namespace gemlive {

namespace {

/// A larger buffer is released as soon as it is empty.
constexpr std::size_t kept_capacity = 1 << 20;

bool is_known(std::uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

/// RFC 6455, 7.4, and the registry at IANA. 1004 to 1006 and 1015 never appear in a frame.
bool is_close_code(int code) {
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) ||
         (code >= 3000 && code <= 4999);
}

bool is_close(std::string_view payload) {
  if (payload.size() < 2) return payload.empty();
  const int code =
      static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]);
  Utf8Validator reason;
  return is_close_code(code) && reason.feed(payload.substr(2)) && reason.is_complete();
}

}  // namespace

void FrameParser::feed(std::string_view bytes, std::int64_t now) {
  bytes_ = bytes;
  const auto more = (now - fed_at_.value_or(now)) * small_per_second / 1'000'000;
  if (fed_at_ && more == 0) return;  // whole frames only, so that no time is lost
  fed_at_ = now;
  for (auto *allowance : {&allowance_.control, &allowance_.empty, &allowance_.small})
    *allowance = std::min(*allowance + more, max_allowance);
}

void FrameParser::check() {
  if (!error_ && has_begun() && ++checks_ > max_checks)
    fail(1002, "message not complete after 30 s");
}

std::optional<Incoming> FrameParser::next() {
  if (handed_out_) {
    handed_out_->clear();
    if (handed_out_->capacity() > kept_capacity) handed_out_->shrink_to_fit();
    handed_out_ = nullptr;
  }
  while (!error_) {
    if (!in_payload_ && !read_head()) break;
    const auto payload = take_payload();
    if (left_ > 0 || error_) break;
    in_payload_ = false;
    const auto incoming = end_frame(payload);
    if (!fragmented_) checks_ = 0;
    if (incoming) return incoming;
  }
  return {};
}

bool FrameParser::read_head() {
  while (have_ < head_size()) {
    if (bytes_.empty()) return false;
    head_[have_++] = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    if (have_ == 2 && !fits(head_[0], head_[1])) return fail(1002, "malformed frame");
  }
  have_ = 0;
  return begin_frame();
}

std::size_t FrameParser::head_size() const {
  if (have_ < 2) return 2;
  const auto length = head_[1] & 0x7f;
  const std::size_t extra = length == 127 ? 8 : length == 126 ? 2 : 0;
  return 2 + extra + (side_ == Side::server ? mask_.size() : 0);
}

/// Whether this side may receive a frame with these first two bytes now.
bool FrameParser::fits(std::uint8_t first, std::uint8_t second) {
  opcode_ = static_cast<Opcode>(first & 0x0f);
  final_ = first & 0x80;
  const bool reserved = first & 0x70;
  const bool masked = second & 0x80;
  if (reserved || !is_known(first & 0x0f) || masked != (side_ == Side::server)) return false;
  if (is_control()) return final_ && (second & 0x7f) <= 125;
  return (opcode_ == Opcode::continuation) == fragmented_.has_value();
}

bool FrameParser::begin_frame() {
  const std::uint8_t short_length = head_[1] & 0x7f;
  const std::size_t extra = short_length == 127 ? 8 : short_length == 126 ? 2 : 0;
  std::uint64_t length = extra ? 0 : short_length;
  for (std::size_t i = 0; i < extra; ++i)
    length = length << 8 | head_[2 + i];
  if ((extra == 2 && length < 126) || (extra == 8 && length <= 0xffff))
    return fail(1002, "frame length not minimal");
  if (length > max_message - (is_control() ? 0 : message_.size()))
    return fail(FrameError::too_big, "message larger than 16 MiB");
  if (is_control()) {
    if (!count(allowance_.control, "more than 5,000 control frames per second")) return false;
  } else {
    if (length == 0 && !count(allowance_.empty, "more than 5,000 empty frames per second"))
      return false;
    if (opcode_ != Opcode::continuation) utf8_.reset();
  }
  std::copy_n(head_.begin() + 2 + extra, mask_.size(), mask_.begin());
  size_ = left_ = static_cast<std::size_t>(length);
  in_payload_ = true;
  return true;
}

bool FrameParser::count(std::int64_t &allowance, const char *too_many) {
  if (side_ == Side::server || --allowance >= 0) return true;
  return fail(FrameError::too_many, too_many);
}

/// Takes the payload bytes that are available. A complete unmasked payload is returned in place,
/// without a copy. Sets error() for text that is not UTF-8.
std::string_view FrameParser::take_payload() {
  const auto part = bytes_.substr(0, left_);
  bytes_.remove_prefix(part.size());
  left_ -= part.size();
  auto &whole = is_control() ? control_ : message_;
  const bool alone = part.size() == size_ && whole.empty() && (final_ || is_control());
  const auto start = whole.size();
  const bool is_in_place = alone && side_ == Side::client;
  if (!is_in_place) whole += part;
  if (side_ == Side::server)
    apply_mask(whole.data() + start, part.size(), mask_, size_ - left_ - part.size());
  const auto payload = is_in_place ? part : std::string_view(whole);
  const auto added = is_in_place ? part : payload.substr(start);
  if (!is_control() && is_text() && !utf8_.feed(added)) fail(1007, "text message is not UTF-8");
  return payload;
}

std::optional<Incoming> FrameParser::end_frame(std::string_view payload) {
  if (is_control()) {
    handed_out_ = &control_;
    if (opcode_ != Opcode::close || is_close(payload)) return Incoming{opcode_, payload};
    fail(1002, "malformed close frame");
    return {};
  }
  const auto opcode = fragmented_.value_or(opcode_);
  if (!final_) {
    fragmented_ = opcode;
    return {};
  }
  fragmented_.reset();
  handed_out_ = &message_;
  if (opcode == Opcode::text && !utf8_.is_complete()) {
    fail(1007, "text message is not UTF-8");
    return {};
  }
  if (payload.size() < small_message && !payload.empty() &&
      !count(allowance_.small, "more than 5,000 messages of less than 64 bytes per second"))
    return {};
  return Incoming{opcode, payload};
}

bool FrameParser::fail(int code, const char *reason) {
  error_ = FrameError{code, reason};
  return false;
}

}  // namespace gemlive
