// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_placeholders.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gemlive {
namespace {

std::string replaced(SecretPlaceholders &placeholders, std::string_view message) {
  std::string out;
  placeholders.append(message, out);
  return out;
}

struct Case {
  const char *message;
  const char *expected;  // nullptr: unchanged
};

TEST(SecretPlaceholders, ReplaceWhatIsSecretAndNothingElse) {
  const Case cases[] = {
      // Handles, in both directions and spellings
      {R"({"setup":{"sessionResumption":{"handle":"s3cret","transparent":true}}})",
       R"({"setup":{"sessionResumption":{"handle":"gemlive-handle-1","transparent":true}}})"},
      {R"({"setup":{"session_resumption":{"handle":"s3cret"}}})",
       R"({"setup":{"session_resumption":{"handle":"gemlive-handle-1"}}})"},
      {"{\n  \"sessionResumptionUpdate\": {\n    \"newHandle\": \"s3cret\",\n    \"resumable\": "
       "true\n  }\n}\n",
       "{\n  \"sessionResumptionUpdate\": {\n    \"newHandle\": \"gemlive-handle-1\",\n    "
       "\"resumable\": true\n  }\n}\n"},
      {R"({"session_resumption_update":{"new_handle" : "s3cret"}})",
       R"({"session_resumption_update":{"new_handle" : "gemlive-handle-1"}})"},
      {R"({"sessionResumptionUpdate":{"resumable":false,"newHandle":""}})", nullptr},
      {R"({"setup":{"sessionResumption":{}}})", nullptr},
      {R"({"sessionResumptionUpdate":{"n\u0065wHandle":"s3cret"}})",
       R"({"sessionResumptionUpdate":{"n\u0065wHandle":"gemlive-handle-1"}})"},
      {R"({"sessionResumptionUpdate":{"newHandle":"a\"\\"}})",
       R"({"sessionResumptionUpdate":{"newHandle":"gemlive-handle-1"}})"},
      // Cut off
      {R"({"sessionResumptionUpdate":{"newHandle":"s3cr)",
       R"({"sessionResumptionUpdate":{"newHandle":"gemlive-handle-1)"},
      {R"({"sessionResumptionUpdate":{"newHandle)", nullptr},
      // Keys and tokens in tools
      {R"({"tools":[{"googleMaps":{"authConfig":{"apiKeyConfig":{"apiKeyString":"k"}}}}]})",
       R"({"tools":[{"googleMaps":{"authConfig":{"apiKeyConfig":{"apiKeyString":"gemlive-secret-1"}}}}]})"},
      {R"({"mcpServers":[{"streamableHttpTransport":{"url":"https://x","headers":{"X-Any":"k","Y":"l"}}}]})",
       R"({"mcpServers":[{"streamableHttpTransport":{"url":"https://x","headers":{"X-Any":"gemlive-secret-1","Y":"gemlive-secret-2"}}}]})"},
      {R"([{"access_token":"k"},{"accessToken":"k","Authorization":"Bearer k"}])",
       R"([{"access_token":"gemlive-secret-1"},{"accessToken":"gemlive-secret-1","Authorization":"gemlive-secret-2"}])"},
      // No secrets
      {R"({"toolCall":{"functionCalls":[{"name":"follow","args":{"handle":"@someone"}}]}})",
       nullptr},
      {R"({"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":"AAAA"}}]}}})",
       nullptr},
      {R"({"handle":"x","sessionResumption":[1,2.50,null,true]})", nullptr},
      // Malformed
      {"", nullptr},
      {"}}}]]]", nullptr},
      {"\"", nullptr},
      {"{\"a\\", nullptr},
      {"\xff\xfe{", nullptr},
  };
  for (const auto &each : cases) {
    SecretPlaceholders placeholders;
    EXPECT_EQ(replaced(placeholders, each.message), each.expected ? each.expected : each.message);
  }
}

TEST(SecretPlaceholders, TheSameSecretGetsTheSameName) {
  SecretPlaceholders placeholders;
  const auto update = [&](const std::string &handle) {
    return replaced(placeholders,
                    R"({"sessionResumptionUpdate":{"newHandle":")" + handle + R"("}})");
  };
  EXPECT_NE(update("a/b").find("\"gemlive-handle-1\""), std::string::npos);
  EXPECT_NE(update("c").find("\"gemlive-handle-2\""), std::string::npos);
  EXPECT_NE(update("a\\/b").find("\"gemlive-handle-1\""), std::string::npos) << "escaped";
  const auto setup = replaced(placeholders, R"({"setup":{"sessionResumption":{"handle":"c"}}})");
  EXPECT_NE(setup.find("\"gemlive-handle-2\""), std::string::npos);
}

TEST(SecretPlaceholders, PlaceholdersStayAsTheyAre) {
  const std::string session = R"({"sessionResumptionUpdate":{"newHandle":"gemlive-handle-1"}})"
                              R"({"sessionResumptionUpdate":{"newHandle":"gemlive-handle-2"}})"
                              R"({"setup":{"sessionResumption":{"handle":"gemlive-handle-1"}}})";
  SecretPlaceholders placeholders;
  EXPECT_EQ(replaced(placeholders, session), session);
}

TEST(SecretPlaceholders, AQuotedSecretIsHidden) {
  SecretPlaceholders placeholders;
  placeholders.hide("AIzaSyA-1234567890");
  replaced(placeholders, R"({"sessionResumptionUpdate":{"newHandle":"abcdefghijklmnop"}})");
  EXPECT_EQ(
      replaced(placeholders,
               R"({"error":{"message":"no session abcdefghijklmnop, key AIzaSyA-1234567890"}})"),
      R"({"error":{"message":"no session ***, key ***"}})");
  EXPECT_EQ(replaced(placeholders, R"({"data":"abcdefghijklmnop"})"), R"({"data":"***"})");
}

TEST(SecretPlaceholders, DeepNestingCostsNoMemory) {
  SecretPlaceholders placeholders;
  const std::string deep(1'000'000, '{');
  EXPECT_EQ(replaced(placeholders, deep), deep);
  std::string inside;
  for (int i = 0; i < 80; ++i)
    inside += R"({"a":)";
  const auto message = R"({"x":)" + inside + '1' + std::string(80, '}') +
                       R"(,"sessionResumptionUpdate":{"newHandle":"s3cret"}})";
  EXPECT_EQ(replaced(placeholders, message).find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace gemlive
