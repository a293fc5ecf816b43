// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

namespace gemlive {

/// Registers the types of GIO that libsoup's classes name when they are first used. If two threads
/// do that at once, GObject can deadlock: one registers a type and waits for the lock of the
/// classes, the other has that lock and waits for the type. Before the first use of libsoup in any
/// thread.
void register_network_types();

}  // namespace gemlive
