// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "epoll_loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "audio_stamp.hpp"

namespace gemlive::bench {

EpollLoop::EpollLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

EpollLoop::~EpollLoop() {
  close(epoll_);
}

void EpollLoop::add(int descriptor, Watcher &watcher) {
  epoll_event event = {.events = EPOLLIN, .data = {.ptr = &watcher}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
}

void EpollLoop::watch_writing(int descriptor, Watcher &watcher, bool writing) {
  epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0u), .data = {.ptr = &watcher}};
  epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event);
}

void EpollLoop::wait(std::int64_t until) {
  std::array<epoll_event, 256> events;
  const auto left = std::max<std::int64_t>(until - now_us(), 0);
  const timespec timeout = {.tv_sec = left / 1'000'000, .tv_nsec = left % 1'000'000 * 1'000};
  const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()),
                                 until < 0 ? nullptr : &timeout, nullptr);
  for (int i = 0; i < count; ++i)
    static_cast<Watcher *>(events[static_cast<std::size_t>(i)].data.ptr)->ready();
}

}  // namespace gemlive::bench
