// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/check/gstharness.h>

#include <memory>

#include "gst_ptr.hpp"

namespace gemlive::test {

/// Breaks a reference cycle: messages on an element's bus hold the element, which holds the bus.
struct HarnessDeleter {
  void operator()(GstHarness *harness) const {
    const ElementPtr element(GST_ELEMENT(gst_object_ref(harness->element)));
    gst_harness_teardown(harness);
    gst_element_set_bus(element.get(), nullptr);
  }
};
using HarnessPtr = std::unique_ptr<GstHarness, HarnessDeleter>;

}  // namespace gemlive::test
