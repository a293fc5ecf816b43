// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>

/// Strings and field names of JSON. Pure, any thread.
namespace gemlive::json {

/// Not part of JSON (RFC 8259). Some versions of simdjson accept it before the document.
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// `text` as a JSON string with quotes. Invalid UTF-8 and U+0000 become U+FFFD.
std::string quoted(std::string_view text);

/// Appends the value of a JSON string to `out`. `source` is what stands between the quotes. A
/// surrogate without its other half becomes U+FFFD, because UTF-8 cannot hold it. Appends at most
/// as many bytes as `source` has. False if an escape is malformed.
bool append_unescaped(std::string_view source, std::string &out);

/// Whether a field has this name in camelCase, or in snake_case as protobuf's JSON allows.
bool is_named(std::string_view name, std::string_view camel_case);

}  // namespace gemlive::json
