// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "open_metrics.hpp"

#include <array>
#include <charconv>
#include <string_view>

namespace gemlive {
namespace {

std::string number(double value) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

/// One family of metrics after the other.
class Writer {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = "gemlive_" + std::string(name);
    is_counter_ = type == "counter";
    line("# TYPE " + name_ + " " + std::string(type));
    for (const std::string_view unit : {"bytes", "seconds"})
      if (name.ends_with("_" + std::string(unit)))
        line("# UNIT " + name_ + " " + std::string(unit));
    line("# HELP " + name_ + " " + std::string(help));
  }
  void sample(const std::string &label, std::uint64_t value) {
    line(name_ + (is_counter_ ? "_total" : "") + (label.empty() ? "" : "{" + label + "}") + " " +
         std::to_string(value));
  }
  void histogram(const Histogram &histogram) {
    for (std::size_t i = 0; i < Histogram::bounds.size(); ++i)
      bucket(number(Histogram::bounds[i]), histogram.up_to(i));
    bucket("+Inf", histogram.count());
    line(name_ + "_sum " + number(histogram.sum()));
    line(name_ + "_count " + std::to_string(histogram.count()));
  }
  std::string finish() && { return std::move(text_) + "# EOF\n"; }

 private:
  void bucket(const std::string &bound, std::uint64_t count) {
    line(name_ + "_bucket{le=\"" + bound + "\"} " + std::to_string(count));
  }
  void line(std::string_view line) { text_.append(line) += '\n'; }

  std::string text_;
  std::string name_;
  bool is_counter_ = false;
};

const char *name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_authorized:
      return "not_authorized";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::cannot_connect:
      return "cannot_connect";
    case ErrorKind::lost:
      return "lost";
    case ErrorKind::not_sent:
      return "not_sent";
    case ErrorKind::busy:
      return "busy";
    case ErrorKind::bad_setting:
      return "bad_setting";
    case ErrorKind::bad_format:
      return "bad_format";
    case ErrorKind::bad_data:
      return "bad_data";
  }
  return "";
}

}  // namespace

std::string to_open_metrics(const Metrics::Totals &totals) {
  Writer writer;
  writer.family("conversations", "gauge", "Open conversations");
  writer.sample("", totals.open);
  writer.family("conversations_started", "counter", "Conversations that were opened");
  writer.sample("", totals.started);
  std::string_view family;
  for (std::size_t i = 0; i < stats_metric_count; ++i) {
    const auto &metric = stats_metrics[i];
    if (family != metric.family)
      writer.family(metric.family, metric.is_gauge ? "gauge" : "counter", metric.help);
    family = metric.family;
    writer.sample(metric.label, totals.stats[i]);
  }
  writer.family("errors", "counter", "Errors that ended a conversation");
  for (const auto kind :
       {ErrorKind::not_authorized, ErrorKind::not_found, ErrorKind::cannot_connect, ErrorKind::lost,
        ErrorKind::not_sent, ErrorKind::busy, ErrorKind::bad_setting, ErrorKind::bad_format,
        ErrorKind::bad_data}) {
    const auto found = totals.errors.find(kind);
    writer.sample(std::string("kind=\"") + name_of(kind) + "\"",
                  found == totals.errors.end() ? 0 : found->second);
  }
  writer.family("warnings", "counter", "Warnings");
  writer.sample("", totals.warnings);
  writer.family("tokens", "counter", "Tokens that the service has counted");
  writer.sample("direction=\"prompt\"", totals.prompt_tokens);
  writer.sample("direction=\"response\"", totals.response_tokens);
  writer.family("turn_first_audio_seconds", "histogram",
                "From the end of the question to the first audio of the answer");
  writer.histogram(totals.first_audio);
  return std::move(writer).finish();
}

}  // namespace gemlive
