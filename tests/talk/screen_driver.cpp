// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Shows what a test says on the screen of gemlive-talk, and tells what the keys do. It reads one
// line for each call of the view from a FIFO, and appends one for each control to a file.
// usage: screen-driver FIFO FILE [--push-to-talk]

#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "screen.hpp"

namespace {

using namespace gemlive::talk;

class Driver : public Controls {
 public:
  Driver(const char *fifo, const char *log, bool push_to_talk)
      : log_(log, std::ios::app), loop_(g_main_loop_new(nullptr, FALSE)) {
    view_ = make_screen(*this, {push_to_talk, wants_colours()});
    fifo_ = open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    g_unix_fd_add(
        fifo_, G_IO_IN,
        [](int, GIOCondition, gpointer self) -> gboolean {
          static_cast<Driver *>(self)->read();
          return G_SOURCE_CONTINUE;
        },
        this);
    g_unix_signal_add(
        SIGINT,
        [](gpointer self) -> gboolean {
          static_cast<Driver *>(self)->tell("SIGINT");
          static_cast<Driver *>(self)->quit();
          return G_SOURCE_CONTINUE;
        },
        this);
    tell(view_ ? "screen" : "no screen");
  }
  ~Driver() override {
    view_.reset();
    g_main_loop_unref(loop_);
    tell("end");
  }
  void run() {
    if (view_) g_main_loop_run(loop_);
  }

  void set_muted(bool is_muted) override {
    tell(is_muted ? "mute" : "unmute");
    view_->muted(is_muted);
  }
  void set_talking(bool is_talking) override {
    tell(is_talking ? "talk" : "listen");
    view_->talking(is_talking);
  }
  void interrupt() override { tell("interrupt"); }
  void send_text(const std::string &line) override {
    tell("text " + line);
    view_->words({Speaker::User, line, true});
  }
  void reconnect() override { tell("reconnect"); }
  void quit() override {
    tell("quit");
    g_main_loop_quit(loop_);
  }

 private:
  void tell(const std::string &what) { log_ << what << std::endl; }
  void read() {
    char bytes[4096];
    for (;;) {
      const auto size = ::read(fifo_, bytes, sizeof bytes);
      if (size <= 0) break;
      buffer_.append(bytes, static_cast<std::size_t>(size));
    }
    for (auto end = buffer_.find('\n'); end != std::string::npos; end = buffer_.find('\n')) {
      g_autofree char *line = g_strcompress(buffer_.substr(0, end).c_str());
      buffer_.erase(0, end + 1);
      show(line);
    }
  }
  void show(const std::string &line) {
    const auto space = line.find(' ');
    const auto what = line.substr(0, space);
    const auto text = space == std::string::npos ? "" : line.substr(space + 1);
    if (what == "user") view_->words({Speaker::User, text, true});
    if (what == "model") view_->words({Speaker::Model, text, false});
    if (what == "turn") view_->turn_started();
    if (what == "turn-end")
      view_->turn_ended({text == "interrupted", std::chrono::milliseconds(820), {}});
    if (what == "call") view_->tool_call({"time", text, "1"});
    if (what == "result") view_->tool_result({"time", "1", text, false});
    if (what == "connected") view_->connection(Connection::Connected, text);
    if (what == "reconnecting") view_->connection(Connection::Reconnecting, text);
    if (what == "levels") view_->levels({std::atof(text.c_str()), -90});
    if (what == "tokens") view_->tokens(std::strtoull(text.c_str(), nullptr, 10));
    if (what == "note") view_->note(text);
    if (what == "problem") view_->problem(text, "Do something.");
    if (what == "stderr") std::fprintf(stderr, "%s\n", text.c_str());
    if (what == "die") raise(std::atoi(text.c_str()));
    if (what == "exit") std::exit(3);
  }

  std::ofstream log_;
  GMainLoop *loop_;
  std::unique_ptr<View> view_;
  int fifo_ = -1;
  std::string buffer_;
};

}  // namespace

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  Driver driver(argv[1], argv[2], argc > 3 && std::strcmp(argv[3], "--push-to-talk") == 0);
  driver.run();
}
