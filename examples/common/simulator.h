/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Starts gemlive-simulator, the local service, and sets GEMLIVE_URI, unless a service is
 * configured. It ends with this process. `script`: its steps as JSON (docs/simulator.md), or NULL.
 * Call it on the main thread, before other threads start. FALSE: a line on stderr says why. */
gboolean use_simulator_unless_configured(const char *script);

G_END_DECLS
