// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "api_names.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace gemlive;

namespace {

std::string renamed(std::string_view text, std::string_view field) {
  json::Value value;
  if (json::parse(text, value)) return "not JSON";
  wire::use_api_names(value, field);
  std::string result;
  value.append_to(result);
  return result;
}

struct Case {
  const char *field;
  const char *given;
  const char *expected;
};

class ApiNames : public testing::TestWithParam<Case> {};

TEST_P(ApiNames, AreCamelCaseAndTheUsersOwnStay) {
  const auto &row = GetParam();
  EXPECT_EQ(renamed(row.given, row.field), row.expected);
  EXPECT_EQ(renamed(row.expected, row.field), row.expected) << "a second time";
}

INSTANTIATE_TEST_SUITE_P(
    Setup, ApiNames,
    testing::Values(
        Case{"setup",
             R"({"generation_config":{"top_k":1,"speech_config":{"language_code":"a_b"}}})",
             R"({"generationConfig":{"topK":1,"speechConfig":{"languageCode":"a_b"}}})"},
        Case{"setup", R"({"session_resumption":null,"model":"a_b"})",
             R"({"sessionResumption":null,"model":"a_b"})"},
        Case{"setup", R"({"labels":{"cost_center":"x_y"}})", R"({"labels":{"cost_center":"x_y"}})"},
        Case{"setup", R"({"top\u005fk":1,"a_1":2,"a1_b2":3})", R"({"topK":1,"a1":2,"a1B2":3})"},
        // Not names of the API
        Case{"setup", R"({"_a":1,"a_":2,"a__b":3,"A_b":4,"a_B":5,"$a_b":6,"a-b_c":7,"":8,"1_a":9})",
             R"({"_a":1,"a_":2,"a__b":3,"A_b":4,"a_B":5,"$a_b":6,"a-b_c":7,"":8,"1_a":9})"},
        // A field that is there twice
        Case{"setup", R"({"top_k":1,"seed":2,"topK":3})", R"({"seed":2,"topK":3})"},
        Case{"setup", R"({"topK":1,"top_k":2})", R"({"topK":2})"},
        Case{"setup", R"({"labels":{"a_b":1,"aB":2,"x":3,"x":4}})",
             R"({"labels":{"a_b":1,"aB":2,"x":3,"x":4}})"}));

INSTANTIATE_TEST_SUITE_P(
    Tools, ApiNames,
    testing::Values(
        Case{"tools",
             R"([{"function_declarations":[{"name":"set_light","parameters":{"type":"OBJECT",
               "properties":{"light_id":{"type":"STRING","max_length":3,"enum":["a_b"]},
                             "default":{"any_of":[{"min_items":1}],"default":{"a_b":1}},
                             "properties":{"properties":{"x_y":{"property_ordering":["x_y"]}}}},
               "required":["light_id"]}}]}])",
             R"([{"functionDeclarations":[{"name":"set_light","parameters":{"type":"OBJECT",)"
             R"("properties":{"light_id":{"type":"STRING","maxLength":3,"enum":["a_b"]},)"
             R"("default":{"anyOf":[{"minItems":1}],"default":{"a_b":1}},)"
             R"("properties":{"properties":{"x_y":{"propertyOrdering":["x_y"]}}}},)"
             R"("required":["light_id"]}}]}])"},
        // A function's declared response is a schema
        Case{"tools", R"([{"function_declarations":[{"response":{"min_items":1}}]}])",
             R"([{"functionDeclarations":[{"response":{"minItems":1}}]}])"},
        Case{"tools",
             R"([{"function_declarations":[{"parameters_json_schema":{"a_b":{"c_d":1}},
                                             "response_json_schema":{"a_b":[{"c_d":1}]}}]}])",
             R"([{"functionDeclarations":[{"parametersJsonSchema":{"a_b":{"c_d":1}},)"
             R"("responseJsonSchema":{"a_b":[{"c_d":1}]}}]}])"},
        Case{"tools",
             R"([{"mcp_servers":[{"streamable_http_transport":{"headers":{"x_tenant":"b"}}}]}])",
             R"([{"mcpServers":[{"streamableHttpTransport":{"headers":{"x_tenant":"b"}}}]}])"},
        Case{"tools", R"([{"exa_ai_search":{"custom_configs":{"a_b":1}}}])",
             R"([{"exaAiSearch":{"customConfigs":{"a_b":1}}}])"}));

INSTANTIATE_TEST_SUITE_P(
    Messages, ApiNames,
    testing::Values(
        Case{"", R"({"client_content":{"turns":[{"parts":[{"inline_data":{"mime_type":"a_b"}}]}],
                     "turn_complete":true}})",
             R"({"clientContent":{"turns":[{"parts":[{"inlineData":{"mimeType":"a_b"}}]}],)"
             R"("turnComplete":true}})"},
        Case{"", R"({"client_content":{"turns":[{"parts":[
               {"function_call":{"args":{"a_b":{"c_d":1}}}},
               {"function_response":{"will_continue":true,"response":{"a_b":{"c_d":1}}}},
               {"tool_call":{"tool_type":"X","args":{"a_b":1}}},
               {"tool_response":{"response":{"a_b":1}},"part_metadata":{"a_b":1}}]}]}})",
             R"({"clientContent":{"turns":[{"parts":[)"
             R"({"functionCall":{"args":{"a_b":{"c_d":1}}}},)"
             R"({"functionResponse":{"willContinue":true,"response":{"a_b":{"c_d":1}}}},)"
             R"({"toolCall":{"toolType":"X","args":{"a_b":1}}},)"
             R"({"toolResponse":{"response":{"a_b":1}},"partMetadata":{"a_b":1}}]}]}})"},
        Case{"", R"({"tool_response":{"function_responses":[{"will_continue":true,
                     "response":{"will_continue":1},"parts":[{"inline_data":{}}]}]}})",
             R"({"toolResponse":{"functionResponses":[{"willContinue":true,)"
             R"("response":{"will_continue":1},"parts":[{"inlineData":{}}]}]}})"},
        Case{"", R"({"context_update":{"tools":{"tools":[{"function_declarations":[]}]}}})",
             R"({"contextUpdate":{"tools":{"tools":[{"functionDeclarations":[]}]}}})"}));

}  // namespace
