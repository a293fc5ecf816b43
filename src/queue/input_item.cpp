// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_item.hpp"

#include <type_traits>

namespace gemlive::input {

std::size_t text_bytes(const Item &item) {
  if (const auto *typed = std::get_if<TypedText>(&item)) return typed->text.size();
  if (const auto *message = std::get_if<Message>(&item)) return message->text.size();
  if (const auto *response = std::get_if<ToolResponse>(&item)) return response->message.size();
  return 0;
}

}  // namespace gemlive::input
