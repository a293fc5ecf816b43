// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs the pipelines of docs/recipes.md from the text of the page, in a shell. Only devices,
// addresses and durations are replaced. No run leaves a WARNING, an ERROR or a leak of gemlive.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "onsets.hpp"
#include "pipeline.hpp"
#include "recipe_page.hpp"
#include "samples.hpp"
#include "shell_run.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

/// A tone of 0.6 s every 3.5 s, live.
constexpr auto microphone =
    "audiotestsrc is-live=true wave=ticks freq=440 sine-periods-per-tick=264 "
    "tick-interval=3500000000 apply-tick-ramp=false samplesperbuffer=882";

/// A recipe that runs.
struct Trial {
  ShellRun shell = {};
  std::unique_ptr<SimulatorProcess> simulator = {};

  std::string said() const { return as_string(simulator->said()); }
  std::string samples(const std::string &file) const { return wav_samples(shell.folder() / file); }
  /// Ctrl-C after this many answers. `-e` plays out the last one.
  void interrupt_after(std::size_t answers) {
    EXPECT_TRUE(simulator->wait_event("turn-complete", answers - 1));
    shell.interrupt();
  }
};

struct Recipe {
  const char *name;
  const char *heading;
  std::size_t block;
  std::function<void(Trial &)> check;
  std::function<void(Trial &)> drive = {};  // while the commands run
  Replacements replacements = {};
  std::string script = "[]";         // of the simulator
  const char *known_leak = nullptr;  // of GStreamer
};

void PrintTo(const Recipe &recipe, std::ostream *out) {
  *out << recipe.heading << ", block " << recipe.block;
}

void after_an_answer(Trial &run) {
  run.interrupt_after(1);
}
void after_two_answers(Trial &run) {
  run.interrupt_after(2);
}

void reply_is_complete(Trial &run) {
  EXPECT_FALSE(run.said().empty());
  EXPECT_EQ(run.samples("reply.wav"), run.said());
}
/// Between silence.
void reply_has_the_answer(Trial &run) {
  EXPECT_FALSE(run.said().empty());
  EXPECT_NE(run.samples("reply.wav").find(run.said()), std::string::npos);
}
void speaker_plays_the_answer(Trial &run) {
  const auto heard = run.samples("speaker.wav");
  const auto said = run.said();
  const auto begin = heard.find_first_not_of('\0');
  EXPECT_FALSE(said.empty());
  ASSERT_NE(begin, std::string::npos) << "only silence";
  EXPECT_NE(heard.find(said.substr(0, 14400)), std::string::npos) << "the first answer";
}
void text_is_not_empty(Trial &run) {
  EXPECT_EQ(run.shell.output(), "Bonjour") << run.shell.error_output();
}
std::function<void(Trial &)> has_setup(const std::string &pointer, const std::string &value) {
  return [=](Trial &run) {
    reply_is_complete(run);
    const auto setup = run.simulator->wait_event("setup");
    ASSERT_TRUE(setup);
    EXPECT_EQ(setup->json_at(pointer), value) << setup->json;
  };
}

/// The PTS of all frames, and the amount of audio, of a Matroska file.
struct Film {
  std::vector<GstClockTime> frames = {};
  std::size_t audio_bytes = 0;
};
Film read_film(const std::string &path, const std::string &video, const std::string &audio) {
  Pipeline reader("filesrc location=" + path + " ! matroskademux name=d  " +
                  (video.empty() ? "" : "d.video_0 ! queue ! " + video + " ! fakesink name=v  ") +
                  "d.audio_0 ! queue ! " + audio + " ! fakesink name=a");
  Tap sound(reader["a"]);
  std::unique_ptr<Tap> picture;
  if (!video.empty()) picture = std::make_unique<Tap>(reader["v"]);
  EXPECT_EQ(reader.run(), "");
  Film film;
  if (picture)
    for (const auto &item : picture->items(Tap::Item::buffer))
      film.frames.push_back(item.start);
  for (const auto &item : sound.items())
    film.audio_bytes += item.bytes.size();
  return film;
}

void picture_does_not_stop(const Film &film) {
  ASSERT_GE(film.frames.size(), 60u);
  for (std::size_t i = 1; i < film.frames.size(); ++i)
    EXPECT_LE(film.frames[i] - film.frames[i - 1], 100 * GST_MSECOND) << "frame " << i;
}

void said_and_heard_have_one_length(Trial &run) {
  const auto said = run.shell.read("said.wav"), heard = run.samples("heard.wav");
  EXPECT_NE(heard.find(run.said().substr(0, 14400)), std::string::npos);
  const double input = static_cast<double>(said.size()) / (44100 * 2);
  const double output = static_cast<double>(heard.size()) / (24000 * 2);
  EXPECT_GT(input, 1.4) << "speech, and what the service needs to hear its end";
  EXPECT_GE(output, input - 0.5);
}

void user_is_left_and_model_right(Trial &run) {
  const auto samples = run.samples("stereo.wav");
  const auto left = onsets_in(samples, 48000, 2, 0), right = onsets_in(samples, 48000, 2, 1);
  ASSERT_GE(left.size(), 2u);
  ASSERT_GE(right.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_GE(right[i], left[i] + 1400 - 100) << "0.6 s of speech, and 0.8 s of silence";
    EXPECT_LE(right[i], left[i] + 3500) << "before the next question";
  }
  EXPECT_NEAR(left[1] - left[0], 3500, 50) << "no drift, no hole";
}

void two_tracks(Trial &run) {
  const auto path = run.shell.folder() / "conversation.mkv";
  Pipeline reader("filesrc location=" + path +
                  " ! matroskademux name=d  d.audio_0 ! queue ! fakesink name=user "
                  "d.audio_1 ! queue ! fakesink name=model");
  Tap user(reader["user"]), model(reader["model"]);
  ASSERT_EQ(reader.run(), "");
  const auto has = [](Tap &tap) { return tap.bytes().size(); };
  EXPECT_GT(has(user), 0u);
  EXPECT_NE(model.bytes().find(run.said().substr(0, 14400)), std::string::npos);
}

void segments_with(Trial &run, bool video) {
  std::size_t audio = 0, frames = 0, files = 0;
  for (;; ++files) {
    const auto path = run.shell.folder() / ("segment00" + std::to_string(files) + ".mkv");
    if (run.shell.read("segment00" + std::to_string(files) + ".mkv").empty()) break;
    const auto film = read_film(path, video ? "jpegdec" : "", "opusdec");
    audio += film.audio_bytes;
    frames += film.frames.size();
    for (std::size_t i = 1; i < film.frames.size(); ++i)
      EXPECT_LE(film.frames[i] - film.frames[i - 1], 100 * GST_MSECOND) << path << ", " << i;
  }
  EXPECT_GE(files, 3u);
  EXPECT_GT(audio, 0u);
  if (video) {
    EXPECT_GE(frames, 90u);
  }
}

/// Frames of 320x240 in one byte a pixel, 30 a second.
void captions_follow_the_voice(Trial &run) {
  constexpr std::size_t frame = 320 * 240;
  const auto screen = run.shell.read("screen.gray");
  const auto voice = onsets_in(run.samples("speaker.wav"), 24000);
  ASSERT_FALSE(voice.empty());
  std::size_t first = 0;
  const auto is_bright = [](char pixel) { return static_cast<unsigned char>(pixel) > 200; };
  while ((first + 1) * frame <= screen.size() &&
         std::ranges::none_of(screen.substr(first * frame, frame), is_bright))
    ++first;
  ASSERT_LE((first + 1) * frame, screen.size()) << "no caption";
  const double shown = static_cast<double>(first) * 1000 / 30;
  EXPECT_GE(shown, voice[0] - 200);
  EXPECT_LE(shown, voice[0] + 2000);
}

const Replacements devices = {
    {"autoaudiosrc", microphone},
    {"autoaudiosink", "wavenc ! filesink location=speaker.wav sync=true"},
    {"v4l2src", "videotestsrc is-live=true"},
};
const Replacements short_segments = {{"max-size-time=60000000000", "max-size-time=1000000000"}};
const Replacements keyboard = {
    {"gst-launch-1.0 -q fdsrc", "echo 'Good morning' | gst-launch-1.0 -q fdsrc"}};
const Replacements service_address = {{"gemlive-simulator &\n", ""},
                                      {"ws://127.0.0.1:8765", "$GEMLIVE_URI"}};
const Replacements prompt = {{"gst-launch-1.0", "echo Hello > prompt.txt; gst-launch-1.0"}};
const Replacements no_gcloud = {{"gcloud auth application-default login\n", ""}};
const std::string tools =
    "cat > tools.json <<'END'\n"
    "[{\"functionDeclarations\": [{\"name\": \"weather\", \"description\": \"The sky \\\\ a "
    "\\\"city"
    "\\\"\"}]}]\nEND\n";

void typed_turn_is_answered(Trial &run) {
  reply_is_complete(run);
  EXPECT_EQ(run.simulator->count("content") + run.simulator->count("text"), 1u);
}

const std::vector<Recipe> &recipes() {
  static const std::vector<Recipe> all = {
      {"FileToFile", "A file in, a file out", 0, reply_is_complete},
      {"FileToOgg", "A file in, a file out", 1,
       [](Trial &run) { EXPECT_TRUE(run.shell.read("reply.ogg").starts_with("OggS")); }},
      {"FileToSpeaker", "A file in, the loudspeaker out", 0, speaker_plays_the_answer},
      {"Conversation", "A conversation", 0, speaker_plays_the_answer, after_two_answers},
      {"EchoCancellation", "Echo cancellation", 0,
       [](Trial &run) { EXPECT_FALSE(onsets_in(run.samples("speaker.wav"), 16000).empty()); },
       after_an_answer},
      {"Voice", "Voice and instructions", 0,
       has_setup("/setup/systemInstruction/parts/0/text", "\"Answer in one short sentence.\"")},
      {"Pair", "The pair", 0, reply_has_the_answer},
      {"CaptionsOnATerminal", "Captions", 0, text_is_not_empty},
      {"CaptionFiles", "Captions", 1,
       [](Trial &run) {
         reply_is_complete(run);
         EXPECT_EQ(run.shell.read("reply.txt"), "Bonjour");
         EXPECT_NE(run.shell.read("question.txt"), "");
       }},
      {"Subtitles", "Captions", 2,
       [](Trial &run) {
         const auto file = run.shell.read("reply.mkv");
         EXPECT_NE(file.find("S_TEXT/UTF8"), std::string::npos);
         EXPECT_NE(file.find("Bonjour"), std::string::npos);
       }},
      {"CaptionsOnAScreen",
       "Captions on a screen",
       0,
       captions_follow_the_voice,
       after_two_answers,
       {{"videotestsrc is-live=true", "videotestsrc is-live=true pattern=black"},
        {"autovideosink",
         "video/x-raw,format=GRAY8,width=320,height=240,framerate=30/1 ! "
         "filesink location=screen.gray"}}},
      {"Camera", "A camera", 0,
       [](Trial &run) {
         speaker_plays_the_answer(run);
         EXPECT_TRUE(run.simulator->wait_event("video"));
       },
       after_two_answers},
      {"TypedLines",
       "Typing",
       0,
       [](Trial &run) {
         speaker_plays_the_answer(run);
         EXPECT_TRUE(run.simulator->wait_event("content"));
       },
       {},
       keyboard},
      {"EchoedLine", "Typing", 1, typed_turn_is_answered},
      {"Prompt", "Typing", 2, typed_turn_is_answered, {}, prompt},
      {"Mute", "Mute", 0, speaker_plays_the_answer, after_two_answers},
      {"OneActivity", "Push to talk", 2,
       [](Trial &run) {
         reply_is_complete(run);
         EXPECT_EQ(run.simulator->count("activity-end"), 1u);
       }},
      {"ToolCall",
       "A tool call",
       0,
       reply_is_complete,
       {},
       {},
       R"([{"when": {"on": "turn"}, "do": {"tool-call": "weather", "args": {"city": "Bonn"}}}])"},
      {"GoogleSearch", "A tool call", 2, has_setup("/setup/tools", R"([{"googleSearch":{}}])")},
      {"JsonInAFile", "JSON on a command line", 0,
       has_setup("/setup/tools/0/functionDeclarations/0/name", "\"weather\"")},
      {"JsonWithoutSpaces", "JSON on a command line", 1,
       has_setup("/setup/generationConfig/maxOutputTokens", "200")},
      {"AnyOtherJson",
       "JSON on a command line",
       2,
       has_setup("/setup/tools/0/functionDeclarations/0/description", R"("The sky \\ a \"city\"")"),
       {},
       {{"gst-launch-1.0", tools + "gst-launch-1.0"}}},
      {"Greeting", "A greeting", 0,
       [](Trial &run) {
         speaker_plays_the_answer(run);
         EXPECT_EQ(run.simulator->count("content"), 1u);
         EXPECT_TRUE(run.simulator->wait_event("speech-end")) << "then the user asks";
       },
       after_two_answers},
      {"Kiosk", "A kiosk or a robot", 0,
       [](Trial &run) {
         EXPECT_FALSE(onsets_in(run.samples("speaker.wav"), 16000).empty());
         const auto setup = run.simulator->wait_event("setup");
         ASSERT_TRUE(setup);
         EXPECT_EQ(setup->json_at("/setup/contextWindowCompression"), R"({"slidingWindow":{}})");
       },
       after_an_answer},
      {"TwoFiles", "Recording", 0, said_and_heard_have_one_length, after_two_answers},
      {"Stereo", "In stereo", 0, user_is_left_and_model_right, after_two_answers},
      {"TwoTracks", "In two tracks", 0, two_tracks, after_two_answers},
      {"Segments", "In segments", 0, [](Trial &run) { segments_with(run, false); },
       after_two_answers, short_segments, "[]",
       "(string)GstEvent"},  // splitmuxsink loses a GAP event
      {"Film", "Video beside the voice", 0,
       [](Trial &run) {
         speaker_plays_the_answer(run);
         picture_does_not_stop(read_film(run.shell.folder() / "film.mkv", "jpegdec", "opusdec"));
       },
       after_two_answers},
      {"FilmInSegments", "Video beside the voice", 1, [](Trial &run) { segments_with(run, true); },
       after_two_answers, short_segments},
      {"Dubbing",
       "Dubbing",
       0,
       [](Trial &run) {
         const auto film = read_film(run.shell.folder() / "dubbed.mkv", "jpegdec", "opusdec");
         picture_does_not_stop(film);
         EXPECT_GE(film.audio_bytes, 48000u * 2 * 3) << "3 s";
         EXPECT_NE(run.shell.read("dubbed.mkv").find("S_TEXT/UTF8"), std::string::npos);
       },
       [](Trial &run) {
         EXPECT_TRUE(run.simulator->wait_event("audio", 150)) << "6 s";
         run.shell.interrupt();
       },
       {},
       R"([{"when": {"on": "ready"}, "do": {"interpret": 500}}])"},
      {"Vertex",
       "Vertex AI",
       0,
       has_setup("/setup/model",
                 "\"projects/my-project/locations/europe-west4/publishers/google/models/"
                 "gemini-3.8-live\""),
       {},
       no_gcloud},
      {"VertexByEnvironment", "Vertex AI", 1,
       has_setup("/setup/model",
                 "\"projects/my-project/locations/europe-west4/publishers/google/models/"
                 "gemini-3.8-live\"")},
      {"LocalSimulator", "The local simulator", 0, reply_is_complete, {}, service_address},
      {"Messages", "Debugging", 0,
       [](Trial &run) {
         EXPECT_NE(run.shell.output().find("gemlive/turn-complete"), std::string::npos);
       }},
      {"Log",
       "Debugging",
       1,
       [](Trial &run) {
         std::string log;
         EXPECT_NE(run.shell.error_output().find("gemlive-session"), std::string::npos);
       },
       {},
       {{"GST_DEBUG=", "unset GST_DEBUG_FILE; GST_DEBUG="}}},
  };
  return all;
}

/// Blocks without a pipeline for a shell: other tests run them, or they only prepare others.
const std::map<std::pair<std::string, std::size_t>, const char *> elsewhere = {
    {{"Before you start", 0}, "a key"},
    {{"Before you start", 1}, "Trial::simulator"},
    {{"The pair", 1}, "recipe_parts_test"},
    {{"WebRTC", 0}, "recipe_parts_test"},
    {{"WebRTC", 1}, "recipe_parts_test"},
    {{"WebRTC", 2}, "recipe_parts_test"},
    {{"Mute", 1}, "recipe_parts_test"},
    {{"A phone", 0}, "recipe_parts_test"},
    {{"Opus with DTX", 0}, "recipe_parts_test"},
    {{"Push to talk", 0}, "language_examples_test"},
    {{"Push to talk", 1}, "language_examples_test"},
    {{"A tool call", 1}, "the script of ToolCall"},
    {{"JSON on a command line", 3}, "recipe_parts_test"},
    {{"Resuming later", 0}, "reconnect_test"},
};

class Recipes : public ::testing::TestWithParam<Recipe> {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "a shell with libtsan crashes";
#endif
  }
};

TEST_P(Recipes, RunAsTyped) {
  const auto &recipe = GetParam();
  Trial run;
  run.simulator = std::make_unique<SimulatorProcess>(
      std::vector<std::string>{"--voice", "tone", "--tone-duration", "300", "--speed", "0", "--say",
                               "Bonjour", "--turn-complete", "now"},
      recipe.script);
  run.shell.folder().write("question.wav", wav(loud(600ms)));
  auto commands = replaced(RecipePage().block(recipe.heading, recipe.block), recipe.replacements);
  commands = replaced_where_found(std::move(commands), devices);
  commands = replaced_where_found(
      std::move(commands),
      {{"build/examples/", std::string(g_getenv("GEMLIVE_EXAMPLE_PROGRAMS")) + "/"}});
  ShellRun::Environment environment = {{"GEMLIVE_URI", run.simulator->uri()}};
  if (std::string(recipe.heading) == "Vertex AI") environment.push_back({"GOOGLE_API_KEY", "key"});
  run.shell.run(commands, environment);
  if (recipe.drive) recipe.drive(run);
  ASSERT_EQ(run.shell.status(), 0) << commands << run.shell.error_output();
  EXPECT_TRUE(run.simulator->wait_event("closed"));
  std::istringstream complaints(run.shell.complaints());
  for (std::string line; std::getline(complaints, line);)
    if (!recipe.known_leak || line.find(recipe.known_leak) == line.npos) ADD_FAILURE() << line;
  recipe.check(run);
}

INSTANTIATE_TEST_SUITE_P(All, Recipes, ::testing::ValuesIn(recipes()),
                         [](const auto &info) { return std::string(info.param.name); });

TEST(RecipePageTest, EveryBlockIsTested) {
  std::map<std::string, std::size_t> tested;
  for (const auto &recipe : recipes())
    ++tested[recipe.heading];
  for (const auto &[block, where] : elsewhere)
    ++tested[block.first];
  EXPECT_EQ(tested, RecipePage().counts());
}

}  // namespace
}  // namespace gemlive::test
