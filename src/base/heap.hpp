// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

namespace gemlive::heap {

/// Gives memory that is free in about two seconds back to the system. glibc keeps it where
/// something in use lies behind it. Many calls cost one pass over the free memory, in a thread of
/// its own. Any thread.
void trim_later();

}  // namespace gemlive::heap
