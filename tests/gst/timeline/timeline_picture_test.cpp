// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The pictures of gemlive-timeline (examples/timeline): where words are, what is in the file, and
// that nothing from outside gets out of its place in it.

#include <glib.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <future>
#include <limits>
#include <random>
#include <string>

#include "event_lines.hpp"
#include "html_page.hpp"
#include "lettering.hpp"
#include "read_file.hpp"
#include "row_layout.hpp"
#include "session_log.hpp"
#include "sources.hpp"
#include "svg_picture.hpp"
#include "temp_folder.hpp"
#include "timeline_input.hpp"
#include "write_timeline.hpp"

namespace gemlive::test {
namespace {

using namespace timeline;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

/// Empty if the text is well-formed XML.
std::string xml_problem(const std::string &text) {
  const GMarkupParser parser = {};
  auto *context = g_markup_parse_context_new(&parser, G_MARKUP_DEFAULT_FLAGS, nullptr, nullptr);
  GError *error = nullptr;
  std::string problem;
  if (!g_markup_parse_context_parse(context, text.data(), static_cast<gssize>(text.size()),
                                    &error) ||
      !g_markup_parse_context_end_parse(context, &error)) {
    problem = error->message;
    g_error_free(error);
  }
  g_markup_parse_context_free(context);
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
      problem += " control character";
  for (const auto *number : {"nan", "inf", "e+"})
    for (const auto *attribute : {"x=\"", "y=\"", "width=\"", "height=\""})
      if (text.find(std::string(attribute) + number) != std::string::npos) problem += " number";
  return problem;
}

Model of_events(const std::string &text) {
  auto model = read_event_lines(on_one_line(text), "events.jsonl", {}, {});
  EXPECT_TRUE(model) << (model ? "" : model.error().message);
  return model ? std::move(*model) : Model{};
}

/// Each of these words is said by both in turn, without a pause.
Model chatter(double duration, double phrase, const std::string &text) {
  Model model{.duration = duration};
  bool is_users = false;
  unsigned turn = 0;
  for (double at = 0; at < duration; at += phrase, is_users = !is_users) {
    model.words.push_back({.side = is_users ? Side::user : Side::model,
                           .start = at,
                           .end = at + phrase,
                           .text = text});
    if (!is_users) {
      model.turns.push_back(
          {.number = ++turn, .input_end = at - 0.5, .first_sound = at, .end = at + phrase});
      model.marks.push_back(
          {.kind = Mark::Kind::tool, .at = at, .label = "tool weather {city: \"Bonn\"}"});
    }
    (is_users ? model.user : model.model).add(at, at + phrase, 0.4F);
  }
  return model;
}

void expect_no_overlap(const Model &model) {
  const auto layout = lay_out(model, 0);
  for (const auto &row : layout.rows) {
    for (const auto &side : row.words) {
      double right = plot_left;
      for (const auto &block : side) {
        EXPECT_GE(block.x, right - 0.01) << block.lines[0];
        EXPECT_LE(block.x + block.width, plot_right + 0.01) << block.lines[0];
        EXPECT_LE(block.lines.size(), 7U);
        EXPECT_LE(block.x, row.x(block.at, layout.pixels_a_second) + 150.01) << "late";
        for (const auto &line : block.lines)
          EXPECT_LE(width(line, words_size), block.width + 0.01);
        right = block.x + block.width;
      }
    }
    std::vector<double> right(row.levels, plot_left);
    for (const auto &label : row.labels) {
      EXPECT_GE(label.x, right[label.level] - 0.01) << label.text;
      right[label.level] = label.x + glyph_width + width(label.text, label_size);
      EXPECT_LE(right[label.level], plot_right + 0.01) << label.text;
    }
  }
}

TEST(TimelineLayout, WordsDoNotOverlap) {
  for (const auto phrase : {0.2, 0.7, 2.0, 4.0})
    for (const auto *text : {"Yes.", "This is what somebody says in four seconds or so.",
                             "これは日本語の文章です。長いです。",
                             "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenfabrik",
                             "هذه جملة طويلة باللغة العربية يقولها شخص ما"})
      for (const auto duration : {5.0, 19.0, 61.0, 700.0})
        expect_no_overlap(chatter(duration, phrase, text));
}

TEST(TimelineLayout, UnhurriedWordsBeginAtTheirTime) {
  const auto model = chatter(60, 4, "This is what somebody says in four seconds.");
  const auto layout = lay_out(model, 0);
  std::size_t count = 0;
  for (const auto &row : layout.rows)
    for (const auto &side : row.words)
      for (const auto &block : side) {
        ++count;
        if (block.at < row.end - 3) {  // not at the edge
          EXPECT_NEAR(block.x, row.x(block.at, layout.pixels_a_second), 0.01);
        }
      }
  EXPECT_EQ(count, model.words.size());
  EXPECT_EQ(layout.hidden_words, 0U);
}

TEST(TimelineLayout, AnHourIsAPageWithRows) {
  auto model = chatter(3600, 4, "This is what somebody says in four seconds, and it is all there.");
  const auto layout = lay_out(model, 0);
  EXPECT_LE(layout.rows.size(), 125U);
  EXPECT_LT(layout.height, 40'000);
  EXPECT_EQ(layout.hidden_words, 0U);
  for (const auto &row : layout.rows)
    for (const auto &side : row.words)
      for (const auto &block : side)
        EXPECT_TRUE(block.whole.empty()) << "cut: " << block.whole;
  const auto picture = svg_picture(model);
  EXPECT_LT(picture.size(), std::size_t{4} << 20);
  EXPECT_EQ(xml_problem(picture), "");
}

TEST(TimelineLayout, ADayIsBoundedToo) {
  const auto model = chatter(86400, 2, "This is what somebody says in two seconds.");
  EXPECT_LE(lay_out(model, 0).rows.size(), 125U);
  EXPECT_LT(svg_picture(model).size(), std::size_t{6} << 20);
}

TEST(TimelineLayout, HoursInWhichNothingHappensAreOneLine) {
  Model model{.duration = 7200};
  model.words.push_back({.start = 1, .end = 2, .text = "Hello?"});
  model.words.push_back({.start = 7100, .end = 7101, .text = "Hello?"});
  const auto layout = lay_out(model, 0);
  ASSERT_EQ(layout.rows.size(), 4U);
  EXPECT_TRUE(layout.rows[1].is_quiet);
  EXPECT_NEAR(layout.rows[1].end - layout.rows[1].start, 7000, 100);
  EXPECT_NE(svg_picture(model).find("quiet from 1:00 to 1:58:00"), std::string::npos);
}

TEST(TimelineLettering, TextIsCutAtCharacters) {
  EXPECT_EQ(clean("a\nb\tc\x1b[31m\x01", 99), "a b c[31m");
  EXPECT_EQ(clean("äöü", 2), "äö…");
  EXPECT_EQ(fitting("äöüäöüäöü", 26, 10), "äö…");
  EXPECT_EQ(fitting("ab", 1, 10), "");
  const auto lines = wrap("one two three four five", 60, 12, 2);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[1].ends_with("…"));
}

TEST(TimelineLettering, NumbersAreAlwaysNumbers) {
  EXPECT_EQ(number_text(nan), "0");
  EXPECT_EQ(number_text(infinite), "0");
  EXPECT_EQ(number_text(1e300), "1000000");
  EXPECT_EQ(number_text(-0.01), "0");
  EXPECT_EQ(number_text(12.34), "12.3");
  EXPECT_EQ(seconds_text(0.62), "0.62 s");
  EXPECT_EQ(seconds_text(125), "2 min 5 s");
  EXPECT_EQ(seconds_text(nan), "0 s");
  EXPECT_EQ(clock_text(3725), "1:02:05");
}

TEST(TimelinePicture, SaysWhatItShows) {
  const auto picture = svg_picture(of_events(event_lines()));
  EXPECT_EQ(xml_problem(picture), "");
  for (const auto *words :
       {"role=\"img\"", "<title id=\"timeline-title\">Conversation of 12 s</title>",
        "2 turns; first sound after", "0:03 Model: It is ten o&#39;clock.",
        "0:09 Model, not heard: clocks and watches", ">User<", ">Model<",
        "Turn 1: first sound after 0.60 s", "3 s not heard", "warning: The microphone is gone",
        "class=\"words halo unheard\""})
    EXPECT_NE(picture.find(words), std::string::npos) << words;
}

TEST(TimelinePicture, HasNoColour) {
  const auto picture = svg_picture(of_events(event_lines()));
  for (auto at = picture.find('#'); at != std::string::npos; at = picture.find('#', at + 1)) {
    if (picture.compare(at - 4, 4, "url(") == 0 || picture[at - 1] == '&') continue;
    const auto digits = picture.substr(at + 1, 3);
    EXPECT_TRUE(digits[0] == digits[1] && digits[1] == digits[2]) << digits;
  }
}

TEST(TimelinePicture, HostileWordsStayWords) {
  const std::string hostile =
      R"(</text><script>alert(1)</script>]]>&lt;\" onload='x' <!-- \u0000\u0007\ufffe\ud800\u202e)";
  const auto model =
      of_events(line(1, "gemlive/tool-call",
                     R"({"name": ")" + hostile + R"(", "args": ")" + hostile + R"("})") +
                line(1, "gemlive/reconnecting", R"({"close-reason": ")" + hostile + R"("})") +
                line(2, "gemlive/turn-started", "{}") +
                line(2, "gemlive/output-transcript", R"({"text": ")" + hostile + R"("})") +
                line(2, "gemlive/input-transcript", R"({"text": ")" + hostile + R"("})") +
                line(3, "warning", R"({"text": ")" + hostile + R"("})"));
  for (const auto &file : {svg_picture(model), html_page(model, "a\"><script>.wav")}) {
    EXPECT_EQ(file.find("<script>alert"), std::string::npos);
    EXPECT_EQ(file.find("\"><script>.wav"), std::string::npos);
    EXPECT_EQ(file.find("\xe2\x80\xae"), std::string::npos);  // turns the direction around
  }
  EXPECT_EQ(xml_problem(svg_picture(model)), "");
}

TEST(TimelinePicture, HostileNumbersStayNumbers) {
  for (const auto time : {nan, infinite, -infinite, -1e300, 1e300, -5.0, 0.0}) {
    Model model{.duration = time};
    model.words.push_back({.start = time, .end = -time, .text = std::string(100'000, 'x')});
    model.turns.push_back(
        {.input_end = -time, .first_sound = time, .end = time, .is_interrupted = true});
    model.spans.push_back(
        {.kind = Span::Kind::discarded, .start = time, .end = time, .length = time});
    model.spans.push_back({.kind = Span::Kind::offline, .start = -1, .end = time});
    model.marks.push_back({.at = time, .label = "x"});
    model.backlog.push_back({.at = time, .seconds = 1});
    model.backlog.push_back({.at = 0.5, .seconds = time});
    model.user.add(time, time + 1, 0.5F);
    model.user.add(-5, 1, static_cast<float>(time));
    const auto picture = svg_picture(model);
    EXPECT_EQ(xml_problem(picture), "") << time;
    EXPECT_LT(picture.size(), 1U << 20) << time;
  }
}

TEST(TimelinePicture, DamagedFilesMakeAPictureOrAnError) {
  SessionLog log;
  log.sent(0, R"({"setup":{}})").received(0.1, R"({"setupComplete":{}})").user_audio(1);
  log.model_audio(2, 0.2).received(
      2, R"({"serverContent":{"outputTranscription":{"text":"Well, äh."}}})");
  log.received(2.1, R"({"serverContent":{"interrupted":true}})").closed(3, 1011);
  const std::string files[] = {on_one_line(event_lines()), log.text(), stereo_wav(1000)};
  std::mt19937 random(7);
  int pictures = 0, errors = 0;
  for (int i = 0; i < 600; ++i) {
    auto file = files[i % 3];
    for (auto count = 1 + random() % 4; count > 0; --count) {
      const auto at = random() % std::min<std::size_t>(file.size(), 3000);
      switch (random() % 4) {
        case 0:
          file[at] = static_cast<char>(random());
          break;
        case 1:
          file.erase(at, random() % 50);
          break;
        case 2:
          file.insert(at, file.substr(random() % file.size(), random() % 50));
          break;
        default:
          file.insert(at, std::to_string(random()));
          break;
      }
    }
    TempFile copy(file);
    const auto sources = read_sources({copy.path()});
    sources ? ++pictures : ++errors;
    if (!sources) {
      EXPECT_NE(sources.error().message, "");
      continue;
    }
    const auto picture = svg_picture(sources->model);
    ASSERT_EQ(xml_problem(picture), "") << file;
    ASSERT_LT(picture.size(), std::size_t{1} << 20);
  }
  EXPECT_GT(pictures, 100);
  EXPECT_GT(errors, 100);
}

TEST(TimelinePicture, ManyEventsAreBounded) {
  std::string text;
  for (int i = 0; i < 20'000; ++i)
    text += line(1 + i * 1e-4, "gemlive/tool-call", R"({"name": "weather", "args": "{}"})") +
            line(1 + i * 1e-4, "gemlive/turn-started", "{}") +
            line(1 + i * 1e-4, "gemlive/stats", R"({"input-held": 99999})") +
            line(1 + i * 1e-4, "gemlive/output-transcript", R"({"text": "Words, words, words."})");
  const auto picture = svg_picture(of_events(text));
  EXPECT_LT(picture.size(), std::size_t{1} << 20);
  EXPECT_EQ(xml_problem(picture), "");
  EXPECT_NE(picture.find("more"), std::string::npos);
}

TEST(TimelinePicture, HasNoSecret) {
  const std::string handle = "CiQxMjM0NTY3OC1hYmNkLWhhbmRsZQ",
                    key = "AIzaSyA1234567890abcdefghijklmno";
  const std::string lines =
      line(1, "error", R"({"text": "Handle )" + handle + " and key " + key + R"( are bad"})") +
      line(2, "gemlive/resumption", R"({"handle": ")" + handle + R"("})") +
      line(3, "gemlive/tool-call",
           R"({"name": "login", "args": "{\"password\": \"open sesame\", \"user\": \"Ali\"}"})") +
      line(4, "gemlive/reconnecting",
           R"({"close-reason": "Bearer ya29.a0AfH6SMB1234567890 expired"})");
  const auto picture = svg_picture(of_events(lines));
  SessionLog log;
  log.sent(0, R"({"setup":{"sessionResumption":{"handle":")" + handle +
                  R"("},"tools":[{"apiKey":")" + key + R"("}]}})");
  log.received(1, R"({"serverContent":{"outputTranscription":{"text":"Your handle is )" + handle +
                      R"("},"turnComplete":true}})");
  log.received(
      2,
      R"({"toolCall":{"functionCalls":[{"name":"login","args":{"password":"open sesame","user":"Ali"}}]}})");
  const auto session = read_session_log(log.text(), "log");
  ASSERT_TRUE(session);
  for (const auto &file : {picture, svg_picture(*session), html_page(*session, "")}) {
    for (const auto &secret : {handle, key, std::string("open sesame"), std::string("ya29")})
      EXPECT_EQ(file.find(secret), std::string::npos) << secret;
    EXPECT_NE(file.find("Ali"), std::string::npos);
  }
}

TEST(TimelinePage, RunsItsOwnScriptOnly) {
  const auto page = html_page(of_events(event_lines()), "data:audio/wav;base64,AAAA");
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(page.find("<audio controls"), std::string::npos);
  for (const auto *reference : {"href=", "url(http", "src=\"http", "@import"})
    EXPECT_EQ(page.find(reference), std::string::npos) << reference;
  const auto silent = html_page(of_events(event_lines()), "");
  EXPECT_EQ(silent.find("<audio"), std::string::npos);
  EXPECT_EQ(silent.find("<script"), std::string::npos);
}

TEST(WriteTimeline, WritesIntoTheFolder) {
  TempFolder folder;
  folder.write("events.jsonl", on_one_line(event_lines()));
  std::string error;
  ASSERT_TRUE(write_timeline(folder.path(), error)) << error;
  const auto picture = read_file(folder / "timeline.svg");
  EXPECT_TRUE(picture.starts_with("<?xml"));
  EXPECT_EQ(xml_problem(picture), "");
  EXPECT_EQ(std::filesystem::status(folder / "timeline.svg").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(WriteTimeline, SaysWhyItCannot) {
  TempFolder folder;
  std::string error;
  EXPECT_FALSE(write_timeline(folder.path(), error));
  EXPECT_NE(error.find("has no conversation.wav"), std::string::npos);
  EXPECT_FALSE(write_private_file(folder / "no/such/folder", "x", error));
  EXPECT_EQ(error, "Cannot write " + folder / "no/such/folder" +
                       ": No such file or directory. Choose another file with --output");
  EXPECT_FALSE(write_private_file("/dev/full", "x", error));
  EXPECT_NE(error.find("No space left"), std::string::npos) << error;
  EXPECT_FALSE(write_private_file(folder.path(), "x", error));
  EXPECT_NE(error.find("Is a directory"), std::string::npos) << error;
}

TEST(WriteTimeline, WritesIntoAPipe) {
  const TempFolder folder;
  const auto pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  auto content = std::async(std::launch::async, [&] { return read_file(pipe); });
  std::string error;
  EXPECT_TRUE(write_private_file(pipe, "picture", error)) << error;
  EXPECT_EQ(content.get(), "picture");
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

}  // namespace
}  // namespace gemlive::test
