// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <string>

namespace gemlive::talk {

/// The fields of a message as a JSON object. GST_CLOCK_TIME_NONE is null. A field "handle" is left
/// out: it is a secret.
std::string to_json(const GstStructure *fields);

/// A JSON object with one member, a text.
std::string to_json(const char *name, const std::string &text);

/// The output of a program as a JSON object: as it is, or as {"result": ...}.
std::string as_object(const std::string &output);

}  // namespace gemlive::talk
