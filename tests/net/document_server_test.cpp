// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "document_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "http_request.hpp"
#include "io_thread.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using test::http_request;

class DocumentServerTest : public testing::Test {
 protected:
  DocumentServerTest() {
    thread.call(
        [this] {
          server = std::make_unique<DocumentServer>(DocumentServer::Document{
              "/text", "text/x-test", [this] { return "read " + std::to_string(++reads); }});
          port = *server->listen(0);
        },
        10s);
  }
  ~DocumentServerTest() override {
    thread.call([this] { server.reset(); }, 10s);
  }
  std::string url(const std::string &path) const {
    return "http://127.0.0.1:" + std::to_string(port) + path;
  }

  std::unique_ptr<DocumentServer> server;
  unsigned port = 0;
  int reads = 0;
  IoThread thread;
};

TEST_F(DocumentServerTest, ReadsTheDocumentForEachRequest) {
  auto answer = http_request(url("/text"));
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.content_type, "text/x-test");
  EXPECT_EQ(answer.body, "read 1");
  EXPECT_EQ(http_request(url("/text")).body, "read 2");
}

TEST_F(DocumentServerTest, HasNothingElse) {
  EXPECT_EQ(http_request(url("/")).status, 404u);
  EXPECT_EQ(http_request(url("/text/more")).status, 404u);
  EXPECT_EQ(http_request(url("/text"), "DELETE").status, 405u);
  EXPECT_EQ(reads, 0);
}

TEST_F(DocumentServerTest, APortThatIsTakenIsAnError) {
  thread.call(
      [this] {
        DocumentServer other({"/", "", [] { return std::string(); }});
        const auto refused = other.listen(port);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::bad_setting);
        EXPECT_NE(refused.error().message.find(std::to_string(port)), std::string::npos);
      },
      10s);
}

}  // namespace
}  // namespace gemlive
