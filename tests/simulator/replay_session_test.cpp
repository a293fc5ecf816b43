// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-simulator --replay, as a client sees it.

#include "replay_session.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "glib_ptr.hpp"
#include "read_file.hpp"
#include "simulator_client.hpp"
#include "simulator_process.hpp"
#include "temp_folder.hpp"
#include "websocket_log.hpp"

namespace gemlive::test {
namespace {

using websocket_log::Note;

const std::string setup = R"({"setup":{"model":"models/m"}})";
const std::string setup_complete = "{\n  \"setupComplete\": {}\n}\n";
const std::string typed = R"({"realtimeInput":{"text":"Hi"}})";

struct Line {
  std::string entry;  // `>` or `<`, and the payload
  std::int64_t ms = 0;
};

class ReplaySessionTest : public testing::Test {
 protected:
  void replay(const std::vector<Line> &lines, std::vector<std::string> arguments = {}) {
    std::string text;
    for (const auto &[entry, ms] : lines)
      websocket_log::append(text, entry[0] == '>', entry.substr(1), ms * 1000);
    replay_file(folder.write("a.websocket.log", text), std::move(arguments));
  }
  void replay_file(const std::string &path, std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.end(), {"--replay", path});
    process.emplace(arguments);
  }
  int connect(SimulatorClient &client) { return client.connect(process->uri() + developer_path); }
  std::string next(SimulatorClient &client) {
    const auto message = client.next();
    if (!message) return "nothing";
    EXPECT_TRUE(message->binary) << "as the service";
    return message->text;
  }
  /// The differences that were told, and the exit status.
  std::string end() {
    std::string all;
    if (!process->wait_event("replayed")) all = "it does not end\n";
    for (const auto &event : process->events()) {
      if (event.type == "difference") all += event.text("text") + '\n';
    }
    return all + std::to_string(process->wait_exit());
  }

  TempFolder folder;
  std::optional<SimulatorProcess> process;
};

TEST_F(ReplaySessionTest, SaysWhatTheServiceSaidAndEnds) {
  const std::string odd = "{\"serverContent\" :{}}   \n";
  replay({{">" + setup}, {"<" + setup_complete}, {">" + typed}, {"<" + odd}, {"<not JSON"}});
  SimulatorClient client;
  ASSERT_EQ(connect(client), 101);
  client.send(setup);
  EXPECT_EQ(next(client), setup_complete);
  client.send(typed);
  EXPECT_EQ(next(client), odd);
  EXPECT_EQ(next(client), "not JSON");
  client.close();
  EXPECT_EQ(end(), "0");
}

TEST_F(ReplaySessionTest, TellsWhereTheClientDiffers) {
  replay({{">" + setup}, {"<" + setup_complete}, {">" + typed}});
  SimulatorClient client;
  ASSERT_EQ(connect(client), 101);
  client.send(R"({"setup":{"model":"models/other"}})");
  EXPECT_EQ(next(client), setup_complete);
  client.send(R"({"toolResponse":{}})");
  client.close();
  EXPECT_EQ(end(),
            "Message 1 differs at setup.model: recorded \"models/m\", now \"models/other\"\n"
            "Message 2 is not in the recording: {\"toolResponse\":{}}\n"
            "Message 2 of the recording did not come: {\"realtimeInput\":{\"text\":\"Hi\"}}\n2");
}

TEST_F(ReplaySessionTest, WaitsForTheClient) {
  replay({{">" + setup}, {"<" + setup_complete}, {">" + typed}, {"<{\"a\":1}"}});
  SimulatorClient client;
  ASSERT_EQ(connect(client), 101);
  client.send(setup);
  EXPECT_EQ(next(client), setup_complete);
  EXPECT_FALSE(client.next(std::chrono::milliseconds(300)));
  client.send(typed);
  EXPECT_EQ(next(client), "{\"a\":1}");
}

TEST_F(ReplaySessionTest, GoesOnWithoutAClientThatIsSilent) {
  replay({{">" + setup}, {"<" + setup_complete}, {">" + typed}, {"<{\"a\":1}"}});
  SimulatorClient client;
  ASSERT_EQ(connect(client), 101);
  client.send(setup);
  EXPECT_EQ(next(client), setup_complete);
  const auto answer = client.next(std::chrono::seconds(30));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->text, "{\"a\":1}");
}

TEST_F(ReplaySessionTest, KeepsTheTimes) {
  const auto took = [this](std::vector<std::string> arguments) {
    replay({{">" + setup, 5000}, {"<" + setup_complete, 5000}, {"<{\"a\":1}", 7000}},
           std::move(arguments));
    SimulatorClient client;
    EXPECT_EQ(connect(client), 101);
    client.send(setup);
    EXPECT_EQ(next(client), setup_complete);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(next(client), "{\"a\":1}");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  EXPECT_GT(took({}), 1.9);
  EXPECT_GT(took({"--speed", "0.5"}), 3.9);
  EXPECT_LT(took({"--speed", "0"}), 1.9);
}

TEST_F(ReplaySessionTest, ClosesAsTheServiceDidAndTakesTheNextConnection) {
  const auto closed =
      websocket_log::text({.closed = Note::Closed{.code = 1011, .reason = "Internal"}});
  const auto lost = websocket_log::text({.closed = Note::Closed{.code = 1006}});
  const std::string resumed = R"({"setup":{"sessionResumption":{"handle":"gemlive-handle-1"}}})";
  replay({{">" + setup},
          {"<{\"sessionResumptionUpdate\":{\"newHandle\":\"gemlive-handle-1\"}}"},
          {"<" + closed},
          {">" + resumed},
          {"<" + lost},
          {">" + resumed},
          {"<" + setup_complete}});
  {
    SimulatorClient client;
    ASSERT_EQ(connect(client), 101);
    client.send(setup);
    EXPECT_TRUE(client.next_with("gemlive-handle-1"));
    EXPECT_TRUE(client.wait_closed());
    EXPECT_EQ(client.close_code(), 1011);
    EXPECT_EQ(client.close_reason(), "Internal");
  }
  {
    SimulatorClient client;
    ASSERT_EQ(connect(client), 101);
    client.send(resumed);
    EXPECT_TRUE(client.wait_closed());
    EXPECT_EQ(client.close_code(), 0) << "no Close frame";
  }
  SimulatorClient client;
  ASSERT_EQ(connect(client), 101);
  client.send(resumed);
  EXPECT_EQ(next(client), setup_complete);
  client.close();
  EXPECT_EQ(end(), "0");
}

TEST_F(ReplaySessionTest, RefusesAConnectionThatWasNotRecorded) {
  replay({{">" + setup},
          {"<" + setup_complete},
          {"<" + websocket_log::text({.closed = Note::Closed{.code = 1000}})}});
  for (const int code : {1000, 1008}) {
    SimulatorClient client;
    ASSERT_EQ(connect(client), 101);
    client.send(setup);
    EXPECT_TRUE(client.wait_closed());
    EXPECT_EQ(client.close_code(), code);
  }
  EXPECT_EQ(end(), "The recording has only 1 connection, this is another\n2");
}

TEST_F(ReplaySessionTest, SaysWhichFileIsNone) {
  for (const auto &[file, words] :
       {std::pair{std::string("/dev/null"), "/dev/null is no regular file. Give a file"},
        std::pair{folder.write("empty", ""), "The recording is empty"}}) {
    const char *arguments[] = {std::getenv("GEMLIVE_SIMULATOR"), "--replay", file.c_str(), nullptr};
    char *said = nullptr;
    int status = 0;
    ASSERT_TRUE(g_spawn_sync(nullptr, const_cast<char **>(arguments), nullptr, G_SPAWN_DEFAULT,
                             nullptr, nullptr, nullptr, &said, &status, nullptr));
    const StrPtr owner(said);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1) << status;
    EXPECT_NE(std::string(said).find(words), std::string::npos) << said;
  }
}

/// The traffic between Google's JavaScript SDK and the service, see recordings_test.
TEST_F(ReplaySessionTest, ReplaysTheRecordingsOfTheSdk) {
  const char *recordings = std::getenv("GEMLIVE_RECORDINGS");
  if (!recordings) recordings = std::getenv("GEMLIVE_DEFAULT_RECORDINGS");
  if (!recordings || !std::filesystem::is_directory(recordings))
    GTEST_SKIP() << "no recordings: set GEMLIVE_RECORDINGS";
  int count = 0;
  for (const auto &entry : std::filesystem::directory_iterator(recordings)) {
    if (!entry.path().string().ends_with(".websocket.log")) continue;
    ++count;
    replay_file(entry.path());
    const auto text = read_file(entry.path());
    const auto session = websocket_log::parse(text);
    ASSERT_TRUE(session) << entry.path();
    SimulatorClient client;
    ASSERT_EQ(connect(client), 101);
    for (const auto &line : session->list) {
      if (line.is_clients) {
        client.send(line.payload);
        continue;
      }
      EXPECT_EQ(next(client), line.payload) << entry.path();
    }
    client.close();
    EXPECT_EQ(end(), "0") << entry.path();
  }
  EXPECT_EQ(count, 19);
}

}  // namespace
}  // namespace gemlive::test
