// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

#include "metrics.hpp"

namespace gemlive {

/// The totals in the text format of OpenMetrics 1.0. Pure, any thread.
std::string to_open_metrics(const Metrics::Totals &totals);

}  // namespace gemlive
