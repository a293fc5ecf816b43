// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "client.hpp"

#include <chrono>
#include <utility>

#include "json_string.hpp"
#include "service_messages.hpp"

namespace gemlive::simulator {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_head = 16384;
constexpr auto close_timeout = 3s;
constexpr const char *unauthenticated =
    R"({"error":{"code":401,"message":"Request had invalid authentication credentials.",)"
    R"("status":"UNAUTHENTICATED"}})";
constexpr const char *no_service = "No service at this path.\n";
constexpr const char *no_music =
    "This is the music service. The simulator has only the Live API (BidiGenerateContent).\n";

bool is_music(std::string_view path) {
  return path.ends_with("BidiGenerateMusic");
}

}  // namespace

Client::Client(Context &context, ObjectPtr<GIOStream> stream, GSocket *socket,
               std::function<void(Client *)> ended)
    : context_(context),
      ended_callback_(std::move(ended)),
      link_(std::move(stream), socket, *this) {
  link_.start();
}

void Client::received(std::string_view bytes) {
  if (state_ == State::ended || request_done_) return;
  if (state_ != State::request) {
    parser_.feed(bytes, 0);
    return read_frames();
  }
  head_ += bytes;
  const auto end = head_.find("\r\n\r\n");
  if (end == head_.npos) {
    if (head_.size() > max_head) refuse(text(Response{431}));
    return;
  }
  const auto request = parse_request(std::string_view(head_).substr(0, end + 4));
  if (!request) return refuse(text(Response{400}));
  parser_.feed(std::string_view(head_).substr(end + 4), 0);
  answer_request(*request);
}

void Client::answer_request(const Request &request) {
  number_ = ++context_.session_count;
  const auto credential = find_credential(request);
  const auto service = service_at(request.path);
  context_.event_log.write(number_, "connected",
                           "\"path\":" + json::quoted(request.path) + ",\"auth\":\"" +
                               credential.kind +
                               "\",\"quota-project\":" + json::quoted(quota_project(request)));
  context_.event_log.print(number_,
                           "connected to " + request.path + ", credential: " + credential.kind);
  run_.emplace(context_.script, number_, request.path);
  fire({Trigger::connect});
  if (state_ != State::request || request_done_) return;
  if (!service)
    return refuse(text(Response{404, {}, is_music(request.path) ? no_music : no_service}));
  const bool must_sign_in = !context_.options.sign_in.empty() && *service == Service::vertex &&
                            std::string_view(credential.kind) != "key";
  if (must_sign_in && !context_.tokens.is_valid(bearer_token(request)))
    return refuse(text(Response{401, {{"Content-Type", "application/json"}}, unauthenticated}));
  const auto answer = answer_upgrade(request);
  if (!answer.starts_with("HTTP/1.1 101")) return refuse(answer);
  link_.write(answer);
  state_ = State::open;
  if (context_.replay)
    replay_session_.emplace(*this, context_);
  else
    session_.emplace(*this, context_, context_.options.service.value_or(*service),
                     credential.bad_key);
  fire({Trigger::open});
  read_frames();
}

void Client::refuse(const std::string &response) {
  request_done_ = true;
  const auto status = response.substr(9, 3);
  context_.event_log.write(number_, "refused", "\"status\":" + status);
  context_.event_log.print(number_, "refused with HTTP status " + status);
  link_.write(response);
  link_.finish();
}

void Client::read_frames() {
  while (state_ == State::open || state_ == State::closing) {
    const auto incoming = parser_.next();
    if (!incoming) break;
    handle_frame(*incoming);
  }
  if (parser_.error() && state_ == State::open)
    close(parser_.error()->code, parser_.error()->reason);
}

void Client::handle_frame(const Incoming &incoming) {
  if (incoming.opcode == Opcode::close) return peer_closed(incoming.payload);
  if (state_ != State::open) return;
  if (incoming.opcode == Opcode::ping) {
    pong(incoming.payload);
  } else if (incoming.opcode != Opcode::pong) {
    if (replay_session_) return replay_session_->receive(incoming.payload);
    session_->receive(incoming.payload);
  }
}

void Client::pong(std::string_view payload) {
  std::string frame;
  append_frame(frame, Opcode::pong, payload);
  if (pong_delay_ == 0ms) return link_.write(std::move(frame));
  delayed_.emplace_back().start(pong_delay_, [this, frame] { link_.write(frame); });
}

void Client::peer_closed(std::string_view payload) {
  if (state_ == State::open) {
    int code = 1005;
    if (payload.size() >= 2)
      code = static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]);
    report_closed(code, payload.size() > 2 ? payload.substr(2) : "", "client");
    std::string frame;
    append_frame(frame, Opcode::close, payload.substr(0, 2));
    link_.write(std::move(frame));
  }
  state_ = State::closing;
  link_.finish();
}

void Client::send(std::string_view json, const Framing &framing) {
  if (framing.compact) return send_payload(json, framing);
  send_payload(messages::pretty(json), framing);
}

void Client::send_payload(std::string_view payload, const Framing &framing) {
  if (state_ != State::open) return;
  std::string padded;
  if (payload.size() < framing.pad) {
    padded = payload;
    padded.append(framing.pad - payload.size(), ' ');
    payload = padded;
  }
  std::string frames;
  append_message(frames, framing.text ? Opcode::text : Opcode::binary, payload, framing.fragment);
  if (framing.cut > 0 && framing.cut < frames.size()) frames.resize(framing.cut);
  link_.write(std::move(frames));
}

void Client::close(int code, std::string_view reason) {
  if (state_ != State::open) return;
  std::string frame;
  append_frame(frame, Opcode::close, close_payload(code, reason));
  link_.write(std::move(frame));
  report_closed(code, cut_utf8(reason, 123), "server");
  state_ = State::closing;
  close_timeout_.start(close_timeout, [this] { link_.finish(); });
}

void Client::report_closed(int code, std::string_view reason, const char *by) {
  if (session_) session_->end();
  if (replay_session_) replay_session_->end();
  context_.event_log.write(number_, "closed",
                           "\"code\":" + std::to_string(code) +
                               ",\"reason\":" + json::quoted(reason) + ",\"by\":\"" + by + '"');
  context_.event_log.print(number_, std::string("closed by the ") + by + " with " +
                                        std::to_string(code) +
                                        (reason.empty() ? "" : " \"" + std::string(reason) + '"'));
}

void Client::ended(const std::string &why) {
  if (state_ == State::open) report_closed(1006, why, "client");
  state_ = State::ended;
  close_timeout_.stop();
  stall_.stop();
  delayed_.clear();
  ended_callback_(this);
}

}  // namespace gemlive::simulator
