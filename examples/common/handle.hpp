// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <memory>

namespace gemlive {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T *pointer) const {
    Free(pointer);
  }
};

/// Owns an object of a C library.
template <typename T, auto Free>
using Handle = std::unique_ptr<T, Deleter<Free>>;

template <typename T>
using ObjectPtr = Handle<T, g_object_unref>;
template <typename T>
using GstPtr = Handle<T, gst_object_unref>;
using StrPtr = Handle<char, g_free>;
using ErrorPtr = Handle<GError, g_error_free>;

}  // namespace gemlive
