// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "timeline_model.hpp"

namespace gemlive::timeline {

/// The conversation as a SVG picture, in black and white. Well-formed XML, whatever the model
/// holds, with at most a few MiB. Row by row it has elements
/// <g class="row" data-start data-end data-y data-height>, for a page that moves a line in it.
/// Pure. Any thread.
std::string svg_picture(const Model &model);

}  // namespace gemlive::timeline
