// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "timeline_model.hpp"

namespace gemlive::timeline {

/// The picture in a page that plays the sound, with a line where it is. `sound` is a URL, empty
/// for none. The page loads nothing else, and runs no script but its own. Pure. Any thread.
std::string html_page(const Model &model, const std::string &sound);

}  // namespace gemlive::timeline
