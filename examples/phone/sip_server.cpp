// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sip_server.hpp"

#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/su_debug.h>

#include <stdexcept>

namespace {

constexpr guint check_interval = 100;  // s, between questions to a caller, who may have vanished
constexpr unsigned patience = 2000;    // ms, for callers who do not answer at the end

std::optional<Media> media_of(const sip_t *sip) {
  if (!sip || !sip->sip_payload) return std::nullopt;
  return choose({sip->sip_payload->pl_data, sip->sip_payload->pl_len});
}

void accept(nua_handle_t *handle, const std::string &sdp) {
  nua_respond(handle, SIP_200_OK, SIPTAG_CONTENT_TYPE_STR("application/sdp"),
              SIPTAG_PAYLOAD_STR(sdp.c_str()), TAG_END());
}

/// sofia-sip logs the address of its loop as an error. SU_DEBUG brings that line back.
su_root_t *start_sofia() {
  constexpr unsigned nothing = 0, as_usual = 3;
  su_log_soft_set_level(su_log_global, nothing);  // before su_init(), which sets another one
  su_init();
  auto *root = su_glib_root_create(nullptr);
  su_log_soft_set_level(su_log_global, as_usual);
  return root;
}

}  // namespace

/// The media are not sofia-sip's: that of Debian 12 takes all memory for the SDP "m=o 0T/".
SipServer::SipServer(const Options &options) : options_(options) {
  root_ = start_sofia();
  su_root_threading(root_, 0);
  g_source_attach(su_glib_root_gsource(root_), nullptr);
  uri_ = "sip:" + options.address + ":" + std::to_string(options.port);
  nua_ = nua_create(
      root_,
      +[](nua_event_t event, int status, const char *, nua_t *, nua_magic_t *server,
          nua_handle_t *handle, nua_hmagic_t *, const sip_t *sip, tagi_t *tags) {
        reinterpret_cast<SipServer *>(server)->on_event(event, status, handle, sip, tags);
      },
      reinterpret_cast<nua_magic_t *>(this), NUTAG_URL(uri_.c_str()), NUTAG_AUTOALERT(0),
      NUTAG_MEDIA_ENABLE(0), SIPTAG_ALLOW_STR("INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK"),
      TAG_END());
  if (!nua_) throw std::runtime_error("Cannot listen on " + uri_ + ". Choose another --port.");
  check_ = g_timeout_add_seconds(check_interval, on_check, this);
}

SipServer::~SipServer() {
  g_source_remove(check_);
  calls_.clear();
  nua_destroy(nua_);
  su_root_destroy(root_);
  su_deinit();
}

void SipServer::close(std::function<void()> closed) {
  closed_ = std::move(closed);
  nua_set_params(nua_, NTATAG_SIP_T1X64(patience), TAG_END());
  nua_shutdown(nua_);
}

gboolean SipServer::on_check(gpointer server) {
  for (const auto &[handle, call] : static_cast<SipServer *>(server)->calls_)
    if (call->is_connected()) nua_options(handle, TAG_END());
  return G_SOURCE_CONTINUE;
}

void SipServer::on_event(nua_event_t event, int status, nua_handle_t *handle, const sip_t *sip,
                         const tagi_t *tags) {
  if (event == nua_i_invite) {
    nua_handle_bind(handle, reinterpret_cast<nua_hmagic_t *>(this));
    on_invite(handle, sip);
  } else if (event == nua_i_ack) {
    on_answer(handle, sip);
  } else if (event == nua_i_state) {
    on_state(handle, tags);
  } else if (event == nua_r_options && (status == 408 || status == 481)) {
    nua_bye(handle, TAG_END());  // the caller has vanished
  } else if (event == nua_i_options && !nua_handle_magic(handle)) {
    nua_handle_destroy(handle);  // a question outside of a call, which is answered
  } else if (event == nua_r_shutdown && status >= 200) {
    closed_();
  }
}

/// A caller who is already there has moved, changes the codec, puts the model on hold, or asks what
/// is possible.
void SipServer::on_invite(nua_handle_t *handle, const sip_t *sip) {
  const auto media = media_of(sip);
  const auto call = calls_.find(handle);
  if (call != calls_.end() && !sip->sip_payload) {
    accept(handle, call->second->offer());
  } else if (!media || (call != calls_.end() && !call->second->change(*media))) {
    nua_respond(handle, SIP_488_NOT_ACCEPTABLE, TAG_END());
  } else if (call != calls_.end()) {
    accept(handle, call->second->answer());
  } else if (calls_.size() >= options_.max_calls || closed_) {
    nua_respond(handle, SIP_486_BUSY_HERE, TAG_END());
  } else {
    start_call(handle, *media);
  }
}

/// To what was offered in a call.
void SipServer::on_answer(nua_handle_t *handle, const sip_t *sip) {
  const auto media = media_of(sip);
  const auto call = calls_.find(handle);
  if (media && call != calls_.end()) call->second->change(*media);
}

/// The phone rings until the model is there.
void SipServer::start_call(nua_handle_t *handle, const Media &media) {
  const auto connected = [this, handle] {
    auto &call = *calls_.at(handle);
    accept(handle, call.answer());
    call.play();
  };
  try {
    calls_[handle] = std::make_unique<Call>(
        media, options_.address, Call::Listener{connected, [this, handle] { hang_up(handle); }});
    nua_respond(handle, SIP_180_RINGING, TAG_END());
    g_print("A call: %s\n", media.codec->format.name);
  } catch (const std::runtime_error &error) {
    g_printerr("%s\n", error.what());
    calls_.erase(handle);
    nua_respond(handle, SIP_500_INTERNAL_SERVER_ERROR, TAG_END());
  }
}

/// A call without its model is refused before the answer, and ends after it.
void SipServer::hang_up(nua_handle_t *handle) {
  if (calls_.at(handle)->is_connected())
    nua_bye(handle, TAG_END());
  else
    nua_respond(handle, SIP_503_SERVICE_UNAVAILABLE, TAG_END());
}

void SipServer::on_state(nua_handle_t *handle, const tagi_t *tags) {
  int state = nua_callstate_init;
  tl_gets(tags, NUTAG_CALLSTATE_REF(state), TAG_END());
  if (state != nua_callstate_terminated) return;
  if (calls_.erase(handle)) g_print("A call has ended\n");
  nua_handle_destroy(handle);
}
