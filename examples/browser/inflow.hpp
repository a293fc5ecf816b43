// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS
/// What a TCP connection brings in. libsoup reads on as fast as the peer sends, keeps the parts of
/// a message or the body of a request that never ends, and queues an answer to each ping. So this
/// stream fails when it was read up to its limit and nothing was delivered, and it waits while the
/// peer does not take what it was sent. Closing it closes the connection. Main thread.
G_DECLARE_FINAL_TYPE(WebInflow, web_inflow, WEB, INFLOW, GFilterInputStream)
G_END_DECLS

namespace gemlive::web {

WebInflow *inflow_new(GIOStream *connection, gsize limit);
void inflow_set_limit(WebInflow *inflow, gsize limit);
/// A message of `size` bytes is no longer in libsoup's memory.
void inflow_deliver(WebInflow *inflow, gsize size);

}  // namespace gemlive::web
