// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "keyboard.hpp"

#include <glib.h>

#include <algorithm>
#include <string>

namespace gemlive::talk {

namespace {

char32_t lower(char32_t c) {
  return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

constexpr char32_t control(char letter) {
  return static_cast<char32_t>(letter & 31);
}

}  // namespace

bool Keyboard::press(KeyPress press, const Area &area) {
  if (press.key == Key::PasteStart || press.key == Key::PasteEnd) {
    is_pasting_ = press.key == Key::PasteStart;
    if (is_pasting_) is_typing_ = true;  // pasted text is never a command
    return true;
  }
  if (is_help_) {
    is_help_ = false;
    return true;
  }
  if (scroll(press.key, area)) return true;
  return is_typing_ ? edit(press) : act(press.character);
}

bool Keyboard::scroll(Key key, const Area &area) {
  const int page = std::max(area.height - 1, 1);
  const auto by = [&](int lines) {
    transcript_.scroll(lines, area.width, area.height);
    return true;
  };
  switch (key) {
    case Key::PageUp:
      return by(page);
    case Key::PageDown:
      return by(-page);
    case Key::Up:
      return by(1);
    case Key::Down:
      return by(-1);
    case Key::End:
      if (is_typing_) return false;
      transcript_.scroll_to_end();
      return true;
    default:
      return false;
  }
}

bool Keyboard::act(char32_t character) {
  switch (lower(character)) {
    case ' ':
      if (status_.push_to_talk) controls_.set_talking(!status_.is_talking);
      return true;
    case 'm':
      controls_.set_muted(!status_.is_muted);
      return true;
    case 'i':
      controls_.interrupt();
      return true;
    case 't':
      return is_typing_ = true;
    case 'r':
      controls_.reconnect();
      return true;
    case '?':
      return is_help_ = true;
    case 'q':
      controls_.quit();
      return true;
    default:
      return character == control('L');
  }
}

bool Keyboard::edit(KeyPress press) {
  switch (press.key) {
    case Key::Enter:
      if (is_pasting_) return editor_.insert(" ");
      send();
      return true;
    case Key::Escape:
      if (!is_pasting_) stop_typing();
      return true;
    case Key::Backspace:
      editor_.erase_before();
      return true;
    case Key::Delete:
      editor_.erase_behind();
      return true;
    case Key::Left:
      editor_.left();
      return true;
    case Key::Right:
      editor_.right();
      return true;
    case Key::Home:
      editor_.to_start();
      return true;
    case Key::End:
      editor_.to_end();
      return true;
    case Key::Character:
      return edit_character(press.character);
    default:
      return false;
  }
}

bool Keyboard::edit_character(char32_t character) {
  if (is_pasting_ || character >= ' ') {
    char bytes[6];
    const auto size = g_unichar_to_utf8(static_cast<gunichar>(character), bytes);
    return editor_.insert({bytes, static_cast<std::size_t>(size)});
  }
  if (character == control('A')) editor_.to_start();
  if (character == control('E')) editor_.to_end();
  if (character == control('U')) editor_.erase_to_start();
  if (character == control('K')) editor_.erase_to_end();
  if (character == control('W')) editor_.erase_word();
  return true;
}

void Keyboard::send() {
  const std::string line = editor_.text();
  stop_typing();
  if (line.find_first_not_of(' ') == std::string::npos) return;
  transcript_.scroll_to_end();
  controls_.send_text(line);
}

void Keyboard::stop_typing() {
  editor_.clear();
  is_typing_ = false;
}

}  // namespace gemlive::talk
