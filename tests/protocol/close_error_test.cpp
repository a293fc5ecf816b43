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
  ConnectionProgress progress = {.is_set_up = true, .has_content = true};
};

constexpr ConnectionProgress at_setup = {};
constexpr ConnectionProgress at_setup_with_handle = {.used_handle = true};
constexpr ConnectionProgress without_answer = {.is_set_up = true};
constexpr ConnectionProgress resumed = {
    .used_handle = true, .is_set_up = true, .has_content = true};

class CloseError : public testing::TestWithParam<Case> {};

TEST_P(CloseError, SaysWhatToDo) {
  const auto error = close_error(GetParam().code, GetParam().reason, GetParam().progress);
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
        Case{1007, "User location is not supported for the API use.", not_authorized, "regions"},
        Case{1008,
             "models/nope is not found for API version v1beta, or is not supported for "
             "bidiGenerateContent. Call ListMod",
             not_found, "model"},
        Case{1007, "nope is not supported in the live api.", not_found, "another one"},
        Case{1008,
             "models/lyria-realtime-exp is not found for API version v1beta, or is not supported "
             "for "
             "bidiGenerateContent. Call ListM",
             not_found, "music service (BidiGenerateMusic)"},
        Case{1007, "lyria-realtime-exp is not supported in the live api.", not_found, "music"},
        Case{1007,
             "gemini-live-2.5-flash-preview-native-audio-09-2025 is not supported in the live api.",
             not_found, "Set model"},
        Case{1008,
             "Publisher Model `projects/P/locations/global/publishers/google/models/"
             "gemini-live-2.5-flash-preview-na",
             not_found, "location"},
        Case{1008, "Publisher Model `projects/quota-permission-1/locations/us-central1/publ",
             not_found, "Check model", never, at_setup},
        Case{1008, "Your project has been denied access.", not_authorized, "project"},
        Case{1008, "Your project has been denied access.", not_authorized, "project", never,
             at_setup_with_handle},
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
        Case{1008, "Too many concurrent sessions. Try again later.", busy, "later", after_quota},
        Case{1007, "Too many sessions", busy, "later", after_quota},
        Case{1008, "The number of concurrent live sessions is exceeded", busy, "later",
             after_quota},
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
        // The session of the handle, or without one that of this connection. Before the setup is
        // confirmed, there is none: then a handle is in the user's own setup.
        Case{1008, "BidiGenerateContent session not found", lost, "handle", new_session, resumed},
        Case{1008, "BidiGenerateContent session expired", lost, "handle", new_session, resumed},
        Case{1008, "The session has expired. Please start a new session.", lost, "handle",
             new_session, resumed},
        Case{1007, "Session 4711 was not found", lost, "handle", new_session, resumed},
        Case{1008, "The auth token has expired", not_authorized, "access-token"},
        Case{1008, "BidiGenerateContent session not found", lost, "Try again", new_session},
        Case{1007, "Invalid session handle", lost, "without resumption-handle", new_session,
             at_setup_with_handle},
        Case{1007, "Invalid session handle", lost, "Try again", new_session, without_answer},
        Case{1007, "Invalid session handle", bad_setting, "sessionResumption", once, at_setup},
        Case{1008, "Session not found", bad_setting, "property setup", once, at_setup},
        Case{1011, "Permission denied", not_authorized, "access-token"},
        Case{1011, "Permission denied", not_authorized, "access-token", never, at_setup},
        // The session or the model: with a handle the session, else the model until it has
        // answered.
        Case{1008, "Requested entity was not found.", not_found, "Check model", never, at_setup},
        Case{1008, "Requested entity was not found.", not_found, "location", never, without_answer},
        Case{1008, "Requested entity was not found.", lost, "handle", new_session,
             at_setup_with_handle},
        Case{1008, "Requested entity was not found.", lost, "handle", new_session, resumed},
        Case{1008, "Requested entity was not found.", lost, "again", new_session},
        Case{1000, "", lost, "close code 1000", reconnect},
        Case{1000, "", lost, "close code 1000", reconnect, without_answer},
        Case{1000, "", lost, "close code 1000", reconnect, at_setup_with_handle},
        Case{1000, "", bad_setting, "refused the setup", once, at_setup},
        Case{1000, "", bad_setting, "responseModalities TEXT", once, at_setup},
        Case{1000, "models/m is not found for API version v1", not_found, "model", never, at_setup},
        Case{1001, "", lost, "again", reconnect, at_setup},
        Case{1011, "Internal error encountered.", lost, "again", reconnect, at_setup},
        Case{1001, "", lost, "close code 1001", reconnect},
        Case{1002, "", lost, "close code 1002", once},
        Case{1006, "", lost, "close code 1006", reconnect},
        Case{1009, "", lost, "close code 1009", once},
        Case{1012, "", lost, "close code 1012", reconnect},
        Case{1013, "", lost, "later", reconnect},
        Case{1014, "", lost, "close code 1014", reconnect},
        Case{4000, "", lost, "close code 4000", once},
        Case{0, "", lost, "without a close frame", reconnect}));

struct Report {
  ServiceError reported;
  ErrorKind kind;
  const char *message;  // a part of it
  Retry retry = Retry::never;
  ConnectionProgress progress = {};
};

class ReportedError : public testing::TestWithParam<Report> {};

TEST_P(ReportedError, IsJudgedLikeAClose) {
  const auto &[reported, kind, message, retry, progress] = GetParam();
  const auto error = service_error(reported, progress);
  EXPECT_EQ(error.kind, kind) << error.message;
  EXPECT_EQ(error.retry, retry) << error.message;
  EXPECT_NE(error.message.find(message), std::string::npos) << error.message;
  EXPECT_EQ(error.message.find("network"), std::string::npos) << error.message;
  EXPECT_EQ(error.close_code, 0);
  EXPECT_NE(error.close_reason, "");
}

INSTANTIATE_TEST_SUITE_P(
    Service, ReportedError,
    testing::Values(
        // The words decide first.
        Report{{400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT"},
               not_authorized,
               "api-key"},
        Report{{404,
                "Publisher Model `projects/p` was not found or your project does not have "
                "access to it.",
                "NOT_FOUND"},
               not_found,
               "was not found or your project does not have access to it. (NOT_FOUND, "
               "code 404). Check model"},
        Report{{404, "Requested entity was not found.", "NOT_FOUND"}, not_found, "Check model"},
        Report{{{}, "API key not valid.", ""}, not_authorized, "API key not valid. Check api-key"},
        Report{{404, "Requested entity was not found.", "NOT_FOUND"},
               lost,
               "handle",
               new_session,
               at_setup_with_handle},
        Report{{13, "You exceeded your current quota", "INTERNAL"}, busy, "quota", after_quota},
        Report{{400, "nope is not supported in the live api.", "INVALID_ARGUMENT"},
               not_found,
               "Set model"},
        // Then the status, then the code: of HTTP or gRPC.
        Report{{{}, "words", "NOT_FOUND"}, not_found, "Check model"},
        Report{{5, "words", ""}, not_found, "Check model"},
        Report{{404, "words", ""}, lost, "handle", new_session, resumed},
        Report{{400, "words", "INVALID_ARGUMENT"}, bad_setting, "properties"},
        Report{{3, "words", ""}, bad_setting, "words (code 3). Check the properties"},
        Report{{400, "words", "FAILED_PRECONDITION"}, bad_setting, "properties"},
        Report{{403, "words", "PERMISSION_DENIED"}, not_authorized, "project"},
        Report{{401, "words", ""}, not_authorized, "access-token"},
        Report{{16, "", ""}, not_authorized, "reported an error: code 16. Check"},
        Report{{429, "words", "RESOURCE_EXHAUSTED"}, busy, "quota", after_quota},
        Report{{503, "words", "UNAVAILABLE"}, lost, "later", reconnect},
        Report{{500, "words", ""}, lost, "again", reconnect},
        Report{{13, "invalid state", "INTERNAL"}, lost, "again", reconnect},
        Report{{409, "words", "ABORTED"}, lost, "again", reconnect},
        Report{{{}, "", "SOMETHING_NEW"}, lost, "error: SOMETHING_NEW. Try again", once},
        Report{{999, "something new", ""}, lost, "again", once}));

TEST(CloseErrorText, OfAReportIsPrintable) {
  const auto error =
      service_error({.message = "\x1b]0;title\x07 \xff", .status = "\x1b[2J"}, at_setup);
  EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
  EXPECT_EQ(error.close_reason.find('\x07'), std::string::npos);
}

TEST(CloseErrorText, IsPrintable) {
  const auto error = close_error(1008, "\x1b]0;title\x07 permission \xff", {});
  EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
  EXPECT_EQ(error.message.find('\x07'), std::string::npos);
  EXPECT_EQ(error.close_reason.find('\x1b'), std::string::npos);
  EXPECT_EQ(error.kind, not_authorized);
}

}  // namespace
