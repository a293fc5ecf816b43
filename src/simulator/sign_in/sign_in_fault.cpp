// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sign_in_fault.hpp"

#include <simdjson.h>

#include "member_reader.hpp"

namespace gemlive::simulator {

Result<std::vector<SignInFault>> parse_sign_in_faults(std::string_view json) {
  const auto bad = [](const std::string &what) {
    return Error{ErrorKind::bad_setting, "Invalid sign-in faults: " + what + '.'};
  };
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  if (parser.parse(json.data(), json.size()).get(list)) return bad("the file is not a JSON list");
  std::vector<SignInFault> faults;
  MemberReader reader;
  for (const auto item : list) {
    SignInFault fault;
    reader.read(
        item, "a fault",
        {reader.text("path", fault.path), reader.number("status", fault.status),
         reader.text("error", fault.error), reader.text("description", fault.description),
         reader.text("body", fault.body), reader.text("redirect", fault.redirect),
         reader.number("lifetime", fault.lifetime), reader.flag("revoke", fault.revoke),
         reader.flag("stall", fault.stall), reader.flag("wrong_flavor", fault.wrong_flavor)});
    faults.push_back(std::move(fault));
  }
  if (!reader.fault().empty()) return bad(reader.fault());
  return faults;
}

}  // namespace gemlive::simulator
