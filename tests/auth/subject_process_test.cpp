// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "subject_process.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

#include "io_thread.hpp"
#include "temp_folder.hpp"

namespace gemlive::auth {
namespace {

using namespace std::chrono_literals;

class SubjectProcessTest : public testing::Test {
 protected:
  std::string script(const std::string &body) {
    const auto path = folder_.write("program", "#!/bin/sh\n" + body + '\n');
    chmod(path.c_str(), 0700);
    return path;
  }
  /// Returns the output, or "error: ...".
  std::string run(const std::string &command, std::chrono::milliseconds timeout = 10s) {
    std::promise<std::string> said;
    std::unique_ptr<SubjectProcess> run;
    thread_.post([&] {
      run = std::make_unique<SubjectProcess>(
          SubjectProgram{.command = command, .timeout = timeout},
          Federation{.audience = "the-audience", .subject_token_type = "the-type"}, "adc.json",
          [&](const Result<Secret> &result) {
            said.set_value(result ? result->reveal() : "error: " + result.error().message);
          });
    });
    auto future = said.get_future();
    if (future.wait_for(10s) != std::future_status::ready) return "nothing";
    thread_.call([&] { run.reset(); }, 10s);
    return future.get();
  }

  test::TempFolder folder_;
  IoThread thread_;
};

TEST_F(SubjectProcessTest, ReturnsItsOutput) {
  EXPECT_EQ(run(script("echo \"$1\"") + " 'two words'"), "two words\n");
}

TEST_F(SubjectProcessTest, GetsNoEnvironmentOfOurs) {
  setenv("GOOGLE_API_KEY", "s3cret", 1);
  const auto said = run(script("env"));
  unsetenv("GOOGLE_API_KEY");
  EXPECT_EQ(said.find("s3cret"), std::string::npos);
  EXPECT_NE(said.find("GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE=the-audience"), std::string::npos) << said;
  EXPECT_NE(said.find("GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE=the-type"), std::string::npos);
}

TEST_F(SubjectProcessTest, IsNotRunByAShell) {
  EXPECT_EQ(run("/bin/echo $HOME `id`"), "$HOME `id`\n");
  EXPECT_NE(run("echo x").find("absolute path"), std::string::npos);
  EXPECT_NE(run("").find("absolute path"), std::string::npos);
  EXPECT_NE(run("/no/such/program").find("cannot be started"), std::string::npos);
}

TEST_F(SubjectProcessTest, AFailureOrTooMuchOutputIsReported) {
  EXPECT_NE(run(script("exit 3")).find("failed"), std::string::npos);
  EXPECT_NE(run(script("yes")).find("64 KiB"), std::string::npos);
  EXPECT_EQ(run(script("echo no; exit 1")), "no\n") << "the output can contain the reason";
}

TEST_F(SubjectProcessTest, IsKilledWithItsChildrenAfterTheTimeout) {
  const auto mark = folder_ / "alive";
  EXPECT_NE(
      run(script("(sleep 1000; true) & echo $! > " + mark + "; wait"), 200ms).find("too long"),
      std::string::npos);
  pid_t child = 0;
  std::ifstream(mark) >> child;
  ASSERT_GT(child, 0);
  const auto is_gone = [&] {
    std::ifstream status("/proc/" + std::to_string(child) + "/stat");
    std::string pid, name, state;
    return !(status >> pid >> name >> state) || state == "Z";
  };
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!is_gone() && std::chrono::steady_clock::now() < end)
    std::this_thread::yield();
  EXPECT_TRUE(is_gone());
}

}  // namespace
}  // namespace gemlive::auth
