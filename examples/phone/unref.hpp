// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib-object.h>

#include <memory>

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};

/// A reference to a GObject.
template <typename T>
using Owned = std::unique_ptr<T, Unref>;
