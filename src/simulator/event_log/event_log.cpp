// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "event_log.hpp"

#include <glib.h>

#include "text.hpp"

namespace gemlive::simulator {

bool EventLog::open(const std::string &events, bool quiet) {
  if (events == "-") {
    events_.reset(stdout);
    console_ = stderr;
  } else if (!events.empty()) {
    events_.reset(std::fopen(events.c_str(), "we"));
    if (!events_) return false;
  }
  if (quiet) console_ = nullptr;
  return true;
}

void EventLog::print(std::string_view line) {
  if (!console_) return;
  std::fprintf(console_, "%s\n", text::excerpt(line).c_str());
  std::fflush(console_);
}

void EventLog::print(int session, std::string_view line) {
  if (console_) print('[' + std::to_string(session) + "] " + std::string(line));
}

void EventLog::write(int session, const char *type, std::string_view members) {
  if (!events_) return;
  std::fprintf(events_.get(),
               "{\"time\":%" G_GINT64_FORMAT ",\"session\":%d,\"type\":\"%s\"%s%.*s}\n",
               g_get_monotonic_time(), session, type, members.empty() ? "" : ",",
               static_cast<int>(members.size()), members.data());
  std::fflush(events_.get());
}

}  // namespace gemlive::simulator
