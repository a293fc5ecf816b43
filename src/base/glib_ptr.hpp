// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <memory>
#include <string_view>

namespace gemlive {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T *pointer) const {
    Free(pointer);
  }
};

/// Owns a C object. A raw pointer or reference borrows. ref(x.get()) makes a second owner.
template <typename T, auto Free>
using Handle = std::unique_ptr<T, Deleter<Free>>;

template <typename T>
using ObjectPtr = Handle<T, g_object_unref>;
using StrPtr = Handle<char, g_free>;
using BytesPtr = Handle<GBytes, g_bytes_unref>;
using ErrorPtr = Handle<GError, g_error_free>;
using SourcePtr = Handle<GSource, g_source_unref>;
using MainContextPtr = Handle<GMainContext, g_main_context_unref>;
using UriPtr = Handle<GUri, g_uri_unref>;

template <typename T>
T *ref(T *object) {
  return static_cast<T *>(g_object_ref(object));
}

inline std::string_view view(GBytes *bytes) {
  gsize size = 0;
  auto *data = static_cast<const char *>(g_bytes_get_data(bytes, &size));
  return {data, size};
}

/// Lets a C function fill an owning pointer: f(..., out(error)).
template <typename Smart>
class Out {
 public:
  explicit Out(Smart &target) : target_(target) {}
  ~Out() { target_.reset(raw_); }
  operator typename Smart::pointer *() { return &raw_; }

 private:
  Smart &target_;
  typename Smart::pointer raw_ = nullptr;
};

template <typename Smart>
Out<Smart> out(Smart &target) {
  return Out<Smart>(target);
}

}  // namespace gemlive
