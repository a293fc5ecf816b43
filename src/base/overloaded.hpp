// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

namespace gemlive {

/// Combines lambdas into one visitor:
///   std::visit(Overloaded{[](const A &) {}, [](const B &) {}}, variant);
template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace gemlive
