// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// capture-location, and gemlive-simulator --replay with what it wrote.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "read_file.hpp"
#include "scoped_variable.hpp"
#include "temp_folder.hpp"
#include "websocket_log.hpp"

namespace gemlive::test {
namespace {

class Capture : public PipelineFixture {
 protected:
  /// A question from the file and its answer. Returns the reply's WAV, or the error.
  std::string ask(const std::string &properties) {
    const auto reply = folder / "reply.wav";
    std::string problem;
    {
      Pipeline pipeline(question() + "gemlive name=g pacing=none" + uri() + properties +
                        " ! wavenc ! filesink location=" + reply);
      problem = pipeline.run();
      gchar *text = nullptr;
      g_object_get(pipeline["g"], "resumption-handle", &text, nullptr);
      handle = text ? text : "";
      g_free(text);
    }
    return problem.empty() ? read_file(reply) : problem;
  }
  std::string location(const std::string &name = "a.websocket.log") {
    return " capture-location=" + (folder / name);
  }
  void replay(const std::string &name = "a.websocket.log") {
    simulator.reset();
    simulator =
        std::make_unique<SimulatorProcess>(std::vector<std::string>{"--replay", folder / name});
  }
  /// The differences that the replay told, and its exit status.
  std::string differences() {
    std::string all;
    if (!simulator->wait_event("replayed")) all = "it does not end\n";
    for (const auto &event : simulator->events()) {
      if (event.type == "difference") all += event.text("text") + '\n';
    }
    return all + std::to_string(simulator->wait_exit());
  }
  /// `>` or `<`, and the payload.
  std::vector<std::string> entries(const std::string &name = "a.websocket.log") {
    const auto text = read_file(folder / name);
    const auto parsed = websocket_log::parse(text);
    std::vector<std::string> all;
    if (!parsed || parsed->is_cut) return {"not a log"};
    for (const auto &entry : parsed->list)
      all.push_back((entry.is_clients ? ">" : "<") + std::string(entry.payload));
    return all;
  }
  long files() const {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {});
  }
  static std::size_t count(const std::vector<std::string> &entries, const std::string &start) {
    return static_cast<std::size_t>(std::ranges::count_if(
        entries, [&](const std::string &entry) { return entry.starts_with(start); }));
  }

  TempFolder folder;
  std::string handle;  // the newest of the last conversation
};

TEST_F(Capture, IsReplayedBitForBit) {
  serve({"--tone-duration", "1000"});
  const auto reply = ask(location());
  ASSERT_GT(reply.size(), 40'000u) << reply;
  replay();
  EXPECT_EQ(ask(location("again.websocket.log")), reply);
  EXPECT_EQ(differences(), "0");
  // Only the order of both directions is chance.
  for (const char *direction : {">", "<"}) {
    const auto side = [&](std::vector<std::string> all) {
      std::erase_if(all, [&](const std::string &entry) { return !entry.starts_with(direction); });
      return all;
    };
    EXPECT_EQ(side(entries("again.websocket.log")), side(entries()));
  }
}

TEST_F(Capture, TheReplayTellsWhereTheClientDiffers) {
  serve();
  const auto reply = ask(location());
  ASSERT_GT(reply.size(), 9000u) << reply;
  replay();
  EXPECT_EQ(ask("voice=Puck"), reply);
  EXPECT_EQ(differences(),
            "Message 1 differs at setup.generationConfig.speechConfig: recorded nothing, now "
            "{\"voiceConfig\":{\"prebuiltVoiceConfig\":{\"voiceName\":\"Puck\"}}}\n2");
}

TEST_F(Capture, HoldsAllConnectionsOfAConversation) {
  serve({},
        R"([{"when":{"on":"said","session":1,"ms":100},"do":{"close":1011,"reason":"Internal"}}])");
  const auto reply = ask(location());
  ASSERT_GT(reply.size(), 9000u) << reply;
  const auto all = entries();
  EXPECT_EQ(count(all, ">{\"setup\":"), 2u);
  EXPECT_EQ(count(all, R"(<{"gemliveCapture":{"closed":{"code":1011,"reason":"Internal"}}})"), 1u);
  EXPECT_EQ(all[0].substr(0, 9), ">{\"setup\"");
  EXPECT_EQ(files(), 2) << "one file, and the reply";
  replay();
  EXPECT_EQ(ask(""), reply);
  EXPECT_EQ(differences(), "0");
}

TEST_F(Capture, HasNoSecrets) {
  const std::string key = "AIzaSyDonotcapture-me";
  serve();
  ASSERT_GT(ask(location() + " api-key=" + key).size(), 9000u);
  const auto text = read_file(folder / "a.websocket.log");
  ASSERT_FALSE(handle.empty());
  EXPECT_EQ(text.find(handle), text.npos);
  EXPECT_EQ(text.find(key), text.npos);
  EXPECT_NE(text.find("\"newHandle\": \"gemlive-handle-1\""), text.npos);

  const auto earlier = handle;
  ASSERT_GT(ask(location("b.websocket.log") + " resumption-handle=" + earlier).size(), 9000u);
  const auto resumed = read_file(folder / "b.websocket.log");
  EXPECT_EQ(resumed.find(earlier), resumed.npos);
  EXPECT_NE(resumed.find(R"("handle":"gemlive-handle-1")"), resumed.npos);
  // Resumed with any handle, it is still what was recorded.
  replay("b.websocket.log");
  ASSERT_GT(ask("resumption-handle=any-other-handle").size(), 9000u);
  EXPECT_EQ(differences(), "0");
}

TEST_F(Capture, ThePairWritesOneFile) {
  serve();
  {
    Pipeline pipeline(question() + "gemlivesink session=c pacing=none" + uri() +
                      " gemlivesrc session=c" + location() + " ! fakesink");
    ASSERT_EQ(pipeline.run(), "");
  }
  EXPECT_EQ(count(entries(), ">{\"setup\":"), 1u);
  EXPECT_EQ(files(), 1);
}

TEST_F(Capture, TheVariableNamesAFileForEachConversation) {
  serve();
  const ScopedVariable variable("GEMLIVE_CAPTURE_LOCATION", folder / "v.websocket.log");
  ASSERT_GT(ask("").size(), 9000u);
  ASSERT_GT(ask("").size(), 9000u);
  ASSERT_GT(ask(location()).size(), 9000u);
  for (const char *name : {"v.websocket.log", "v-2.websocket.log", "a.websocket.log"})
    EXPECT_EQ(count(entries(name), ">{\"setup\":"), 1u) << name;
  EXPECT_FALSE(std::filesystem::exists(folder / "v-3.websocket.log")) << "the property wins";
}

TEST_F(Capture, AFileThatCannotBeCreatedIsAnError) {
  serve();
  const auto problem = ask(location("none/a.websocket.log"));
  EXPECT_NE(problem.find("Property capture-location: cannot create "), problem.npos) << problem;
  EXPECT_EQ(simulator->count("connected"), 0u);
}

}  // namespace
}  // namespace gemlive::test
