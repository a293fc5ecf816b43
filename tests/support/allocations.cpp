// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "allocations.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

namespace {
thread_local std::size_t count = 0;
}

#if SANITIZED  // the sanitizer has its own malloc, with hooks

extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void *,
                                                                  std::size_t),
                                                         void (*)(const volatile void *));
namespace {
const int installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void *, std::size_t) { ++count; }, [](const volatile void *) {});
}
std::size_t gemlive::test::allocations() {
  return installed ? count : 0;
}

#else

extern "C" void *__libc_malloc(std::size_t size);
extern "C" void *malloc(std::size_t size) {
  ++count;
  return __libc_malloc(size);
}
std::size_t gemlive::test::allocations() {
  return count;
}

#endif
