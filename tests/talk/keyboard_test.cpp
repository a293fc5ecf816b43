// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "keyboard.hpp"

#include "utf8_locale.hpp"

namespace gemlive::talk {
namespace {

using Strings = std::vector<std::string>;

class KeyboardTest : public test::Utf8Locale, public Controls {
 protected:
  void set_muted(bool is_muted) override {
    done.push_back(is_muted ? "mute" : "unmute");
    status.is_muted = is_muted;
  }
  void set_talking(bool is_talking) override {
    done.push_back(is_talking ? "talk" : "listen");
    status.is_talking = is_talking;
  }
  void interrupt() override { done.push_back("interrupt"); }
  void send_text(const std::string &line) override { done.push_back("text " + line); }
  void reconnect() override { done.push_back("reconnect"); }
  void quit() override { done.push_back("quit"); }

  bool press(Key key) { return keyboard.press({key}, {80, 3}); }
  void type(std::u32string_view characters) {
    for (const auto character : characters)
      keyboard.press({Key::Character, character}, {80, 3});
  }

  Strings done;
  Status status;
  Transcript transcript;
  Keyboard keyboard{*this, transcript, status};
};

TEST_F(KeyboardTest, KeysControlTheConversation) {
  type(U"mMirq");
  EXPECT_EQ(done, (Strings{"mute", "unmute", "interrupt", "reconnect", "quit"}));
  EXPECT_FALSE(keyboard.press({Key::Character, 'x'}, {80, 3}));
  EXPECT_FALSE(press(Key::Other));
}

TEST_F(KeyboardTest, SpaceTalksOnlyWithPushToTalk) {
  type(U" ");
  EXPECT_EQ(done, Strings{});
  status.push_to_talk = true;
  type(U"  ");
  EXPECT_EQ(done, (Strings{"talk", "listen"}));
}

TEST_F(KeyboardTest, ATypedLineIsSent) {
  type(U"tquit? 中é");
  EXPECT_TRUE(keyboard.is_typing());
  press(Key::Backspace);
  press(Key::Home);
  type(U"a\u0015b");
  press(Key::Enter);
  EXPECT_EQ(done, Strings{"text bquit? 中"});
  EXPECT_FALSE(keyboard.is_typing());
  type(U"q");
  EXPECT_EQ(done.back(), "quit");
}

TEST_F(KeyboardTest, EscapeAndBlanksSendNothing) {
  type(U"tabc");
  press(Key::Escape);
  EXPECT_FALSE(keyboard.is_typing());
  type(U"t  ");
  press(Key::Enter);
  EXPECT_FALSE(keyboard.is_typing());
  EXPECT_EQ(done, Strings{});
}

TEST_F(KeyboardTest, PastedTextIsNoCommand) {
  press(Key::PasteStart);
  type(U"quit\u0003\u0015");
  press(Key::Enter);
  press(Key::Escape);
  type(U"now");
  press(Key::PasteEnd);
  EXPECT_EQ(done, Strings{});
  EXPECT_EQ(keyboard.editor().text(), "quit now");
  press(Key::Enter);
  EXPECT_EQ(done, Strings{"text quit now"});
}

TEST_F(KeyboardTest, TheNextKeyEndsTheHelp) {
  type(U"?");
  EXPECT_TRUE(keyboard.is_help());
  type(U"q");
  EXPECT_FALSE(keyboard.is_help());
  EXPECT_EQ(done, Strings{});
}

TEST_F(KeyboardTest, Scrolls) {
  for (int i = 1; i <= 9; ++i)
    transcript.note(std::to_string(i));
  const auto last = [this] { return transcript.window(80, 3).back().text; };
  press(Key::PageUp);
  EXPECT_EQ(last(), "* 7");
  press(Key::Up);
  EXPECT_EQ(last(), "* 6");
  press(Key::PageDown);
  EXPECT_EQ(last(), "* 8");
  press(Key::Down);
  EXPECT_FALSE(transcript.is_scrolled());
  press(Key::PageUp);
  type(U"t");
  press(Key::PageUp);
  EXPECT_EQ(last(), "* 5");
  press(Key::End);
  EXPECT_TRUE(transcript.is_scrolled()) << "End is of the line that is typed";
  type(U"x");
  press(Key::Enter);
  EXPECT_FALSE(transcript.is_scrolled());
  press(Key::PageUp);
  press(Key::End);
  EXPECT_FALSE(transcript.is_scrolled());
}

}  // namespace
}  // namespace gemlive::talk
