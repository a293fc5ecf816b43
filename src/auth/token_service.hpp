// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <string>

#include "credential.hpp"
#include "error.hpp"
#include "http.hpp"
#include "token.hpp"

/// Makes requests to Google's token services and reads the responses (docs/signing-in.md). Errors
/// contain the error texts of a service, never the data that was sent. Pure, any thread.
namespace gemlive::auth::token_service {

Result<http::Request> make_request(const ServiceAccount &account, std::chrono::seconds now);
http::Request make_request(const User &user);
http::Request make_request(const Federation &federation, const Secret &subject_token);
http::Request make_request(const MetadataServer &server);
http::Request make_project_request(const MetadataServer &server);
/// Requests a token of the next account with the token of the previous account.
http::Request make_request(const Impersonation &impersonation, const Token &token);
http::Request make_request(const SubjectUrl &from);

/// `who` names the credential in errors.
Result<Token> read_token(const http::Response &response, const std::string &who);
Result<Token> read_metadata_token(const http::Response &response, const std::string &who);
/// The project of the metadata server; empty if it has none.
Result<std::string> read_project(const http::Response &response);
Result<Token> read_impersonated(const http::Response &response, std::chrono::seconds now,
                                const std::string &who);
Result<Secret> read_subject(const http::Response &response, const SubjectFormat &format,
                            const std::string &who);
Result<Secret> read_subject(const Secret &text, const SubjectFormat &format,
                            const std::string &who);

/// Reads the output of a program (Google's format, version 1).
Result<Secret> read_program_output(const Secret &text, const std::string &who);

}  // namespace gemlive::auth::token_service
