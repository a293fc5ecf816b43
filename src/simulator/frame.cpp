// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "frame.hpp"

#include <glib.h>

#include <algorithm>

namespace gemlive::simulator {

namespace {

void append_big_endian(std::string &out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift);
}

std::uint64_t big_endian(const char *bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

bool is_control(Opcode opcode) {
  return static_cast<std::uint8_t>(opcode) & 8;
}

bool is_known(std::uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

bool is_utf8(std::string_view text) {
  return g_utf8_validate_len(text.data(), text.size(), nullptr);
}

}  // namespace

struct FrameReader::Head {
  Opcode opcode = Opcode::text;
  bool final = true;
  bool legal = true;
  std::size_t size = 0;  // of the head itself
  std::uint64_t payload = 0;
  const char *mask = nullptr;
};

void append_frame(std::string &out, Opcode opcode, std::string_view payload, bool final) {
  out += static_cast<char>((final ? 0x80 : 0) | static_cast<int>(opcode));
  if (payload.size() < 126) {
    out += static_cast<char>(payload.size());
  } else if (payload.size() <= 0xffff) {
    out += static_cast<char>(126);
    append_big_endian(out, payload.size(), 2);
  } else {
    out += static_cast<char>(127);
    append_big_endian(out, payload.size(), 8);
  }
  out += payload;
}

void append_message(std::string &out, Opcode opcode, std::string_view payload,
                    std::size_t fragment) {
  if (fragment == 0 || payload.size() <= fragment) return append_frame(out, opcode, payload);
  while (payload.size() > fragment) {
    append_frame(out, opcode, payload.substr(0, fragment), false);
    payload.remove_prefix(fragment);
    opcode = Opcode::continuation;
  }
  append_frame(out, Opcode::continuation, payload);
}

std::string_view cut_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<std::uint8_t>(text[limit]) & 0xc0) == 0x80)
    --limit;
  return text.substr(0, limit);
}

std::string close_payload(int code, std::string_view reason) {
  std::string payload;
  if (code == 0) return payload;
  append_big_endian(payload, static_cast<std::uint64_t>(code), 2);
  payload += cut_utf8(reason, 123);
  return payload;
}

void FrameReader::feed(std::string_view bytes) {
  if (used_ == buffer_.size()) {
    buffer_.clear();
    used_ = 0;
  } else if (used_ > 65536) {
    buffer_.erase(0, used_);
    used_ = 0;
  }
  buffer_ += bytes;
}

std::optional<FrameReader::Head> FrameReader::head() const {
  const auto bytes = std::string_view(buffer_).substr(used_);
  if (bytes.size() < 2) return {};
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  const auto second = static_cast<std::uint8_t>(bytes[1]);
  Head head;
  head.opcode = static_cast<Opcode>(first & 0x0f);
  head.final = first & 0x80;
  const std::size_t length = second & 0x7f;
  const std::size_t extra = length == 127 ? 8 : length == 126 ? 2 : 0;
  head.size = 2 + extra + 4;
  head.legal = !(first & 0x70) && is_known(first & 0x0f) && (second & 0x80) &&
               !(is_control(head.opcode) && (!head.final || length > 125));
  if (!head.legal) return head;
  if (bytes.size() < head.size) return {};
  head.payload = extra ? big_endian(bytes.data() + 2, extra) : length;
  head.mask = bytes.data() + 2 + extra;
  return head;
}

std::optional<Incoming> FrameReader::next() {
  if (whole_taken_) {
    message_.clear();
    whole_taken_ = false;
  }
  while (!fault_) {
    const auto frame = head();
    if (!frame) return {};
    if (!frame->legal) return fail(1002, "malformed frame");
    if (frame->payload > max_message || message_.size() + frame->payload > max_message)
      return fail(1009, "message too big");
    if (buffer_.size() - used_ < frame->size + frame->payload) return {};
    if (const auto incoming = take(*frame)) return incoming;
  }
  return {};
}

std::optional<Incoming> FrameReader::take(const Head &head) {
  char *const payload = buffer_.data() + used_ + head.size;
  const auto size = static_cast<std::size_t>(head.payload);
  for (std::size_t i = 0; i < size; ++i)
    payload[i] ^= head.mask[i & 3];
  used_ += head.size + size;
  const std::string_view bytes(payload, size);
  if (is_control(head.opcode)) return Incoming{head.opcode, bytes};
  if ((head.opcode == Opcode::continuation) != fragmented_.has_value())
    return fail(1002, "unexpected continuation");
  if (!fragmented_ && head.final) {
    if (head.opcode == Opcode::text && !is_utf8(bytes)) return fail(1007, "text is not UTF-8");
    return Incoming{head.opcode, bytes};
  }
  if (!fragmented_) fragmented_ = head.opcode;
  message_ += bytes;
  if (!head.final) return {};
  const auto opcode = *fragmented_;
  fragmented_.reset();
  whole_taken_ = true;
  if (opcode == Opcode::text && !is_utf8(message_)) return fail(1007, "text is not UTF-8");
  return Incoming{opcode, message_};
}

std::optional<Incoming> FrameReader::fail(int code, const char *reason) {
  fault_ = FrameFault{code, reason};
  return {};
}

}  // namespace gemlive::simulator
