// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "capturing_transport.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fake_transport.hpp"
#include "read_file.hpp"
#include "temp_folder.hpp"
#include "wait.hpp"
#include "websocket_log.hpp"

namespace gemlive {
namespace {

struct CapturingTransportTest : testing::Test, Transport::Listener {
  CapturingTransportTest() {
    transport = make();
    transport->connect({.url = "ws://fake",
                        .headers = {{"Authorization", Secret("Bearer ya29.secret-token")},
                                    {"x-goog-user-project", Secret("projects-are-known")}}});
  }
  std::unique_ptr<Transport> make() {
    return make_capturing_transport(
        *this, file, [this](Transport::Listener &listener) { return server.make(listener); },
        [this](const Error &error) { calls.push_back(error.message); });
  }
  std::vector<std::string> captured() {
    EXPECT_TRUE(file->finish(test::patience));
    const auto text = test::read_file(folder / "a.log");
    std::vector<std::string> all;
    const auto entries = websocket_log::parse(text);
    for (const auto &entry : entries->list)
      all.push_back((entry.is_clients ? ">" : "<") + std::string(entry.payload));
    return all;
  }

  void opened() override { calls.push_back("opened"); }
  void message(const Message &payload) override { calls.emplace_back(payload.bytes()); }
  void writable() override { calls.push_back("writable"); }
  void closed(int code, const std::string &reason) override {
    calls.push_back(std::to_string(code) + reason);
  }
  void failed(const Error &error) override { calls.push_back(error.message); }

  using Lines = std::vector<std::string>;
  test::TempFolder folder;
  std::shared_ptr<CaptureFile> file = *CaptureFile::create(folder / "a.log", "", {});
  test::FakeServer server;
  Lines calls;
  std::unique_ptr<Transport> transport;
};

TEST_F(CapturingTransportTest, PassesEverythingOn) {
  server.open();
  server.writable = false;
  EXPECT_FALSE(transport->can_send());
  server.become_writable();
  EXPECT_TRUE(transport->can_send());
  transport->send("{\"a\":1}");
  server.say("{\"b\": 2}\n");
  server.close(1011, "Internal");
  EXPECT_EQ(server.request.url, "ws://fake");
  EXPECT_EQ(server.messages, Lines{"{\"a\":1}"});
  EXPECT_EQ(calls, (Lines{"opened", "writable", "{\"b\": 2}\n", "1011Internal"}));
  EXPECT_EQ(captured(),
            (Lines{">{\"a\":1}", "<{\"b\": 2}\n",
                   R"(<{"gemliveCapture":{"closed":{"code":1011,"reason":"Internal"}}})"}));
}

TEST_F(CapturingTransportTest, HidesTheRequestsSecrets) {
  server.open();
  transport->send(R"({"token":"ya29.secret-token","model":"projects-are-known"})");
  EXPECT_EQ(captured(), Lines{R"(>{"token":"***","model":"projects-are-known"})"});
}

TEST_F(CapturingTransportTest, ALostConnectionHasNoCloseFrameAndNoAddress) {
  server.open();
  transport->send("{}");
  server.fail({.message = "The connection to ws://gateway.example:8080 broke"});
  EXPECT_EQ(calls.back(), "The connection to ws://gateway.example:8080 broke");
  EXPECT_EQ(captured(),
            (Lines{">{}",
                   R"(<{"gemliveCapture":{"closed":{"code":1006,"reason":"The connection broke"}}})"}));
}

TEST_F(CapturingTransportTest, WarnsIfTheDiskIsFull) {
  file = std::make_shared<CaptureFile>(open("/dev/full", O_WRONLY | O_CLOEXEC), CaptureFile::Limits{},
                                       Log{});
  transport = make();
  transport->send("{}");
  EXPECT_TRUE(file->finish(test::patience));
  server.say("{}");
  server.say("{}");
  EXPECT_NE(calls.at(0).find("No space left on device"), std::string::npos);
  EXPECT_EQ(calls.size(), 3u) << "once";
}

TEST_F(CapturingTransportTest, AConnectionWithoutAMessageIsNotInTheFile) {
  server.fail({.message = "Refused"});
  EXPECT_EQ(captured(), Lines{});
}

TEST_F(CapturingTransportTest, ItsOwnCloseIsNoNote) {
  server.open();
  transport->send("{}");
  transport->close(1000, "");
  EXPECT_EQ(server.closed_with, 1000);
  EXPECT_EQ(captured(), Lines{">{}"});
}

}  // namespace
}  // namespace gemlive
