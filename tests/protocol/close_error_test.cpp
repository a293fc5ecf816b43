// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "close_error.hpp"

#include <gtest/gtest.h>

using namespace gemlive;

namespace {

struct Case {
  int code;
  const char *reason;
  ErrorKind kind;
  const char *advice;  // a part of the text
  Retry retry = Retry::never;
};

class CloseError : public testing::TestWithParam<Case> {};

TEST_P(CloseError, SaysWhatToDo) {
  const auto error = close_error(GetParam().code, GetParam().reason);
  EXPECT_EQ(error.kind, GetParam().kind) << error.message;
  EXPECT_NE(error.message.find(GetParam().reason), std::string::npos) << error.message;
  EXPECT_NE(error.message.find(GetParam().advice), std::string::npos) << error.message;
  EXPECT_EQ(error.retry, GetParam().retry);
  EXPECT_EQ(error.close_code, GetParam().code);
  EXPECT_EQ(error.close_reason, GetParam().reason);
}

using enum ErrorKind;
using enum Retry;

// As servers were seen to say it.
INSTANTIATE_TEST_SUITE_P(
    Reasons, CloseError,
    testing::Values(
        Case{1007, "API key not valid. Please pass a valid API key.", not_authorized, "api-key"},
        Case{1007, "API key expired. Please renew the API key.", not_authorized, "api-key"},
        Case{1008, "Method doesn't allow unregistered callers", not_authorized, "api-key"},
        Case{1008, "Permission denied on resource project None.", not_authorized, "project"},
        Case{1007, "User location is not supported for the API use.", not_authorized, "account"},
        Case{1008,
             "models/nope is not found for API version v1beta, or is not supported for "
             "bidiGenerateContent. Call ListMod",
             not_found, "model"},
        Case{1007, "nope is not supported in the live api.", not_found, "model"},
        Case{1007, "Request contains an invalid argument.", bad_setting, "setup"},
        Case{1007, "Unknown name \"responseModalities\" at 'setup': Cannot find field.",
             bad_setting, "properties"},
        Case{1007, "Invalid resource field value", bad_setting, "location"},
        Case{1007, "Sample rate changed from previously 24000 to 16000, which is not supported.",
             bad_setting, "properties"},
        Case{1007, "Thinking level must be specified for this model", bad_setting, "setup"},
        Case{1007,
             "The requested combination of response modalities (TEXT) is not supported by the "
             "model",
             bad_setting, "setup"},
        Case{1007, "something new", bad_setting, "properties"},
        Case{1011, "You exceeded your current quota, please check your plan and billing details.",
             busy, "quota", after_quota},
        Case{1011, "RESOURCE_EXHAUSTED: Maximum concurrent se", busy, "later", after_quota},
        Case{1011, "generic::unavailable: OVERLOADED_TOO_MANY_RETRIES_PER_REQUEST: You are mos",
             busy, "later", after_quota},
        Case{1011, "Internal error encountered.", lost, "again", reconnect},
        Case{1011, "The service is currently unavailable.", lost, "later", reconnect},
        Case{1011, "Deadline expired before operation could complete.", lost, "again", reconnect},
        Case{1011, "Thread was cancelled when writing StartStep status to channel.; CANCELLED",
             lost, "again", reconnect},
        // An outage, with any reason.
        Case{1011, "Internal error encountered: invalid state", lost, "again", reconnect},
        Case{1011, "Internal error: backend not found", lost, "again", reconnect},
        Case{1001, "this node is not supported any more", lost, "again", reconnect},
        Case{1008, "Operation is not implemented, or supported, or enabled.", lost, "again",
             reconnect},
        Case{1008, "The operation was aborted", lost, "again", reconnect},
        Case{1008, "something new", lost, "again", once},
        Case{1008, "BidiGenerateContent session not found", lost, "handle", new_session},
        Case{1008, "BidiGenerateContent session expired", lost, "handle", new_session},
        Case{1008, "Requested entity was not found.", lost, "handle", new_session},
        Case{1007, "Invalid session handle", lost, "handle", new_session},
        Case{1000, "", lost, "close code 1000", reconnect},
        Case{1001, "", lost, "close code 1001", reconnect},
        Case{1002, "", lost, "close code 1002", once},
        Case{1006, "", lost, "close code 1006", reconnect},
        Case{1009, "", lost, "close code 1009", once},
        Case{1012, "", lost, "close code 1012", reconnect},
        Case{1013, "", lost, "later", reconnect},
        Case{1014, "", lost, "close code 1014", reconnect},
        Case{4000, "", lost, "close code 4000", once},
        Case{0, "", lost, "without a close frame", reconnect}));

TEST(CloseErrorText, IsPrintable) {
  const auto error = close_error(1008, "\x1b]0;title\x07 permission \xff");
  EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
  EXPECT_EQ(error.message.find('\x07'), std::string::npos);
  EXPECT_EQ(error.close_reason.find('\x1b'), std::string::npos);
  EXPECT_EQ(error.kind, not_authorized);
}

}  // namespace
