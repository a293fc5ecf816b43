// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "platform.hpp"

#include "soup_transport.hpp"

namespace gemlive {

Platform Platform::real() {
  return {.make_transport = &make_soup_transport, .environment = process_environment()};
}

}  // namespace gemlive
