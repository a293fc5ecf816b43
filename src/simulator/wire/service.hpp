// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

namespace gemlive::simulator {

enum class Service { developer, vertex };

constexpr const char *name(Service service) {
  return service == Service::vertex ? "vertex" : "developer";
}

}  // namespace gemlive::simulator
