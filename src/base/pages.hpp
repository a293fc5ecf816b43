// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <memory>
#include <span>

namespace gemlive {

/// Memory that the system gets back at once. malloc() would keep freed memory that lies below
/// memory in use. One thread at a time.
class Pages {
 public:
  Pages() = default;
  /// Empty if there is no memory.
  explicit Pages(std::size_t size) : pages_(nullptr, Unmap{rounded(size)}) {
    void *made = mmap(nullptr, pages_.get_deleter().size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (made != MAP_FAILED) pages_.reset(static_cast<std::byte *>(made));
  }

  explicit operator bool() const { return pages_ != nullptr; }
  std::span<std::byte> bytes() const {
    return {pages_.get(), pages_ ? pages_.get_deleter().size : 0};
  }

  /// The size of Pages(size): whole pages.
  static std::size_t rounded(std::size_t size) {
    static const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return (size + page - 1) / page * page;
  }

 private:
  struct Unmap {
    explicit Unmap(std::size_t bytes) : size(bytes) {}
    Unmap() : size(0) {}
    std::size_t size;
    void operator()(std::byte *pages) const { munmap(pages, size); }
  };
  std::unique_ptr<std::byte, Unmap> pages_;
};

}  // namespace gemlive
