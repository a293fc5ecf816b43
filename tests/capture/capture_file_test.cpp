// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "capture_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "read_file.hpp"
#include "temp_folder.hpp"
#include "wait.hpp"
#include "websocket_log.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using test::patience;

/// The lines of the log.
struct Lines {
  Log log() {
    static Lines *current;
    current = this;
    return Log({.is_enabled = [](Log::Topic, Log::Level) { return true; },
                .write =
                    [](Log::Topic, Log::Level, const char *line) {
                      const std::lock_guard lock(current->mutex_);
                      current->text_ += line + std::string("\n");
                    }});
  }
  bool contain(const std::string &words) {
    const std::lock_guard lock(mutex_);
    return text_.find(words) != std::string::npos;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

std::vector<std::string> payloads(const std::string &text) {
  const auto entries = websocket_log::parse(text);
  std::vector<std::string> all;
  if (!entries || entries->is_cut) return {"not a log: " + text};
  for (const auto &entry : entries->list)
    all.push_back((entry.is_clients ? ">" : "<") + std::string(entry.payload));
  return all;
}

struct CaptureFileTest : testing::Test {
  std::shared_ptr<CaptureFile> create(const std::string &name) {
    auto file = CaptureFile::create(folder / name, "Property capture-location", lines.log());
    EXPECT_TRUE(file) << file.error().message;
    return *file;
  }
  Lines lines;
  test::TempFolder folder;
};

TEST_F(CaptureFileTest, HoldsTheSessionInOrder) {
  const auto file = create("a.websocket.log");
  file->add_sent("{\"setup\":{}}");
  file->add_received("{\"setupComplete\":{}}");
  file->add_closed(1011, "Internal");
  EXPECT_TRUE(file->finish(patience));
  file->add_sent("too late");
  const auto text = test::read_file(folder / "a.websocket.log");
  EXPECT_EQ(payloads(text),
            (std::vector<std::string>{
                ">{\"setup\":{}}", "<{\"setupComplete\":{}}",
                "<{\"gemliveCapture\":{\"closed\":{\"code\":1011,\"reason\":\"Internal\"}}}"}));
  const auto entries = websocket_log::parse(text);
  std::int64_t before = 0;
  for (const auto &entry : entries->list) {
    ASSERT_TRUE(entry.time);
    EXPECT_GE(*entry.time, before);
    before = *entry.time;
  }
}

TEST_F(CaptureFileTest, OnlyItsOwnerCanReadIt) {
  const auto mask = umask(0);
  const auto file = create("a.log");
  umask(mask);
  struct stat status = {};
  ASSERT_EQ(stat((folder / "a.log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(CaptureFileTest, KeepsAFileThatExists) {
  folder.write("talk.websocket.log", "mine");
  folder.write(".hidden", "mine");
  folder.write("v1.2/talk", "mine");
  for (const char *name : {"talk.websocket.log", "talk.websocket.log", ".hidden", "v1.2/talk"})
    create(name)->add_sent("{}");
  for (const char *name : {"talk.websocket.log", ".hidden", "v1.2/talk"})
    EXPECT_EQ(test::read_file(folder / name), "mine");
  for (const char *name :
       {"talk-2.websocket.log", "talk-3.websocket.log", ".hidden-2", "v1.2/talk-2"})
    EXPECT_TRUE(std::filesystem::exists(folder / name)) << name;
  EXPECT_TRUE(lines.contain("talk-3.websocket.log"));
}

TEST_F(CaptureFileTest, IsRemovedIfNothingWasSaid) {
  const auto file = create("a.log");
  EXPECT_TRUE(std::filesystem::exists(folder / "a.log"));
  EXPECT_TRUE(file->finish(patience));
  EXPECT_FALSE(std::filesystem::exists(folder / "a.log"));
}

TEST_F(CaptureFileTest, SaysWhatToDoIfItCannotBeCreated) {
  const auto file = CaptureFile::create(folder / "none/a.log", "Property capture-location", {});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, ErrorKind::bad_setting);
  EXPECT_EQ(file.error().message.find("Property capture-location: cannot create " + folder.path()),
            0u);
  EXPECT_NE(file.error().message.find("No such file or directory. Name a file"), std::string::npos);
}

TEST_F(CaptureFileTest, SaysOnceThatTheDiskIsFull) {
  CaptureFile file(open("/dev/full", O_WRONLY | O_CLOEXEC), {}, lines.log());
  EXPECT_FALSE(file.take_failure());
  file.add_sent("{}");
  ASSERT_TRUE(file.finish(patience));
  const auto failure = file.take_failure();
  ASSERT_TRUE(failure);
  EXPECT_EQ(
      failure->message,
      "The capture ends before the conversation, which goes on: No space left on device. Name "
      "a capture-location with more room");
  EXPECT_FALSE(file.take_failure());
}

TEST_F(CaptureFileTest, WritesWithoutBeingAsked) {
  const auto file = create("a.log");
  for (int i = 0; i < 3; ++i) {
    file->add_sent("{\"number\":" + std::to_string(i) + "}");
    EXPECT_TRUE(test::wait_until(
        [&] { return payloads(test::read_file(folder / "a.log")).size() == i + 1u; }));
  }
}

TEST_F(CaptureFileTest, WritesWhatWasAddedBeforeItDied) {
  create("a.log")->add_sent("{}");
  EXPECT_TRUE(test::wait_until([&] {
    return payloads(test::read_file(folder / "a.log")) == std::vector<std::string>{">{}"};
  }));
}

TEST_F(CaptureFileTest, HidesSecrets) {
  const auto file = create("a.log");
  file->hide("the-key-of-the-user");
  file->add_sent(R"({"setup":{"sessionResumption":{"handle":"h"}}})");
  file->add_closed(1008, "API key the-key-of-the-user is bad");
  ASSERT_TRUE(file->finish(patience));
  const auto text = test::read_file(folder / "a.log");
  EXPECT_EQ(text.find("the-key"), std::string::npos);
  EXPECT_NE(text.find("\"gemlive-handle-1\""), std::string::npos);
}

TEST_F(CaptureFileTest, EndsAtItsMaximumSize) {
  const auto path = folder / "a.log";
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  CaptureFile file(descriptor, {.size = 10'000, .interval = 1ms}, lines.log());
  for (int i = 0; i < 100; ++i)
    file.add_sent(std::string(1000, 'x'));
  ASSERT_TRUE(file.finish(patience));
  const auto all = payloads(test::read_file(path));
  EXPECT_EQ(all.size(), 10u);
  EXPECT_EQ(all.back(), R"(<{"gemliveCapture":{"full":true}})");
  EXPECT_TRUE(lines.contain("largest size"));
}

TEST_F(CaptureFileTest, ADiskThatIsFullEndsIt) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  CaptureFile file(full, {.interval = 1ms}, lines.log());
  file.add_sent("{}");
  EXPECT_TRUE(test::wait_until([&] { return lines.contain("No space left on device"); }));
  file.add_sent("{}");
  EXPECT_TRUE(file.finish(patience));
}

/// A pipe that is not read stands for a disk that hangs.
TEST_F(CaptureFileTest, ADiskThatHangsHoldsNothingUpAndIsCounted) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  constexpr int count = 1000;
  auto file = std::make_unique<CaptureFile>(
      ends[1], CaptureFile::Limits{.queue = 100'000, .interval = 1ms}, lines.log());
  for (int i = 0; i < count; ++i)
    file->add_sent(std::string(1000, 'x'));
  EXPECT_FALSE(file->finish(1ms)) << "the pipe has room for 64 KiB, the queue for 100 kB";
  std::string text;
  std::thread disk([&] {
    char bytes[4096];
    while (const auto size = read(ends[0], bytes, sizeof bytes))
      text.append(bytes, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  });
  EXPECT_TRUE(file->finish(patience));
  file.reset();  // closes the pipe
  disk.join();
  close(ends[0]);
  const auto all = payloads(text);
  int written = 0;
  unsigned dropped = 0;
  for (const auto &each : all) {
    written += each[0] == '>';
    if (const auto note = websocket_log::read_note(each.substr(1))) dropped += note->dropped;
  }
  EXPECT_GT(dropped, 0u);
  EXPECT_EQ(written + static_cast<int>(dropped), count);
  EXPECT_TRUE(lines.contain("messages, the disk is too slow"));
}

}  // namespace
}  // namespace gemlive
