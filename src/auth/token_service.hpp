// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <string>

#include "credential.hpp"
#include "error.hpp"
#include "http.hpp"
#include "token.hpp"

/// Makes requests to Google's token services and reads the replies (docs/signing-in.md). Errors
/// contain the error texts of a service, never the data that was sent. Pure, any thread.
namespace gemlive::auth::token_service {

Result<http::Request> ask(const ServiceAccount &account, std::chrono::seconds now);
http::Request ask(const User &user);
http::Request ask(const Federation &federation, const Secret &subject_token);
http::Request ask(const MetadataServer &server);
http::Request ask_project(const MetadataServer &server);
/// Requests a token of the next account with the token of the previous account.
http::Request ask(const Impersonation &impersonation, const Token &token);
http::Request ask(const SubjectUrl &from);

/// `who` names the credential in errors.
Result<Token> read_token(const http::Reply &reply, const std::string &who);
Result<Token> read_metadata_token(const http::Reply &reply, const std::string &who);
/// The project of the metadata server; empty if it has none.
Result<std::string> read_project(const http::Reply &reply);
Result<Token> read_impersonated(const http::Reply &reply, std::chrono::seconds now,
                                const std::string &who);
Result<Secret> read_subject(const http::Reply &reply, const SubjectFormat &format,
                            const std::string &who);
Result<Secret> read_subject(const Secret &text, const SubjectFormat &format,
                            const std::string &who);

/// Reads the output of a program (Google's format, version 1).
Result<Secret> read_program_output(const Secret &text, const std::string &who);

}  // namespace gemlive::auth::token_service
