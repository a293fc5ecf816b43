// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "notice_mask.hpp"

#include <initializer_list>
#include <string>
#include <utility>

#include "overloaded.hpp"

namespace gemlive {
namespace {

using Texts = std::initializer_list<std::string *>;

bool has_free_text(const Notice::Body &body) {
  return std::holds_alternative<notice::Warning>(body) ||
         std::holds_alternative<notice::Failed>(body) ||
         std::holds_alternative<notice::Reconnecting>(body) ||
         std::holds_alternative<ServerMessage>(body) || std::holds_alternative<Usage>(body);
}

}  // namespace

NoticeMask::NoticeMask(std::shared_ptr<const SecretMask> secrets, Notify notify)
    : secrets_(std::move(secrets)), notify_(std::move(notify)) {}

void NoticeMask::operator()(const Notice &notice) const {
  if (!has_free_text(notice.body)) return notify_(notice);
  const auto hide = [this](Texts texts) {
    for (auto *text : texts)
      *text = secrets_->apply(std::move(*text));
  };
  const auto hide_in = [&](Error &error) {
    hide({&error.message, &error.detail, &error.close_reason});
  };
  auto masked = notice;
  std::visit(Overloaded{[&](notice::Warning &warning) { hide_in(warning.error); },
                        [&](notice::Failed &failed) { hide_in(failed.error); },
                        [&](notice::Reconnecting &event) {
                          hide({&event.close_reason, &event.error});
                        },
                        [&](ServerMessage &event) { hide({&event.json}); },
                        [&](Usage &event) { hide({&event.json}); }, [](auto &) {}},
             masked.body);
  notify_(masked);
}

}  // namespace gemlive
