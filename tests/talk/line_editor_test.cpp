// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "line_editor.hpp"

#include "display_text.hpp"
#include "utf8_locale.hpp"

namespace gemlive::talk {
namespace {

class LineEditorTest : public test::Utf8Locale {
 protected:
  LineEditor editor;
};

TEST_F(LineEditorTest, Edits) {
  editor.insert("helo");
  editor.left();
  editor.insert("l");
  editor.to_start();
  editor.erase_behind();
  editor.insert("H");
  editor.to_end();
  editor.insert(" you there");
  editor.erase_word();
  EXPECT_EQ(editor.text(), "Hello you ");
  editor.erase_word();
  EXPECT_EQ(editor.text(), "Hello ");
  editor.erase_before();
  editor.left();
  editor.left();
  editor.erase_to_end();
  EXPECT_EQ(editor.text(), "Hel");
  editor.left();
  editor.erase_to_start();
  EXPECT_EQ(editor.text(), "l");
  editor.clear();
  EXPECT_EQ(editor.text(), "");
}

TEST_F(LineEditorTest, AtTheEndsNothingHappens) {
  editor.left();
  editor.right();
  editor.erase_before();
  editor.erase_behind();
  editor.erase_word();
  EXPECT_EQ(editor.text(), "");
}

TEST_F(LineEditorTest, MovesOverWholeCharacters) {
  editor.insert("ae\u0301中");
  editor.left();
  EXPECT_EQ(editor.part(10).cursor_column, 2);
  editor.erase_before();
  EXPECT_EQ(editor.text(), "a中");
  editor.insert("e");
  editor.insert("\u0301");
  EXPECT_EQ(editor.text(), "ae\u0301中");
  editor.left();
  editor.erase_behind();
  EXPECT_EQ(editor.text(), "a中");
  editor.right();
  EXPECT_EQ(editor.part(10).cursor_column, 3);
}

TEST_F(LineEditorTest, TakesNoControls) {
  editor.insert("a\x1b[2J\nb");
  EXPECT_EQ(editor.text(), "a[2J b");
}

TEST_F(LineEditorTest, IsBounded) {
  EXPECT_TRUE(editor.insert(std::string(LineEditor::kLimit, 'x')));
  EXPECT_FALSE(editor.insert("x"));
  EXPECT_EQ(editor.text().size(), LineEditor::kLimit);
}

TEST_F(LineEditorTest, ShowsThePartAroundTheCursor) {
  editor.insert("0123456789");
  EXPECT_EQ(editor.part(20).text, "0123456789");
  EXPECT_EQ(editor.part(20).cursor_column, 10);
  EXPECT_EQ(editor.part(5).text, "6789");
  EXPECT_EQ(editor.part(5).cursor_column, 4);
  editor.to_start();
  EXPECT_EQ(editor.part(5).text, "01234");
  EXPECT_EQ(editor.part(5).cursor_column, 0);
  editor.clear();
  editor.insert("中文中文");
  for (int width = 0; width < 12; ++width) {
    const auto part = editor.part(width);
    EXPECT_LE(columns(part.text), width);
    EXPECT_LT(part.cursor_column, std::max(width, 1));
  }
}

}  // namespace
}  // namespace gemlive::talk
