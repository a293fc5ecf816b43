// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "metrics_exporter.hpp"

#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>

#include "open_metrics.hpp"
#include "text.hpp"
#include "whole_file.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

constexpr auto interval = 10s;  // between two writes to a file
constexpr auto most_wait = 1s;
constexpr const char *path = "/metrics";
constexpr const char *content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";

std::optional<unsigned> port_of(const std::string &target) {
  std::uint16_t port = 0;
  const auto *end = target.data() + target.size();
  const auto parsed = std::from_chars(target.data(), end, port);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return port;
}

}  // namespace

MetricsExporter::MetricsExporter(Metrics &metrics, std::string target, Log log)
    : metrics_(metrics), target_(std::move(target)), log_(std::move(log)) {
  thread_.post([this] { start(); });
}

MetricsExporter::~MetricsExporter() {
  thread_.call(
      [this] {
        if (timer_.running()) write();
        timer_.stop();
        server_.reset();
      },
      most_wait);
}

Metrics *MetricsExporter::of_process(const std::string &target, const Log &log) {
  // Conversations may outlive static destructors.
  static auto *const metrics = target.empty() ? nullptr : new Metrics;
  static const auto exporter =
      metrics ? std::make_unique<MetricsExporter>(*metrics, target, log) : nullptr;
  return metrics;
}

void MetricsExporter::start() {
  if (const auto port = port_of(target_)) return listen(*port);
  if (target_.starts_with('/')) return write_later();
  log_(Log::Level::warning,
       "GEMLIVE_METRICS is neither a port nor an absolute path, so there are no metrics: %s",
       text::excerpt(target_).c_str());
}

void MetricsExporter::listen(unsigned port) {
  server_ = std::make_unique<DocumentServer>(
      DocumentServer::Document{.path = path, .content_type = content_type, .read = [this] {
                                 return to_open_metrics(metrics_.totals());
                               }});
  const auto found = server_->listen(port);
  if (found)
    log_(Log::Level::info, "metrics at http://127.0.0.1:%u%s", *found, path);
  else
    log_(Log::Level::warning, "no metrics (GEMLIVE_METRICS): %s [%s]",
         found.error().message.c_str(), found.error().detail.c_str());
}

void MetricsExporter::write_later() {
  write();
  timer_.start(interval, [this] { write_later(); });
}

/// A reader never sees half a file.
void MetricsExporter::write() {
  const auto problem = replace_file(target_, to_open_metrics(metrics_.totals()), 0644);
  if (!problem.empty() && !is_unwritable_)
    log_(Log::Level::warning, "cannot write the metrics (GEMLIVE_METRICS) to %s: %s",
         text::excerpt(target_).c_str(), problem.c_str());
  is_unwritable_ = !problem.empty();
}

}  // namespace gemlive
