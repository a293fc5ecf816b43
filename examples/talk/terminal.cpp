// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "terminal.hpp"

#include <glib-unix.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "terminal_guard.hpp"

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <langinfo.h>

namespace gemlive::talk {

namespace {

constexpr int kPasteStart = KEY_MAX + 1, kPasteEnd = KEY_MAX + 2;
constexpr int kEscapeDelay = 25;  // ms in which the rest of a key's sequence must come

struct Free {
  void operator()(SCREEN *screen) const { delscreen(screen); }
};

/// Without a locale the text is UTF-8, which terminals of today show.
void set_locale() {
  setlocale(LC_CTYPE, "");
  if (std::string_view(nl_langinfo(CODESET)).starts_with("ANSI_X3.4"))
    setlocale(LC_CTYPE, "C.UTF-8");
}

const char *capability(const char *name) {
  const char *text = tigetstr(name);
  return text && text != reinterpret_cast<const char *>(-1) ? text : "";
}

KeyPress to_key(int result, wint_t code) {
  if (result != KEY_CODE_YES) {
    switch (code) {
      case '\r':
      case '\n':
        return {Key::Enter};
      case 27:
        return {Key::Escape};
      case 8:
      case 127:
        return {Key::Backspace};
      default:
        return {Key::Character, static_cast<char32_t>(code)};
    }
  }
  static constexpr std::pair<int, Key> keys[] = {
      {KEY_ENTER, Key::Enter},   {KEY_BACKSPACE, Key::Backspace}, {KEY_DC, Key::Delete},
      {KEY_LEFT, Key::Left},     {KEY_RIGHT, Key::Right},         {KEY_UP, Key::Up},
      {KEY_DOWN, Key::Down},     {KEY_HOME, Key::Home},           {KEY_END, Key::End},
      {KEY_PPAGE, Key::PageUp},  {KEY_NPAGE, Key::PageDown},      {kPasteStart, Key::PasteStart},
      {kPasteEnd, Key::PasteEnd}};
  for (const auto &[name, key] : keys)
    if (static_cast<int>(code) == name) return {key};
  return {Key::Other};
}

class CursesTerminal : public Terminal {
 public:
  CursesTerminal(bool colours, Listener listener)
      : listener_(std::move(listener)),
        guard_([this](TerminalGuard::Event event) { on_event(event); }) {
    use_extended_names(TRUE);
    screen_.reset(newterm(nullptr, stdout, stdin));
    if (!screen_) return;
    if (!*capability("cup") || !*capability("clear")) {
      endwin();
      screen_.reset();
      return;
    }
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    meta(stdscr, TRUE);
    set_escdelay(kEscapeDelay);
    curs_set(0);
    stop_flow_control();
    if (colours && has_colors()) use_colours();
    define_key("\033[200~", kPasteStart);
    define_key("\033[201~", kPasteEnd);
    paste_on_ = capability("BE");
    guard_.arm(std::string(capability("BD")) + capability("rmkx") + capability("sgr0") +
               capability("cnorm") + capability("rmcup"));
    send(paste_on_);
    keys_ = g_unix_fd_add(
        STDIN_FILENO, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP | G_IO_ERR),
        [](int, GIOCondition condition, gpointer self) -> gboolean {
          return static_cast<CursesTerminal *>(self)->read_keys(condition);
        },
        this);
  }
  ~CursesTerminal() override {
    if (keys_) g_source_remove(keys_);
    if (screen_) leave();
  }

  bool is_open() const { return screen_ != nullptr; }

  int rows() const override { return getmaxy(stdscr); }
  int columns() const override { return getmaxx(stdscr); }
  bool is_ready() const override {
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    return poll(&output, 1, 0) == 1;
  }
  void clear() override { erase(); }
  void put(int row, int column, std::string_view text, Style style, bool fill) override {
    if (row < 0 || row >= rows() || column < 0 || column >= columns()) return;
    attrset(attributes(style));
    if (fill)
      mvhline(row, column, ' ' | static_cast<chtype>(attributes(style)), columns() - column);
    glong size = 0;
    g_autofree gunichar *wide =
        g_utf8_to_ucs4_fast(text.data(), static_cast<glong>(text.size()), &size);
    const std::wstring characters(wide, wide + size);
    mvaddnwstr(row, column, characters.data(), static_cast<int>(size));
    attrset(A_NORMAL);
  }
  void show(std::optional<int> cursor_row, int cursor_column) override {
    curs_set(cursor_row ? 1 : 0);
    move(cursor_row.value_or(rows() - 1), cursor_row ? cursor_column : 0);
    refresh();
  }
  void redraw() override { clearok(curscr, TRUE); }

 private:
  static void send(const std::string &text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }
  /// Ctrl-S would stop the program at the next line, and the conversation with it.
  static void stop_flow_control() {
    termios modes;
    if (tcgetattr(STDIN_FILENO, &modes) != 0) return;
    modes.c_iflag &= ~static_cast<tcflag_t>(IXON);
    tcsetattr(STDIN_FILENO, TCSANOW, &modes);
    def_prog_mode();
  }
  void use_colours() {
    start_color();
    use_default_colors();
    has_colours_ = true;
    constexpr std::pair<Style, short> colours[] = {{Style::User, COLOR_CYAN},
                                                   {Style::Model, COLOR_GREEN},
                                                   {Style::Tool, COLOR_MAGENTA},
                                                   {Style::Note, -1},
                                                   {Style::Problem, COLOR_RED}};
    for (const auto &[style, colour] : colours)
      init_pair(static_cast<short>(style), colour, -1);
  }
  int attributes(Style style) const {
    if (style == Style::Plain) return A_NORMAL;
    if (style == Style::Status) return A_REVERSE;
    const int weight = style == Style::Note ? A_DIM : A_BOLD;
    return weight | (has_colours_ ? COLOR_PAIR(static_cast<int>(style)) : 0);
  }

  void leave() {
    send(capability("BD"));
    curs_set(1);
    endwin();
  }
  void enter() {
    reset_prog_mode();
    fit();
    clearok(curscr, TRUE);
    send(paste_on_);
    if (listener_.changed) listener_.changed();
  }
  void fit() {
    winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
      resizeterm(size.ws_row, size.ws_col);
  }
  void on_event(TerminalGuard::Event event) {
    if (!screen_) return;
    switch (event) {
      case TerminalGuard::Event::Resized:
        fit();
        if (listener_.changed) listener_.changed();
        break;
      case TerminalGuard::Event::Stop:
        leave();
        guard_.stop();
        enter();
        break;
      case TerminalGuard::Event::Continued:
        enter();
        break;
      case TerminalGuard::Event::HungUp:
        hang_up();
        break;
    }
  }
  void hang_up() {
    if (auto gone = std::exchange(listener_.gone, nullptr)) gone();
  }
  gboolean read_keys(GIOCondition condition) {
    int waiting = 0;
    const bool is_closed =
        (condition & (G_IO_HUP | G_IO_ERR)) ||
        (ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting == 0 && (condition & G_IO_IN));
    if (is_closed) {
      keys_ = 0;
      hang_up();
      return G_SOURCE_REMOVE;
    }
    wint_t code = 0;
    for (;;) {
      const int result = get_wch(&code);
      if (result == ERR) return G_SOURCE_CONTINUE;
      if (listener_.key) listener_.key(to_key(result, code));
    }
  }

  Listener listener_;
  TerminalGuard
      guard_;  // before ncurses, which would act in its own signal handlers, on any thread
  std::unique_ptr<SCREEN, Free> screen_;
  std::string paste_on_;
  guint keys_ = 0;
  bool has_colours_ = false;
};

}  // namespace

std::unique_ptr<Terminal> Terminal::open(bool colours, Listener listener) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return nullptr;
  set_locale();
  auto terminal = std::make_unique<CursesTerminal>(colours, std::move(listener));
  if (!terminal->is_open()) return nullptr;
  return terminal;
}

}  // namespace gemlive::talk
