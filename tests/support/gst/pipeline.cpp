// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pipeline.hpp"

namespace gemlive::test {

Pipeline::Pipeline(const std::string &description) {
  ErrorPtr error;
  pipeline_.reset(gst_parse_launch(description.c_str(), out(error)));
  if (error) g_error("%s: %s", description.c_str(), error->message);
  if (!GST_IS_PIPELINE(pipeline_.get())) {
    auto *pipeline = gst_pipeline_new(nullptr);
    gst_bin_add(GST_BIN(pipeline), pipeline_.release());
    pipeline_.reset(pipeline);
  }
}

Pipeline::~Pipeline() {
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

GstElement *Pipeline::operator[](const char *name) const {
  auto *element = gst_bin_get_by_name(GST_BIN(pipeline_.get()), name);
  if (!element) g_error("no element \"%s\"", name);
  gst_object_unref(element);  // its bin holds it
  return element;
}

bool Pipeline::set_state(GstState state) {
  return gst_element_set_state(pipeline_.get(), state) != GST_STATE_CHANGE_FAILURE;
}

bool Pipeline::reaches(GstState state) {
  GstState now = GST_STATE_NULL;
  const auto timeout = std::chrono::nanoseconds(deadline).count();
  gst_element_get_state(pipeline_.get(), &now, nullptr, static_cast<GstClockTime>(timeout));
  return now == state;
}

void Pipeline::send(const char *element, GstEvent *event) {
  gst_element_send_event((*this)[element], event);
}

void Pipeline::drain() {
  Handle<GstBus, gst_object_unref> bus(gst_element_get_bus(pipeline_.get()));
  while (auto *message = gst_bus_pop(bus.get()))
    seen_.emplace_back(message);
}

MessagePtr Pipeline::wait(const Predicate &matches) {
  Handle<GstBus, gst_object_unref> bus(gst_element_get_bus(pipeline_.get()));
  const auto until = std::chrono::steady_clock::now() + deadline;
  std::size_t next = 0;
  for (;;) {
    drain();
    for (; next < seen_.size(); ++next) {
      if (matches(seen_[next].get())) {
        MessagePtr found = std::move(seen_[next]);
        seen_.erase(seen_.begin() + static_cast<std::ptrdiff_t>(next));
        return found;
      }
      if (GST_MESSAGE_TYPE(seen_[next].get()) == GST_MESSAGE_ERROR) return nullptr;
    }
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= left.zero()) return nullptr;
    const auto ns = std::chrono::nanoseconds(left).count();
    if (auto *message = gst_bus_timed_pop(bus.get(), static_cast<GstClockTime>(ns)))
      seen_.emplace_back(message);
  }
}

MessagePtr Pipeline::wait(GstMessageType type) {
  return wait([type](GstMessage *message) { return GST_MESSAGE_TYPE(message) == type; });
}

MessagePtr Pipeline::wait(const char *name) {
  return wait([name](GstMessage *message) {
    return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT && gst_message_has_name(message, name);
  });
}

std::string Pipeline::run() {
  if (play()) return wait_eos();
  auto error = wait(GST_MESSAGE_ERROR);
  return error ? describe(error.get()) : "the state change failed without an ERROR message";
}

std::string Pipeline::wait_eos() {
  if (wait(GST_MESSAGE_EOS)) return "";
  std::string problems = "no EOS";
  for (const auto &message : seen_) {
    const auto type = GST_MESSAGE_TYPE(message.get());
    if (type == GST_MESSAGE_ERROR) return describe(message.get());
    if (type == GST_MESSAGE_WARNING) problems += "; " + describe(message.get());
  }
  return problems;
}

int Pipeline::count(const Predicate &matches) {
  drain();
  int matching = 0;
  for (auto &message : seen_)
    matching += matches(message.get());
  return matching;
}

namespace {

ErrorPtr error_of(GstMessage *message) {
  ErrorPtr error;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
    gst_message_parse_error(message, out(error), nullptr);
  else
    gst_message_parse_warning(message, out(error), nullptr);
  return error;
}

}  // namespace

std::string describe(GstMessage *message) {
  auto error = error_of(message);
  return std::string(g_quark_to_string(error->domain)) + "/" + std::to_string(error->code) + ": " +
         error->message;
}

GQuark error_domain(GstMessage *message) {
  return error_of(message)->domain;
}
int error_code(GstMessage *message) {
  return error_of(message)->code;
}

const GstStructure *error_details(GstMessage *message) {
  const GstStructure *details = nullptr;
  gst_message_parse_error_details(message, &details);
  return details;
}

}  // namespace gemlive::test
