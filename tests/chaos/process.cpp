// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "process.hpp"

#include <malloc.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "local_socket.hpp"

namespace gemlive::chaos {

namespace {

long entries(const char *folder) {
  long count = 0;
  for ([[maybe_unused]] const auto &entry : std::filesystem::directory_iterator(folder))
    ++count;
  return count;
}

/// A line of /proc/self/status, in KiB.
long status(const std::string &wanted) {
  std::ifstream file("/proc/self/status");
  std::string name;
  for (long value = 0; file >> name; file.ignore(1000, '\n'))
    if (name == wanted + ":" && file >> value) return value;
  return 0;
}

}  // namespace

ProcessUsage process_usage() {
  const auto heap = mallinfo2();
  return {.memory = status("VmRSS"),
          .heap = static_cast<long>((heap.uordblks + heap.hblkhd) / 1024),
          .files = entries("/proc/self/fd"),
          .threads = entries("/proc/self/task")};
}

PeakMemory::PeakMemory() {
  std::ofstream("/proc/self/clear_refs") << "5";  // resets VmHWM
  before_ = status("VmRSS");
}

long PeakMemory::grown() const {
  return std::max(0L, status("VmHWM") - before_);
}

bool has_network_namespace() {
  const char *own = std::getenv("GEMLIVE_CHAOS_NAMESPACE");
  return own && *own;
}

void set_loopback(bool up) {
  const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request = {};
  std::strcpy(request.ifr_name, "lo");
  ioctl(descriptor, SIOCGIFFLAGS, &request);
  const auto flags = request.ifr_flags;
  request.ifr_flags = static_cast<short>(up ? flags | IFF_UP : flags & ~IFF_UP);
  ioctl(descriptor, SIOCSIFFLAGS, &request);
  close(descriptor);
}

bool suspend(std::chrono::seconds duration) {
  using Clock = std::chrono::steady_clock;
  std::atomic<bool> over = false;
  Clock::duration stopped{0};
  std::thread observer([&] {
    for (auto last = Clock::now(); !over; last = Clock::now()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      stopped = std::max(stopped, Clock::now() - last);
    }
  });
  const auto self = getpid();
  const auto child = fork();
  if (child == 0) {
    kill(self, SIGSTOP);
    sleep(static_cast<unsigned>(duration.count()));
    kill(self, SIGCONT);
    _exit(0);
  }
  if (child > 0) waitpid(child, nullptr, 0);
  over = true;
  observer.join();
  return stopped > duration / 2;
}

bool has_own_name_server() {
  const char *own = std::getenv("GEMLIVE_CHAOS_NAME_SERVER");
  return own && *own;
}

SilentNameServer::SilentNameServer() : socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  test::bind_locally(socket_, 53);
}

SilentNameServer::~SilentNameServer() {
  close(socket_);
}

}  // namespace gemlive::chaos
