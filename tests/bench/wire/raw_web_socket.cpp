// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "raw_web_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstring>

#include "audio_message.hpp"

namespace gemlive::bench {

namespace {

using Side = TlsSocket::Side;

constexpr int text = 1, binary = 2, close_frame = 8, ping = 9, pong = 10;
constexpr std::size_t read_size = 64 << 10;

std::string request() {
  return "GET " + std::string(live_path) +
         " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
}

/// The value of Sec-WebSocket-Key. Empty if there is none.
std::string key_of(std::string_view head) {
  constexpr std::string_view name = "\r\nsec-websocket-key:";
  const auto found = std::search(head.begin(), head.end(), name.begin(), name.end(),
                                 [](unsigned char a, char b) { return std::tolower(a) == b; });
  if (found == head.end()) return {};
  auto value = head.substr(static_cast<std::size_t>(found - head.begin()) + name.size());
  value = value.substr(0, value.find('\r'));
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return std::string(value);
}

std::string response(const std::string &key) {
  const auto text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> hash;
  SHA1(reinterpret_cast<const unsigned char *>(text.data()), text.size(), hash.data());
  std::array<unsigned char, 32> accept = {};
  EVP_EncodeBlock(accept.data(), hash.data(), hash.size());
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         std::string(reinterpret_cast<const char *>(accept.data())) + "\r\n\r\n";
}

/// Eight bytes at a time.
void mask(char *bytes, std::size_t size, std::uint32_t key) {
  const auto wide = std::uint64_t{key} << 32 | key;
  std::size_t i = 0;
  for (; i + sizeof wide <= size; i += sizeof wide) {
    std::uint64_t block;
    std::memcpy(&block, bytes + i, sizeof block);
    block ^= wide;
    std::memcpy(bytes + i, &block, sizeof block);
  }
  for (; i < size; ++i)
    bytes[i] = static_cast<char>(bytes[i] ^ static_cast<char>(key >> (8 * (i % sizeof key))));
}

std::uint64_t big_endian(const char *bytes, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace

RawWebSocket::RawWebSocket(int descriptor, SSL_CTX *context, Side side, Listener &listener)
    : socket_(descriptor, context, side),
      side_(side),
      listener_(listener),
      random_(static_cast<std::uint32_t>(descriptor) * 2654435761u) {
  if (side == Side::client) waiting_ = request();
}

bool RawWebSocket::proceed() {
  return flush() && receive() && flush();
}

bool RawWebSocket::send(std::string_view payload) {
  if (waiting_.size() > most_waiting) return false;
  append_frame(side_ == Side::client ? text : binary, payload);
  flush();
  return true;
}

void RawWebSocket::append_frame(int opcode, std::string_view payload) {
  const bool masked = side_ == Side::client;
  const auto size = payload.size();
  waiting_ += static_cast<char>(0x80 | opcode);
  const int count = size < 126 ? 0 : size <= 0xFFFF ? 2 : 8;
  const auto length = count == 0 ? size : count == 2 ? 126 : 127;
  waiting_ += static_cast<char>((masked ? 0x80 : 0) | static_cast<int>(length));
  for (int i = count - 1; i >= 0; --i)
    waiting_ += static_cast<char>(size >> (8 * i));
  if (!masked) {
    waiting_ += payload;
    return;
  }
  random_ = random_ * 1664525 + 1013904223;
  waiting_.append(reinterpret_cast<const char *>(&random_), sizeof random_);
  waiting_ += payload;
  mask(waiting_.data() + waiting_.size() - size, size, random_);
}

bool RawWebSocket::flush() {
  while (!waiting_.empty()) {
    const int count = socket_.write(waiting_);
    if (count < 0) return false;
    if (count == 0) break;
    waiting_.erase(0, static_cast<std::size_t>(count));
  }
  return true;
}

bool RawWebSocket::receive() {
  static thread_local std::array<char, read_size> buffer;
  do {
    const int count = socket_.read(buffer);
    if (count <= 0) return count == 0;
    char *bytes = buffer.data();
    auto size = static_cast<std::size_t>(count);
    if (!received_.empty()) {
      received_.append(bytes, size);
      bytes = received_.data();
      size = received_.size();
    }
    const auto used = parse(bytes, size);
    if (!used) return false;
    if (bytes == received_.data())
      received_.erase(0, *used);
    else
      received_.assign(bytes + *used, size - *used);
  } while (socket_.has_more());
  return true;
}

std::optional<std::size_t> RawWebSocket::parse(char *bytes, std::size_t size) {
  std::size_t used = is_open_ ? 0 : parse_head({bytes, size});
  while (is_open_ && !is_over_) {
    const auto frame = parse_frame(bytes + used, size - used);
    if (!frame) return std::nullopt;
    if (*frame == 0) break;
    used += *frame;
  }
  return is_over_ ? std::nullopt : std::optional(used);
}

std::size_t RawWebSocket::parse_head(std::string_view bytes) {
  constexpr std::string_view end = "\r\n\r\n";
  const auto at = bytes.find(end);
  if (at == bytes.npos) return 0;
  const auto head = bytes.substr(0, at + end.size());
  if (side_ == Side::server) {
    const auto key = key_of(head);
    is_over_ = key.empty();
    waiting_ += response(key);
  } else {
    is_over_ = !head.starts_with("HTTP/1.1 101");
  }
  is_open_ = !is_over_;
  if (is_open_) listener_.opened();
  return head.size();
}

/// Returns 0 if the frame is incomplete.
std::optional<std::size_t> RawWebSocket::parse_frame(char *bytes, std::size_t size) {
  if (size < 2) return 0;
  const int opcode = bytes[0] & 0xF;
  const bool masked = bytes[1] & 0x80;
  std::uint64_t length = bytes[1] & 0x7F;
  const int count = length == 126 ? 2 : length == 127 ? 8 : 0;
  const std::size_t head = 2u + static_cast<std::size_t>(count) + (masked ? 4 : 0);
  if (size < head) return 0;
  if (count > 0) length = big_endian(bytes + 2, count);
  if (length > read_size * 1024) return std::nullopt;
  if (size - head < length) return 0;
  char *payload = bytes + head;
  if (masked) {
    std::uint32_t key;
    std::memcpy(&key, payload - sizeof key, sizeof key);
    mask(payload, length, key);
  }
  handle(opcode, {payload, length});
  return head + length;
}

void RawWebSocket::handle(int opcode, std::string_view payload) {
  if (opcode == text || opcode == binary) listener_.message(payload);
  if (opcode == ping) append_frame(pong, payload);
  if (opcode != close_frame) return;
  append_frame(close_frame, payload);
  flush();
  is_over_ = true;
}

int connect_to(std::string_view uri) {
  const auto host = uri.find("://");
  const auto colon = uri.rfind(':');
  if (host == uri.npos || colon <= host) return -1;
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  const std::string name(uri.substr(host + 3, colon - host - 3));
  std::uint16_t port = 0;
  std::from_chars(uri.data() + colon + 1, uri.data() + uri.size(), port);
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, name.c_str(), &address.sin_addr) != 1) return -1;
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  // In progress: the first write says whether it succeeded.
  if (descriptor >= 0)
    connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address);
  return descriptor;
}

}  // namespace gemlive::bench
