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
          .message = what + " takes too long (timeout). Check the network.",
          .retry = Retry::reconnect};
}

}  // namespace

TokenFetch::TokenFetch(std::shared_ptr<const Credential> credential, http::Route route, Done done)
    : credential_(std::move(credential)), route_(std::move(route)), done_(std::move(done)) {
  begin_.start(0ms, [this] { begin(); });
}

void TokenFetch::begin() {
  limit(patience, too_slow("Signing in with the credentials in " + credential_->name));
  std::visit([this](const auto &source) { start(source); }, credential_->source);
}

void TokenFetch::limit(std::chrono::milliseconds patience, Error error, bool is_final) {
  instead_.reset();
  if (is_final) instead_ = error;
  deadline_.start(patience, [this, error = std::move(error)] { finish(error); });
}

void TokenFetch::start(const ServiceAccount &account) {
  const auto request = token_service::ask(account, now());
  if (!request) return finish(request.error());
  send(*request,
       [this](const auto &reply) { take(token_service::read_token(reply, credential_->name)); });
}

void TokenFetch::start(const User &user) {
  send(token_service::ask(user),
       [this](const auto &reply) { take(token_service::read_token(reply, credential_->name)); });
}

void TokenFetch::start(const Federation &federation) {
  const auto &who = credential_->name;
  if (const auto *file = std::get_if<SubjectFile>(&federation.subject)) {
    const auto text = read_small_file(file->path, "credential_source of " + who);
    if (!text) return finish(text.error());
    return exchange(federation, token_service::read_subject(*text, file->format, who));
  }
  if (const auto *url = std::get_if<SubjectUrl>(&federation.subject)) {
    limit(subject_patience, too_slow("The subject token of the credentials in " + who));
    return send(token_service::ask(*url), [this, &federation, url](const auto &reply) {
      exchange(federation, token_service::read_subject(reply, url->format, credential_->name));
    });
  }
  const auto &program = std::get<SubjectProgram>(federation.subject);
  limit(program.timeout + patience, too_slow("The program of the credentials in " + who));
  program_ = std::make_unique<ProgramRun>(
      program, federation, who, [this, &federation](const Result<Secret> &output) {
        if (!output) return finish(output.error());
        exchange(federation, token_service::read_program_output(*output, credential_->name));
      });
}

void TokenFetch::exchange(const Federation &federation, const Result<Secret> &subject_token) {
  if (!subject_token) return finish(subject_token.error());
  limit(patience, too_slow("Signing in with the credentials in " + credential_->name));
  send(token_service::ask(federation, *subject_token),
       [this](const auto &reply) { take(token_service::read_token(reply, credential_->name)); });
}

void TokenFetch::start(const MetadataServer &server) {
  limit(metadata_patience,
        {.kind = ErrorKind::not_authorized,
         .message = "No credential for Vertex AI: there is neither a credentials file nor a "
                    "metadata server. Run gcloud auth application-default login, or set "
                    "credentials-file or access-token."},
        true);
  send(token_service::ask_project(server), [this, &server](const auto &reply) {
    const auto project = token_service::read_project(reply);
    if (!project) return finish(project.error());
    project_ = *project;
    send(token_service::ask(server), [this](const auto &token) {
      take(token_service::read_metadata_token(token, credential_->name));
    });
  });
}

void TokenFetch::send(const http::Request &request, Read read) {
  // Destroys the previous request, which may still be in its callback. It allows that.
  exchange_ = std::make_unique<SoupRequest>(
      request, route_, [this, read = std::move(read)](Result<http::Reply> reply) {
        if (reply) return read(*reply);
        finish(instead_ ? *instead_ : reply.error());
      });
}

void TokenFetch::take(Result<Token> token) {
  if (!token || impersonated_ == credential_->impersonations.size())
    return finish(std::move(token));
  const auto &next = credential_->impersonations[impersonated_++];
  send(token_service::ask(next, *token), [this](const auto &reply) {
    take(token_service::read_impersonated(reply, now(), credential_->name));
  });
}

void TokenFetch::finish(Result<Token> result) {
  if (result) result->project = project_;
  deadline_.stop();
  exchange_.reset();
  program_.reset();
  const auto done = std::exchange(done_, nullptr);
  done(std::move(result));
}

}  // namespace gemlive::auth
