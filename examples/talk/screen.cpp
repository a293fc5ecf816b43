// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "screen.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "display_text.hpp"
#include "held_errors.hpp"
#include "keyboard.hpp"
#include "status_line.hpp"
#include "terminal.hpp"
#include "transcript.hpp"

namespace gemlive::talk {

namespace {

constexpr guint kDrawDelay = 40;  // ms: 25 pictures a second at most
constexpr std::size_t kMaxProblems = 5;
constexpr int kUnlimited = 1 << 24;  // columns, or lines
constexpr std::string_view kPrompt = "> ";
constexpr char32_t kCtrlL = 12;

constexpr std::array<std::string_view, 11> kHelp{
    "m               microphone off and on",
    "i               interrupt the answer",
    "t               type a line (Enter sends it, Escape does not)",
    "space           talk, and end it (with --push-to-talk)",
    "r               reconnect now",
    "PageUp, Up      earlier lines",
    "PageDown, Down  later lines",
    "End             the newest lines",
    "Ctrl-L          draw the screen again",
    "Ctrl-Z          stop; fg goes on",
    "q               quit"};

Style style_of(Tone tone) {
  switch (tone) {
    case Tone::User:
      return Style::User;
    case Tone::Model:
      return Style::Model;
    case Tone::Tool:
      return Style::Tool;
    case Tone::Problem:
      return Style::Problem;
    case Tone::Note:
      break;
  }
  return Style::Note;
}

class Screen : public View {
 public:
  Screen(Controls &controls, const ScreenOptions &options)
      : keyboard_(controls, transcript_, status_) {
    status_.push_to_talk = options.push_to_talk;
    terminal_ = Terminal::open(options.colours,
                               {[this](KeyPress press) { on_key(press); }, [this] { draw_soon(); },
                                [&controls] { controls.quit(); }});
    if (!terminal_) return;
    errors_.emplace();
    draw();
  }
  ~Screen() override {
    if (timer_) g_source_remove(timer_);
    if (terminal_) {
      terminal_.reset();
      print_conversation();
    }
    for (const auto &problem : problems_)
      std::fprintf(stderr, "%s\n", problem.c_str());
  }
  bool is_open() const { return terminal_ != nullptr; }

  void connection(Connection state, const std::string &detail) override {
    // One line for a loss, not one for each attempt.
    const bool is_connected = state == Connection::Connected;
    if (state == Connection::Reconnecting && state != status_.connection)
      transcript_.note("reconnecting " + detail);
    if (is_connected && (has_been_connected_ || !detail.empty()))
      transcript_.note("connected" + (detail.empty() ? "" : ": " + detail));
    has_been_connected_ |= is_connected;
    status_.connection = state;
    draw_soon();
  }
  void words(const Words &words) override {
    transcript_.words(words);
    draw_soon();
  }
  void turn_started() override {
    transcript_.turn_started();
    draw_soon();
  }
  void interrupted() override {
    transcript_.interrupted();
    draw_soon();
  }
  void turn_ended(const Turn &turn) override {
    transcript_.turn_ended(turn);
    if (turn.time_to_first_sound) status_.time_to_first_sound = turn.time_to_first_sound;
    draw_soon();
  }
  void tool_call(const ToolCall &call) override {
    transcript_.tool_call(call);
    draw_soon();
  }
  void tool_result(const ToolResult &result) override {
    transcript_.tool_result(result);
    draw_soon();
  }
  void levels(const Levels &levels) override {
    status_.levels = levels;
    draw_soon();
  }
  void tokens(std::uint64_t total) override {
    status_.tokens = total;
    draw_soon();
  }
  void progress(std::chrono::nanoseconds position, std::chrono::nanoseconds duration) override {
    status_.progress = Progress{position, duration};
    draw_soon();
  }
  void muted(bool is_muted) override {
    status_.is_muted = is_muted;
    draw_soon();
  }
  void talking(bool is_talking) override {
    status_.is_talking = is_talking;
    draw_soon();
  }
  void note(const std::string &line) override {
    transcript_.note(line);
    draw_soon();
  }
  void problem(const std::string &what, const std::string &what_to_do) override {
    transcript_.problem(what, what_to_do);
    // The screen may end before anyone reads it.
    if (problems_.size() == kMaxProblems) problems_.erase(problems_.begin());
    problems_.push_back(printable_line(what + (what_to_do.empty() ? "" : " ") + what_to_do));
    draw_soon();
  }

 private:
  /// So that it stays in the terminal. The terminal wraps long lines.
  void print_conversation() {
    transcript_.scroll_to_end();
    for (const auto &line : transcript_.window(kUnlimited, kUnlimited))
      if (line.tone != Tone::Problem) std::printf("%s\n", line.text.c_str());
    std::fflush(stdout);
  }
  void draw_soon() {
    if (timer_) return;
    timer_ = g_timeout_add(
        kDrawDelay,
        [](gpointer data) -> gboolean {
          auto *self = static_cast<Screen *>(data);
          if (!self->terminal_->is_ready()) return G_SOURCE_CONTINUE;
          self->timer_ = 0;
          self->draw();
          return G_SOURCE_REMOVE;
        },
        this);
  }
  int text_rows() const { return std::max(terminal_->rows() - 2, 0); }

  void draw() {
    const int rows = terminal_->rows(), width = terminal_->columns();
    terminal_->clear();
    if (keyboard_.is_help())
      draw_help(width);
    else
      draw_transcript(width);
    status_.is_scrolled = transcript_.is_scrolled();
    // The last row is for the keys, if there is a row above it.
    if (rows > 1 || !keyboard_.is_typing())
      terminal_->put(std::max(rows - 2, 0), 0, status_line(status_, width), Style::Status, true);
    if (keyboard_.is_typing()) return draw_input(rows - 1, width);
    if (rows > 1) terminal_->put(rows - 1, 0, keys(width), Style::Plain);
    terminal_->show();
  }
  void draw_transcript(int width) {
    int row = 0;
    for (const Line &line : transcript_.window(width, text_rows())) {
      const std::string_view text = line.text;
      const auto style = style_of(line.tone);
      const auto label = text.substr(0, line.label);
      terminal_->put(row, 0, label, style);
      const bool is_loud = line.tone == Tone::Problem || line.tone == Tone::Note;
      terminal_->put(row++, columns(label), text.substr(line.label),
                     is_loud ? style : Style::Plain);
    }
  }
  void draw_help(int width) {
    int row = 0;
    for (const auto line : kHelp)
      if (row < text_rows()) terminal_->put(row++, 0, cut(line, width), Style::Plain);
  }
  void draw_input(int row, int width) {
    const int prompt = std::min(width - 1, static_cast<int>(kPrompt.size()));
    terminal_->put(row, 0, kPrompt.substr(0, static_cast<std::size_t>(prompt)), Style::User);
    const auto part = keyboard_.editor().part(width - prompt);
    terminal_->put(row, prompt, part.text, Style::Plain);
    terminal_->show(row, prompt + part.cursor_column);
  }
  void on_key(KeyPress press) {
    if (press.character == kCtrlL) terminal_->redraw();
    if (keyboard_.press(press, {terminal_->columns(), text_rows()})) draw_soon();
  }
  std::string keys(int width) const {
    if (keyboard_.is_help()) return cut("any key goes back", width);
    const std::string all = std::string(status_.push_to_talk ? "space talk  " : "") +
                            "m mute  i interrupt  t type  r reconnect  ? help  q quit";
    return columns(all) <= width ? all : cut("? help  q quit", width);
  }

  std::vector<std::string> problems_;
  std::optional<HeldErrors> errors_;
  std::unique_ptr<Terminal> terminal_;
  Transcript transcript_;
  Status status_;
  Keyboard keyboard_;
  guint timer_ = 0;
  bool has_been_connected_ = false;
};

}  // namespace

bool wants_colours() {
  const char *no_color = std::getenv("NO_COLOR");
  return !no_color || !*no_color;
}

std::unique_ptr<View> make_screen(Controls &controls, const ScreenOptions &options) {
  auto screen = std::make_unique<Screen>(controls, options);
  if (!screen->is_open()) return nullptr;
  return screen;
}

}  // namespace gemlive::talk
