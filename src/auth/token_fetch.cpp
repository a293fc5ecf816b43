// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "token_fetch.hpp"

#include <utility>

#include "small_file.hpp"
#include "token_service.hpp"

namespace gemlive::auth {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 20s;
constexpr auto metadata_patience = 3s;  // it is local, so it answers quickly
constexpr auto subject_patience = 5s;

std::chrono::seconds now() {
  return std::chrono::seconds(g_get_real_time() / G_USEC_PER_SEC);
}

Error too_slow(const std::string &what) {
  return {.kind = ErrorKind::cannot_connect,
          .message = what + " takes too long (timeout). Check the network",
          .retry = Retry::reconnect};
}

}  // namespace

TokenFetch::TokenFetch(std::shared_ptr<const Credential> credential, http::Route route, Done done)
    : credential_(std::move(credential)), route_(std::move(route)), done_(std::move(done)) {
  begin_.start(0ms, [this] { begin(); });
}

void TokenFetch::begin() {
  set_deadline(patience, too_slow("Signing in with the credentials in " + credential_->name));
  std::visit([this](const auto &source) { start(source); }, credential_->source);
}

void TokenFetch::set_deadline(std::chrono::milliseconds patience, Error error, bool is_final) {
  final_error_ = is_final ? std::optional(error) : std::nullopt;
  deadline_.start(patience, [this, error = std::move(error)] { finish(error); });
}

void TokenFetch::start(const ServiceAccount &account) {
  const auto request = token_service::make_request(account, now());
  if (!request) return finish(request.error());
  send(*request, [this](const auto &response) {
    take(token_service::read_token(response, credential_->name));
  });
}

void TokenFetch::start(const User &user) {
  send(token_service::make_request(user), [this](const auto &response) {
    take(token_service::read_token(response, credential_->name));
  });
}

void TokenFetch::start(const Federation &federation) {
  const auto &who = credential_->name;
  if (const auto *file = std::get_if<SubjectFile>(&federation.subject)) {
    const auto text = read_small_file(file->path, "credential_source of " + who);
    if (!text) return finish(text.error());
    return exchange(federation, token_service::read_subject(*text, file->format, who));
  }
  if (const auto *url = std::get_if<SubjectUrl>(&federation.subject)) {
    set_deadline(subject_patience, too_slow("The subject token of the credentials in " + who));
    return send(token_service::make_request(*url), [this, &federation, url](const auto &response) {
      exchange(federation, token_service::read_subject(response, url->format, credential_->name));
    });
  }
  const auto &program = std::get<SubjectProgram>(federation.subject);
  set_deadline(program.timeout + patience, too_slow("The program of the credentials in " + who));
  process_ = std::make_unique<SubjectProcess>(
      program, federation, who, [this, &federation](const Result<Secret> &output) {
        if (!output) return finish(output.error());
        exchange(federation, token_service::read_program_output(*output, credential_->name));
      });
}

void TokenFetch::exchange(const Federation &federation, const Result<Secret> &subject_token) {
  if (!subject_token) return finish(subject_token.error());
  set_deadline(patience, too_slow("Signing in with the credentials in " + credential_->name));
  send(token_service::make_request(federation, *subject_token), [this](const auto &response) {
    take(token_service::read_token(response, credential_->name));
  });
}

void TokenFetch::start(const MetadataServer &server) {
  set_deadline(metadata_patience,
               {.kind = ErrorKind::not_authorized,
                .message = "No credential for Vertex AI: there is neither a credentials file nor a "
                           "metadata server. Run gcloud auth application-default login, or set "
                           "credentials-file or access-token"},
               true);
  send(token_service::make_project_request(server), [this, &server](const auto &response) {
    const auto project = token_service::read_project(response);
    if (!project) return finish(project.error());
    project_ = *project;
    send(token_service::make_request(server), [this](const auto &token) {
      take(token_service::read_metadata_token(token, credential_->name));
    });
  });
}

void TokenFetch::send(const http::Request &request, Read read) {
  // Destroys the previous request, which may still be in its callback. It allows that.
  request_ = std::make_unique<SoupRequest>(
      request, route_, [this, read = std::move(read)](Result<http::Response> response) {
        if (response) return read(*response);
        finish(final_error_ ? *final_error_ : response.error());
      });
}

void TokenFetch::take(Result<Token> token) {
  if (!token || impersonated_ == credential_->impersonations.size())
    return finish(std::move(token));
  const auto &next = credential_->impersonations[impersonated_++];
  send(token_service::make_request(next, *token), [this](const auto &response) {
    take(token_service::read_impersonated(response, now(), credential_->name));
  });
}

void TokenFetch::finish(Result<Token> result) {
  if (result) result->project = project_;
  deadline_.stop();
  request_.reset();
  process_.reset();
  const auto done = std::exchange(done_, nullptr);
  done(std::move(result));
}

}  // namespace gemlive::auth
