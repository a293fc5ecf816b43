// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "soup_transport.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <list>

#include "local_socket.hpp"
#include "read_file.hpp"
#include "rude_peer.hpp"
#include "transport_client.hpp"

using namespace gemlive;
using namespace gemlive::test;
using namespace std::chrono_literals;
using Connection = RudePeer::Connection;

namespace {

constexpr const char *kSecret = "not-to-be-seen-anywhere";

/// Answers every upgrade with `response`, then waits for the client to go.
RudePeer::Script answering(std::string response) {
  return [response](Connection &connection) {
    connection.read_request();
    connection.write(response);
    connection.wait_for_end();
  };
}

/// Accepts the upgrade and sends `bytes`.
RudePeer::Script sending(std::string bytes) {
  return [bytes](Connection &connection) {
    connection.accept_upgrade();
    connection.write(bytes);
    connection.wait_for_end();
  };
}

Error failure_of(RudePeer::Script script, const std::string &path = "/") {
  RudePeer peer(std::move(script));
  TransportClient client;
  client.connect({.url = peer.url(path), .headers = {{"x-goog-api-key", Secret(kSecret)}}});
  EXPECT_TRUE(client.wait_ended());
  client.destroy();
  auto heard = client.heard();
  EXPECT_EQ(heard.after_the_end, 0);
  EXPECT_EQ(heard.failed.size(), 1u);
  EXPECT_TRUE(heard.closed.empty());
  if (heard.failed.empty()) return {};
  auto error = heard.failed.front();
  EXPECT_EQ(error.message.find(kSecret), std::string::npos);
  EXPECT_EQ(error.detail.find(kSecret), std::string::npos);
  return error;
}

// ---- Opening ----

TEST(SoupTransport, OpensAndSpeaksBothWays) {
  std::promise<std::string> request, frame;
  RudePeer peer([&](Connection &connection) {
    auto head = connection.read_request();
    connection.write(RudePeer::upgrade_response(head));
    request.set_value(head);
    connection.frame(0x81, "text");
    connection.frame(0x82, std::string("bin\0ary", 7));
    frame.set_value(connection.read());
    connection.wait_for_end();
  });
  TransportClient client;
  client.connect({.url = peer.url("/path?query=1"),
                  .headers = {{"x-goog-api-key", Secret(kSecret)}, {"x-other", Secret("b")}}});
  ASSERT_TRUE(client.wait([](auto &heard) { return heard.messages.size() == 2; }));
  EXPECT_EQ(client.heard().messages[0], "text");
  EXPECT_EQ(client.heard().messages[1], std::string("bin\0ary", 7));

  auto head = request.get_future().get();
  EXPECT_TRUE(head.starts_with("GET /path?query=1 HTTP/1.1\r\n")) << head;
  EXPECT_NE(head.find(std::string("x-goog-api-key: ") + kSecret), std::string::npos) << head;
  EXPECT_NE(head.find("x-other: b"), std::string::npos);
  EXPECT_NE(head.find("User-Agent: gemlive/"), std::string::npos);
  for (auto unwanted : {"Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions",
                        "Origin:", "Accept-Encoding", "Cookie", "Authorization"}) {
    EXPECT_EQ(head.find(unwanted), std::string::npos) << head;
  }

  client.run([&] {
    ASSERT_TRUE(client.transport().can_send());
    client.transport().send("hello");
  });
  auto sent = frame.get_future().get();
  ASSERT_EQ(sent.size(), 11u);  // header 2, mask 4, payload 5
  EXPECT_EQ(sent[0], '\x81');
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(sent[6 + i] ^ sent[2 + i % 4], "hello"[i]);
}

TEST(SoupTransport, MessagesSentWithTheUpgradeArrive) {
  RudePeer peer([](Connection &connection) {
    auto response = RudePeer::upgrade_response(connection.read_request());
    connection.write(response + RudePeer::frame_bytes(0x81, "early"));
    connection.wait_for_end();
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait([](auto &heard) { return heard.messages.size() == 1; }));
  EXPECT_EQ(client.heard().messages[0], "early");
}

TEST(SoupTransport, ACloseSentWithTheUpgradeArrives) {
  RudePeer peer([](Connection &connection) {
    auto response = RudePeer::upgrade_response(connection.read_request());
    connection.write(response + RudePeer::frame_bytes(0x88, "\x03\xf0no model"));
    connection.wait_for_end();
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_ended());
  ASSERT_EQ(client.heard().closed.size(), 1u);
  EXPECT_EQ(client.heard().closed[0], std::make_pair(1008, std::string("no model")));
}

/// The threads of this process that GLib's pools and ours have started.
int library_threads() {
  int count = 0;
  for (const auto &task : std::filesystem::directory_iterator("/proc/self/task")) {
    const auto name = read_file(task.path() / "comm");
    if (name.starts_with("pool") || name.starts_with("gemlive") || name.starts_with("gmain"))
      ++count;
  }
  return count;
}

TEST(SoupTransport, TwoHundredAndFiftyConnectAtOnce) {
  RudePeer peer([](Connection &connection) {
    connection.accept_upgrade();
    connection.wait_for_end();
  });
  std::vector<std::shared_ptr<IoThread>> threads;
  for (int i = 0; i < 16; ++i)
    threads.push_back(std::make_shared<IoThread>());
  std::list<TransportClient> clients;
  for (std::size_t i = 0; i < 250; ++i)
    clients.emplace_back(threads[i % threads.size()]).connect_to(peer.url());
  int most = 0;
  for (auto &client : clients) {
    EXPECT_TRUE(client.wait_opened());
    most = std::max(most, library_threads());
  }
  EXPECT_LE(most, 64) << "16 are ours, the others are GLib's";
}

TEST(SoupTransport, NothingListens) {
  TransportClient client;
  client.connect_to("ws://127.0.0.1:" + std::to_string(unused_port()) + "/?key=" + kSecret);
  ASSERT_TRUE(client.wait_ended());
  auto error = client.heard().failed.at(0);
  EXPECT_EQ(error.kind, ErrorKind::cannot_connect);
  EXPECT_NE(error.message.find("refuses connections"), std::string::npos) << error.message;
  EXPECT_EQ(error.message.find(kSecret), std::string::npos) << error.message;
}

TEST(SoupTransport, NoSuchHost) {
  TransportClient client;
  client.connect_to("ws://no-such-host.invalid/");
  ASSERT_TRUE(client.wait_ended());
  const auto error = client.heard().failed.at(0);
  EXPECT_EQ(error.kind, ErrorKind::not_found);
  EXPECT_NE(error.message.find("Check uri or location"), std::string::npos) << error.message;
}

TEST(SoupTransport, WhatIsNoWebSocketAddressIsABadSetting) {
  for (auto url : {"", "nonsense", "http://127.0.0.1/", "ws://", "ws:///path"}) {
    TransportClient client;
    client.run([&] {
      client.transport().connect({.url = url});
      EXPECT_FALSE(client.heard().ended()) << "it comes later, not from within connect()";
    });
    ASSERT_TRUE(client.wait_ended()) << url;
    EXPECT_EQ(client.heard().failed.at(0).kind, ErrorKind::bad_setting) << url;
  }
}

TEST(SoupTransport, AMissingCertificateFileIsABadSetting) {
  TransportClient client;
  client.connect({.url = "wss://127.0.0.1:1/", .route = {.tls_ca_file = "no/such/file.pem"}});
  ASSERT_TRUE(client.wait_ended());
  auto error = client.heard().failed.at(0);
  EXPECT_EQ(error.kind, ErrorKind::bad_setting);
  EXPECT_NE(error.message.find("tls-ca-file"), std::string::npos) << error.message;
}

// ---- Refusals ----

TEST(SoupTransport, StatusesHaveTheirKinds) {
  using enum ErrorKind;
  const std::pair<int, ErrorKind> table[] = {
      {200, cannot_connect}, {400, cannot_connect}, {401, not_authorized}, {403, not_authorized},
      {404, not_found},      {429, busy},           {500, cannot_connect}, {503, cannot_connect}};
  for (auto [status, kind] : table) {
    auto head = "HTTP/1.1 " + std::to_string(status);
    auto error = failure_of(answering(head + " Because\x1b]0;x\r\nContent-Length: 2\r\n\r\nno"));
    EXPECT_EQ(error.kind, kind) << status;
    EXPECT_EQ(error.http_status, status);
    EXPECT_NE(error.message.find(std::to_string(status)), std::string::npos) << error.message;
    EXPECT_EQ((error.message + error.detail).find('\x1b'), std::string::npos);
  }
}

TEST(SoupTransport, AnEndlessBodyIsNotWaitedFor) {
  auto error = failure_of([](Connection &connection) {
    connection.read_request();
    connection.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 1000000000\r\n\r\n{");
    connection.wait_for_end();
  });
  EXPECT_EQ(error.kind, ErrorKind::not_authorized);
}

TEST(SoupTransport, ARedirectIsNeverFollowed) {
  RudePeer thief([](Connection &connection) { connection.wait_for_end(); });
  for (int status : {301, 302, 303, 307, 308}) {
    auto target = "http://localhost:" + std::to_string(thief.port()) + "/path?token=" + kSecret;
    auto error =
        failure_of(answering("HTTP/1.1 " + std::to_string(status) +
                             " Moved\r\nLocation: " + target + "\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_EQ(error.kind, ErrorKind::cannot_connect);
    EXPECT_EQ(error.http_status, status);
    EXPECT_NE(error.message.find("localhost"), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find("path"), std::string::npos) << error.message;
  }
  EXPECT_EQ(thief.connections(), 0);
}

TEST(SoupTransport, ADigestChallengeIsJustARefusal) {
  auto error = failure_of(
      answering("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"b\", "
                "domain=\"ws:x\"\r\nWWW-Authenticate: Basic realm=\"a\"\r\n"
                "Content-Length: 0\r\n\r\n"));
  EXPECT_EQ(error.kind, ErrorKind::not_authorized);
}

TEST(SoupTransport, WhatIsNoUpgradeIsRefused) {
  const std::pair<const char *, std::string> table[] = {
      {"wrong accept",
       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n"},
      {"no accept",
       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"},
      {"no HTTP", "220 mail.example.com ESMTP\r\n\r\n"},
      {"garbage", std::string(1000, '\xff') + "\r\n\r\n"},
      // libsoup 3.2 refuses a head of 64 KiB, libsoup 3.6 one of 100 KiB.
      {"a head without end", "HTTP/1.1 101 Yes\r\nX: " + std::string(1 << 20, 'x')},
  };
  for (auto &[name, response] : table) {
    SCOPED_TRACE(name);
    EXPECT_EQ(failure_of(answering(response)).kind, ErrorKind::cannot_connect);
  }
}

TEST(SoupTransport, AnExtensionThatWasNotAskedForIsRefused) {
  auto error = failure_of([](Connection &connection) {
    auto response = RudePeer::upgrade_response(connection.read_request());
    response.insert(response.size() - 2, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    connection.write(response);
    connection.wait_for_end();
  });
  EXPECT_EQ(error.kind, ErrorKind::cannot_connect);
}

TEST(SoupTransport, EndsWithoutAnAnswer) {
  EXPECT_EQ(failure_of([](Connection &connection) { connection.read_request(); }).kind,
            ErrorKind::cannot_connect);
  EXPECT_EQ(failure_of([](Connection &connection) {
              connection.read_request();
              connection.reset();
            }).kind,
            ErrorKind::cannot_connect);
}

// ---- Messages ----

void expect_message_of(std::size_t size, std::string bytes) {
  RudePeer peer(sending(std::move(bytes)));
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait([](auto &heard) { return heard.message_count == 1 || heard.ended(); }));
  ASSERT_EQ(client.heard().messages.size(), 1u);
  EXPECT_TRUE(client.heard().messages[0] == std::string(size, 'a'));
}

TEST(SoupTransport, LargeMessagesArriveWhole) {
  for (std::size_t size : {125, 126, 65535, 65536, 200 << 10, 1 << 20, 16 << 20}) {
    SCOPED_TRACE(size);
    expect_message_of(size, RudePeer::frame_bytes(0x81, std::string(size, 'a')));
  }
}

TEST(SoupTransport, FragmentsAreOneMessage) {
  std::string bytes = RudePeer::frame_bytes(0x02, std::string(1000, 'a'));
  for (int i = 0; i < 1046; ++i) {
    bytes += RudePeer::frame_bytes(0x00, std::string(1000, 'a'));
    if (i % 100 == 0) bytes += RudePeer::frame_bytes(0x89, "ping");
  }
  bytes += RudePeer::frame_bytes(0x80, std::string(1576, 'a'));
  expect_message_of(1 << 20, bytes);
}

TEST(SoupTransport, MessagesInOneSegmentAllArriveInOrder) {
  std::string bytes;
  for (int i = 0; i < 1000; ++i)
    bytes += RudePeer::frame_bytes(0x81, std::to_string(i));
  RudePeer peer(sending(bytes));
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait([](auto &heard) { return heard.messages.size() == 1000; }));
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(client.heard().messages[i], std::to_string(i));
}

// ---- Ends ----

TEST(SoupTransport, CloseCodesAndReasonsArrive) {
  for (int code : {1000, 1001, 1007, 1008, 1011, 1012, 1013, 1014, 3000, 4000, 4999}) {
    RudePeer peer([code](Connection &connection) {
      connection.accept_upgrade();
      connection.frame(0x81, "last words");
      connection.close_frame(code, "because\x1b[31m of it");
      connection.frame(0x81, "after the end");
      connection.wait_for_end();
    });
    TransportClient client;
    client.connect_to(peer.url());
    ASSERT_TRUE(client.wait_ended()) << code;
    client.destroy();
    auto heard = client.heard();
    ASSERT_EQ(heard.closed.size(), 1u) << code;
    EXPECT_EQ(heard.closed[0].first, code);
    EXPECT_TRUE(heard.closed[0].second.starts_with("because")) << heard.closed[0].second;
    EXPECT_EQ(heard.closed[0].second.find('\x1b'), std::string::npos);
    EXPECT_EQ(heard.messages, std::vector<std::string>{"last words"});
    EXPECT_EQ(heard.after_the_end, 0) << code;
  }
}

TEST(SoupTransport, ACloseThatIsFollowedByAResetIsStillAClose) {
  RudePeer peer([](Connection &connection) {
    connection.accept_upgrade();
    connection.close_frame(1007, "bad setup");
    connection.read();  // the answer to it
    connection.reset();
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_ended());
  ASSERT_EQ(client.heard().closed.size(), 1u);
  EXPECT_EQ(client.heard().closed[0], std::make_pair(1007, std::string("bad setup")));
}

TEST(SoupTransport, ACloseWithoutACodeIs1005) {
  RudePeer peer(sending(RudePeer::frame_bytes(0x88, "")));
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_ended());
  EXPECT_EQ(client.heard().closed.at(0).first, 1005);
}

TEST(SoupTransport, TheEndOfTcpWithoutACloseFrameIsCode0) {
  RudePeer peer([](Connection &connection) {
    connection.accept_upgrade();
    connection.frame(0x81, "last words");
    connection.finish();
    connection.wait_for_end();
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_ended());
  EXPECT_EQ(client.heard().closed.at(0), std::make_pair(0, std::string()));
  EXPECT_EQ(client.heard().messages, std::vector<std::string>{"last words"});
}

TEST(SoupTransport, AResetIsALostConnection) {
  RudePeer peer([](Connection &connection) {
    connection.accept_upgrade();
    connection.read();
    connection.reset();
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_opened());
  client.run([&] { client.transport().send("x"); });
  ASSERT_TRUE(client.wait_ended());
  EXPECT_EQ(client.heard().failed.at(0).kind, ErrorKind::lost);
  EXPECT_EQ(client.heard().failed.at(0).retry, Retry::reconnect);
}

TEST(SoupTransport, BrokenFramesAreOneFailureAndNothingAfterIt) {
  const std::pair<const char *, std::string> table[] = {
      {"bad UTF-8", RudePeer::frame_bytes(0x81, "\xc3\x28")},
      {"RSV1", RudePeer::frame_bytes(0xc1, "a")},
      {"RSV2 and RSV3", RudePeer::frame_bytes(0xb1, "a")},
      {"lone continuation", RudePeer::frame_bytes(0x80, "a")},
      {"lone middle", RudePeer::frame_bytes(0x00, "a")},
      {"nested", RudePeer::frame_bytes(0x01, "a") + RudePeer::frame_bytes(0x81, "b")},
      {"opcode 3", RudePeer::frame_bytes(0x83, "a")},
      {"opcode 11", RudePeer::frame_bytes(0x8b, "a")},
      {"fragmented ping", RudePeer::frame_bytes(0x09, "a")},
      {"ping of 126", RudePeer::frame_bytes(0x89, std::string(126, 'a'))},
      {"masked", std::string("\x81\x81\0\0\0\0a", 7)},
      {"length not minimal", std::string("\x81\x7e\0\x01"
                                         "a",
                                         5)},
      {"close of one byte", RudePeer::frame_bytes(0x88, "a")},
      {"close with bad UTF-8", RudePeer::frame_bytes(0x88, "\x03\xe8\xff")},
  };
  for (auto &[name, bytes] : table) {
    RudePeer peer([&bytes = bytes](Connection &connection) {
      connection.accept_upgrade();
      connection.write(bytes + RudePeer::frame_bytes(0x81, "after the end"));
      connection.wait_for_end();
    });
    TransportClient client;
    client.connect_to(peer.url());
    ASSERT_TRUE(client.wait_ended()) << name;
    client.destroy();
    auto heard = client.heard();
    EXPECT_EQ(heard.closed.size() + heard.failed.size(), 1u) << name;
    EXPECT_EQ(heard.after_the_end, 0) << name;
    EXPECT_TRUE(heard.messages.empty()) << name;
  }
}

// ---- Leaving ----

TEST(SoupTransport, CloseSaysSoToTheServer) {
  std::promise<std::string> said;
  RudePeer peer([&](Connection &connection) {
    connection.accept_upgrade();
    auto frame = connection.read();
    connection.close_frame(1000, "");
    said.set_value(frame);
    connection.wait_for_end();
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_opened());
  client.run([&] {
    client.transport().close(1000, "done");
    EXPECT_FALSE(client.transport().can_send());
    client.transport().send("too late");
  });
  auto frame = said.get_future().get();
  ASSERT_EQ(frame.size(), 12u);  // header 2, mask 4, code 2, reason 4
  EXPECT_EQ(frame[0], '\x88');
  client.destroy();
  EXPECT_FALSE(client.heard().ended()) << "no callback follows close()";
}

TEST(SoupTransport, TheDestructorSaysGoodbyeAsWell) {
  std::promise<std::string> said;
  RudePeer peer([&](Connection &connection) {
    connection.accept_upgrade();
    said.set_value(connection.read());
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_opened());
  client.destroy();
  EXPECT_EQ(said.get_future().get().at(0), '\x88');
}

TEST(SoupTransport, AServerThatDoesNotAnswerTheCloseIsLeft) {
  std::promise<void> ended;
  RudePeer peer([&](Connection &connection) {
    connection.accept_upgrade();
    connection.wait_for_end();  // of the client's sending; its own end stays open
    ended.set_value();
  });
  TransportClient client;
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait_opened());
  client.run([&] { client.transport().close(1000, ""); });
  EXPECT_EQ(ended.get_future().wait_for(patience), std::future_status::ready);
}

TEST(SoupTransport, CloseAcceptsAnyCodeAndReason) {
  RudePeer peer([](Connection &connection) {
    connection.accept_upgrade();
    connection.wait_for_end();
  });
  for (int code : {0, 1, 999, 1004, 1005, 1006, 1011, 1015, 5000, 70000}) {
    TransportClient client;
    client.connect_to(peer.url());
    ASSERT_TRUE(client.wait_opened());
    client.run(
        [&] { client.transport().close(code, std::string(122, 'x') + "\xc3\xa4 and more"); });
  }
}

TEST(SoupTransport, MayBeClosedFromWithinAMessage) {
  RudePeer peer(sending(RudePeer::frame_bytes(0x81, "1") + RudePeer::frame_bytes(0x81, "2")));
  TransportClient client;
  client.on_message = [&] { client.transport().close(1000, "enough"); };
  client.connect_to(peer.url());
  ASSERT_TRUE(client.wait([](auto &heard) { return heard.message_count > 0; }));
  client.destroy();
  EXPECT_EQ(client.heard().message_count, 1u);
  EXPECT_FALSE(client.heard().ended());
}

/// Each phase of a connection, by what the server does with it.
std::vector<std::pair<const char *, RudePeer::Script>> phases() {
  return {
      {"no answer", [](Connection &connection) { connection.wait_for_end(); }},
      {"half an answer",
       [](Connection &connection) {
         connection.read_request();
         connection.write("HTTP/1.1 101 Switch");
         connection.wait_for_end();
       }},
      {"open",
       [](Connection &connection) {
         connection.accept_upgrade();
         connection.wait_for_end();
       }},
      {"closing",
       [](Connection &connection) {
         connection.accept_upgrade();
         connection.close_frame(1000, "");
         connection.wait_for_end();
       }},
      {"refused",
       [](Connection &connection) {
         connection.read_request();
         connection.write("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
         connection.wait_for_end();
       }},
  };
}

void destroy_in(const std::string &phase, const RudePeer::Script &script) {
  RudePeer peer(script);
  auto thread = std::make_shared<IoThread>();
  for (int i = 0; i < 100; ++i) {
    TransportClient client(thread);
    auto seen = peer.connections();
    client.connect_to(peer.url());
    // Some at once, some when the server has seen it, some later in the phase.
    bool later = i % 4 > 1;
    if (i % 4 > 0) {
      ASSERT_TRUE(wait_until([&] { return peer.connections() > seen; })) << phase;
    }
    if (later && phase == "open") {
      ASSERT_TRUE(client.wait_opened());
    }
    if (later && (phase == "refused" || phase == "closing")) {
      ASSERT_TRUE(client.wait_ended());
    }
    client.destroy();
    EXPECT_EQ(client.heard().after_the_end, 0) << phase;
  }
}

TEST(SoupTransport, IsDestroyedInEveryPhaseWithoutLeakingDescriptors) {
  auto all = phases();
  destroy_in(all[0].first, all[0].second);  // what GIO opens once and keeps is open now
  auto before = open_descriptors();
  for (auto &[phase, script] : all)
    destroy_in(phase, script);
  EXPECT_TRUE(wait_until([&] { return open_descriptors() <= before; }))
      << open_descriptors() << " after " << before;
}

TEST(SoupTransport, IsDestroyedAtOnceWhileTheNameIsLookedUp) {
  for (int i = 0; i < 20; ++i) {
    TransportClient client;
    client.connect_to("ws://no-such-host.invalid/");
    client.destroy();  // an offline resolver may have said no before
    client.run([] {});
    EXPECT_EQ(client.heard().after_the_end, 0);
  }
}

}  // namespace
