// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools.hpp"

#include "json.hpp"

namespace gemlive::web {

std::string call_tool(std::string_view name) {
  if (name != "local_time") return to_json({{"error", "There is no such function."}});
  const Handle<GDateTime, g_date_time_unref> now(g_date_time_new_now_local());
  return to_json({{"time", StrPtr(g_date_time_format(now.get(), "%F %R")).get()}});
}

}  // namespace gemlive::web
