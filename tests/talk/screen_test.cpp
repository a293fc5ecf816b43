// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The screen of gemlive-talk in a terminal (tmux). screen-driver shows what the tests say.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>

#include "read_file.hpp"
#include "tmux.hpp"

namespace gemlive::test {
namespace {

class ScreenTest : public ::testing::Test {
 protected:
  ScreenTest() { mkfifo(fifo.c_str(), 0600); }
  ~ScreenTest() override {
    if (descriptor >= 0) ::close(descriptor);
  }

  std::string driver(const std::string &option = "") const {
    return std::string(SCREEN_DRIVER) + " " + fifo + " " + log + " " + option;
  }
  void start(const std::string &command, int columns = 80, int rows = 24,
             const Tmux::Variables &variables = {}) {
    terminal = std::make_unique<Tmux>(command, columns, rows, variables);
    ASSERT_TRUE(told("screen\n")) << terminal->screen();
  }
  void start() { start(driver()); }
  /// One call of the view.
  void say(const std::string &line) {
    if (descriptor < 0) descriptor = open(fifo.c_str(), O_RDWR | O_CLOEXEC);
    const auto whole = line + "\n";
    ASSERT_EQ(write(descriptor, whole.data(), whole.size()), static_cast<ssize_t>(whole.size()));
  }
  /// Waits until the driver has written it.
  bool told(const std::string &line) {
    return wait_until([&] { return read_file(log).find(line) != std::string::npos; });
  }

  TempFolder folder;
  std::string fifo = folder / "fifo", log = folder / "log";
  int descriptor = -1;
  std::unique_ptr<Tmux> terminal;
};

TEST_F(ScreenTest, ShowsAConversation) {
  start();
  say("connected");
  say("user What is this?");
  say("turn");
  say("model It is");
  say("call {\"zone\":\"Oslo\"}");
  say("result {\"time\":\"12:00\"}");
  say("model a test.");
  say("levels -30");
  say("tokens 1234");
  say("turn-end interrupted");
  say("note The microphone is gone.");
  ASSERT_TRUE(terminal->shows("* The microphone is gone."));
  const auto screen = terminal->screen();
  for (const auto *text :
       {"You: What is this?\n", "Model: It is\n", "Tool: time {\"zone\":\"Oslo\"}\n",
        "Tool: time returned {\"time\":\"12:00\"}\n", "Model: a test. [interrupted]\n",
        "connected  you [####....]  model [........]  first sound 0.82 s  1,234 tokens",
        "m mute  i interrupt  t type  r reconnect  ? help  q quit"})
    EXPECT_NE(screen.find(text), std::string::npos) << text << "\n" << screen;
  terminal->press({"q"});
  EXPECT_TRUE(told("quit\nend\n"));
  EXPECT_EQ(terminal->status(), 0);
  EXPECT_EQ(terminal->value("alternate_on"), "0");
  EXPECT_TRUE(terminal->shows("You: What is this?\nModel: It is\nTool: time {\"zone\":\"Oslo\"}\n"))
      << "the conversation stays in the terminal";
}

TEST_F(ScreenTest, ALossHasOneLine) {
  start();
  say("connected");
  say("reconnecting in 2 s");
  say("reconnecting in 4 s");
  say("connected the conversation continues");
  EXPECT_TRUE(terminal->shows("* reconnecting in 2 s\n* connected: the conversation continues\n\n"))
      << terminal->screen();
}

TEST_F(ScreenTest, ShowsEveryScript) {
  start();
  const std::string text = "Grüße Русский 中文 日本語 한국어 हिन्दी ไทย é 🎉 ქართული";
  say("model " + text);
  EXPECT_TRUE(terminal->shows("Model: " + text)) << terminal->screen();
}

TEST_F(ScreenTest, ControlsOfThePeerDoNotReachTheTerminal) {
  start();
  say("model \\033[2J\\033]0;owned\\007\\302\\233"
      "31mred\\033[?1049l");
  say("call \\033c{}");
  EXPECT_TRUE(terminal->shows("Tool: time c{}")) << terminal->screen();
  EXPECT_TRUE(terminal->shows("Model: [2J]0;owned31mred[?1049l")) << terminal->screen();
  EXPECT_NE(terminal->value("pane_title"), "owned");
  EXPECT_EQ(terminal->value("alternate_on"), "1");
}

TEST_F(ScreenTest, Keys) {
  start(driver("--push-to-talk"));
  EXPECT_TRUE(terminal->shows("space to talk"));
  terminal->press({"Space"});
  EXPECT_TRUE(told("talk\n"));
  EXPECT_TRUE(terminal->shows("TALKING"));
  terminal->press({"Space"});
  EXPECT_TRUE(told("listen\n"));
  terminal->press({"m"});
  EXPECT_TRUE(terminal->shows("MUTED"));
  terminal->press({"m", "i", "r"});
  EXPECT_TRUE(told("unmute\ninterrupt\nreconnect\n"));
  EXPECT_TRUE(terminal->hides("MUTED"));
  terminal->press({"?"});
  EXPECT_TRUE(terminal->shows("type a line (Enter sends it, Escape does not)"));
  terminal->press({"q"});
  EXPECT_TRUE(terminal->hides("type a line"));
  EXPECT_EQ(read_file(log).find("quit"), std::string::npos);
}

TEST_F(ScreenTest, TypesALine) {
  start();
  EXPECT_TRUE(terminal->has("cursor_flag", "0"));
  terminal->press({"t"});
  EXPECT_TRUE(terminal->has("cursor_flag", "1"));
  terminal->type("quit 中é🎉x");
  terminal->press({"BSpace", "Left", "Left", "Left", "Left"});
  terminal->type("!");
  EXPECT_TRUE(terminal->shows("> quit! 中é🎉")) << terminal->screen();
  EXPECT_TRUE(terminal->has("cursor_x", "7"));
  EXPECT_TRUE(terminal->has("cursor_y", "23"));
  terminal->press({"Enter"});
  EXPECT_TRUE(told("text quit! 中é🎉\n")) << read_file(log);
  EXPECT_TRUE(terminal->shows("You: quit! 中é🎉"));
  EXPECT_TRUE(terminal->has("cursor_flag", "0"));
  terminal->press({"t", "a", "b", "Escape"});
  EXPECT_TRUE(terminal->hides("> ab"));
  terminal->press({"q"});
  EXPECT_TRUE(told("quit\nend\n"));
  EXPECT_EQ(read_file(log).find("text ab"), std::string::npos);
}

TEST_F(ScreenTest, PastedTextIsNoCommand) {
  start();
  terminal->paste("quit\nand more");
  EXPECT_TRUE(terminal->shows("> quit and more")) << terminal->screen();
  EXPECT_EQ(read_file(log), "screen\n");
  terminal->press({"Enter"});
  EXPECT_TRUE(told("text quit and more\n"));
}

TEST_F(ScreenTest, Scrolls) {
  start(driver(), 40, 10);
  for (int i = 1; i <= 30; ++i)
    say("note number " + std::to_string(i));
  EXPECT_TRUE(terminal->shows("* number 30"));
  terminal->press({"PPage"});
  EXPECT_TRUE(terminal->shows("* number 16"));
  EXPECT_TRUE(terminal->hides("* number 30"));
  EXPECT_TRUE(terminal->shows("PgDn"));
  say("note number 31");
  say("tokens 5");
  EXPECT_TRUE(terminal->hides("* number 31"));
  terminal->press({"NPage", "NPage"});
  EXPECT_TRUE(terminal->shows("* number 31"));
  EXPECT_TRUE(terminal->hides("PgDn"));
}

TEST_F(ScreenTest, FitsEverySize) {
  start();
  say("connected");
  say("model one two three four five six seven eight nine ten");
  say("user 中文中文中文中文中文中文中文中文");
  EXPECT_TRUE(terminal->shows("You: 中文"));
  for (const auto &[columns, rows] :
       {std::pair(20, 5), std::pair(10, 3), std::pair(2, 2), std::pair(1, 1), std::pair(200, 50)}) {
    terminal->resize(columns, rows);
    terminal->press({"t"});
    terminal->type("中");
    EXPECT_TRUE(terminal->has("cursor_flag", "1"));
    terminal->press({"Escape"});
    EXPECT_TRUE(terminal->has("cursor_flag", "0"));
  }
  EXPECT_TRUE(terminal->shows("Model: one two three four five six seven eight nine ten\n"));
  terminal->resize(20, 5);
  EXPECT_TRUE(terminal->shows("on  [...]  [...]")) << terminal->screen();
  EXPECT_TRUE(terminal->shows("? help  q quit")) << terminal->screen();
  terminal->resize(80, 24);
  EXPECT_TRUE(terminal->shows("m mute  i interrupt"));
}

TEST_F(ScreenTest, HasColours) {
  start();
  say("model words");
  EXPECT_TRUE(terminal->shows("words"));
  EXPECT_NE(terminal->screen_with_attributes().find("\x1b[32m"), std::string::npos);
}

TEST_F(ScreenTest, NoColorIsObeyed) {
  start(driver(), 80, 24, {{"NO_COLOR", "1"}});
  say("model words");
  EXPECT_TRUE(terminal->shows("Model: words"));
  const auto screen = terminal->screen_with_attributes();
  EXPECT_EQ(screen.find("\x1b[32m"), std::string::npos);
  EXPECT_NE(screen.find("\x1b[7m"), std::string::npos) << "the status stands out";
}

TEST_F(ScreenTest, CtrlCIsASignal) {
  start();
  terminal->press({"C-c"});
  EXPECT_TRUE(told("SIGINT\nquit\nend\n"));
  EXPECT_EQ(terminal->status(), 0);
  EXPECT_EQ(terminal->value("alternate_on"), "0");
}

TEST_F(ScreenTest, CtrlZStopsAndFgGoesOn) {
  terminal = std::make_unique<Tmux>("bash --norc --noprofile -i");
  terminal->type("PS1='prompt$ '; " + driver());
  terminal->press({"Enter"});
  ASSERT_TRUE(told("screen\n"));
  say("model before");
  EXPECT_TRUE(terminal->shows("Model: before"));
  terminal->press({"C-z"});
  EXPECT_TRUE(terminal->has("alternate_on", "0"));
  EXPECT_TRUE(terminal->shows("Stopped"));
  terminal->type("echo a$((1+1))b");
  terminal->press({"Enter"});
  EXPECT_TRUE(terminal->shows("a2b\n")) << "the shell's modes are restored";
  say("model _after");
  terminal->resize(60, 20);
  terminal->type("fg");
  terminal->press({"Enter"});
  EXPECT_TRUE(terminal->shows("Model: before_after\n")) << terminal->screen();
  EXPECT_EQ(terminal->value("alternate_on"), "1");
  EXPECT_TRUE(terminal->shows("? help  q quit"));
  terminal->press({"C-z"});
  EXPECT_TRUE(terminal->has("alternate_on", "0"));
  terminal->type("fg");
  terminal->press({"Enter"});
  EXPECT_TRUE(terminal->has("alternate_on", "1"));
  terminal->press({"q"});
  EXPECT_TRUE(told("quit\nend\n"));
}

TEST_F(ScreenTest, TheWindowIsClosed) {
  start();
  terminal->close();
  EXPECT_TRUE(told("quit\nend\n")) << read_file(log);
  EXPECT_EQ(read_file(log), "screen\nquit\nend\n") << "once";
}

TEST_F(ScreenTest, ErrorsAreHeldBack) {
  start(driver());
  say("stderr a line of a log");
  say("problem The key is wrong.");
  EXPECT_TRUE(terminal->shows("Problem: The key is wrong. Do something."));
  EXPECT_EQ(terminal->screen().find("a line of a log"), std::string::npos);
  terminal->press({"q"});
  EXPECT_TRUE(terminal->shows("a line of a log\n")) << terminal->screen();
  EXPECT_TRUE(terminal->shows("\nThe key is wrong. Do something.\n")) << terminal->screen();
}

class ScreenEnds : public ScreenTest, public ::testing::WithParamInterface<const char *> {};

TEST_P(ScreenEnds, TheTerminalIsRestored) {
  terminal = std::make_unique<Tmux>("stty -a >" + folder / "before" + "; " + driver() +
                                    "; stty -a >" + folder / "after" + "; echo over");
  ASSERT_TRUE(told("screen\n"));
  EXPECT_TRUE(terminal->has("alternate_on", "1"));
  say("stderr last words");
  say(GetParam());
  EXPECT_TRUE(terminal->shows("over\n")) << terminal->screen();
  EXPECT_TRUE(terminal->shows("last words\n")) << terminal->screen();
  EXPECT_EQ(terminal->value("alternate_on"), "0");
  EXPECT_EQ(terminal->value("cursor_flag"), "1");
  EXPECT_EQ(terminal->value("keypad_flag"), "0");
  EXPECT_EQ(read_file(folder / "after"), read_file(folder / "before"));
}

INSTANTIATE_TEST_SUITE_P(All, ScreenEnds,
                         ::testing::Values("die 11", "die 6", "die 3", "die 15", "exit"));

TEST_F(ScreenTest, WithoutATerminalThereIsNoScreen) {
  terminal = std::make_unique<Tmux>(driver() + " </dev/null; " + driver() + " | cat; TERM=dumb " +
                                    driver() + "; TERM=unknown-type " + driver());
  EXPECT_EQ(terminal->status(), 0) << terminal->screen();
  EXPECT_EQ(read_file(log), "no screen\nend\nno screen\nend\nno screen\nend\nno screen\nend\n");
}

}  // namespace
}  // namespace gemlive::test
