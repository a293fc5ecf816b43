// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "request_pad.hpp"

#include <algorithm>

namespace gemlive {
namespace {

#define TEXT_CAPS "text/x-raw, format = (string) utf8"

RequestPad pads[] = {
    {GST_STATIC_PAD_TEMPLATE("video", GST_PAD_SINK, GST_PAD_REQUEST,
                             GST_STATIC_CAPS("image/jpeg"))},
    {GST_STATIC_PAD_TEMPLATE("text", GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS(TEXT_CAPS))},
    {GST_STATIC_PAD_TEMPLATE("input_transcript", GST_PAD_SRC, GST_PAD_REQUEST,
                             GST_STATIC_CAPS(TEXT_CAPS)),
     "input-transcript", &Config::input_transcription},
    {GST_STATIC_PAD_TEMPLATE("output_transcript", GST_PAD_SRC, GST_PAD_REQUEST,
                             GST_STATIC_CAPS(TEXT_CAPS)),
     "output-transcript", &Config::output_transcription},
    {GST_STATIC_PAD_TEMPLATE("model_text", GST_PAD_SRC, GST_PAD_REQUEST,
                             GST_STATIC_CAPS(TEXT_CAPS)),
     "text"},
};

}  // namespace

std::string RequestPad::element_name() const {
  auto name = std::string("gemlive-") + this->name() + (is_input() ? "-sink" : "-src");
  std::ranges::replace(name, '_', '-');
  return name;
}

std::span<RequestPad> request_pads() {
  return pads;
}

RequestPad *find_request_pad(std::string_view name) {
  for (auto &pad : pads)
    if (pad.name() == name) return &pad;
  return nullptr;
}

}  // namespace gemlive
