// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>

namespace gemlive::talk {

/// Whether gemlive can show metrics at this port, or write them to this file: it says in its log
/// only that it cannot. Throws Problem.
void check_metrics_place(const std::string &place);

/// The port is taken once, the file is written again and again.
bool is_metrics_file(const std::string &place);

}  // namespace gemlive::talk
