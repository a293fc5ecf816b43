// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device_part.hpp"
#include "handle.hpp"
#include "narrator.hpp"
#include "options.hpp"
#include "pipeline.hpp"
#include "pipeline_clock.hpp"
#include "places.hpp"
#include "recording.hpp"
#include "tool_programs.hpp"
#include "view.hpp"

namespace gemlive::talk {

/// A conversation, from its start to its end. Main thread.
class Talk : public Controls {
 public:
  /// Makes the pipeline. Throws Problem.
  explicit Talk(const Options &options);
  ~Talk() override;
  Talk(const Talk &) = delete;
  Talk &operator=(const Talk &) = delete;

  bool has_file_input() const { return places_.input != Place::Device; }
  /// The user ended it before the end of the input.
  bool is_cut_short() const { return !is_complete_ && has_file_input(); }
  /// Returns when the conversation has ended: true if all that was asked for happened.
  bool run(View &view);

  void set_muted(bool is_muted) override;
  void set_talking(bool is_talking) override;
  void interrupt() override;
  void send_text(const std::string &line) override;
  void reconnect() override;
  void quit() override;

 private:
  static gboolean on_message(GstBus *, GstMessage *message, gpointer self);
  static gboolean on_tick(gpointer self);

  void handle(GstMessage *message);
  void handle_gemlive(GstMessage *message);
  void handle_device(DevicePart &device, GstMessage *message);
  void handle_error(GstMessage *message);
  void handle_warning(GstMessage *message);
  void answer(const ToolResult &result, const std::string &complaint);
  void lose(DevicePart &device);
  void look_after_devices();
  void tell_choice(DevicePart &device);
  void start();
  void connect(DevicePart &device);
  void say_first_line();
  void show_typed(const std::string &line);
  std::string resumption_handle() const;
  void keep_handle();
  void tell_progress();
  void check_metrics();
  void fail(const std::string &what, const std::string &what_to_do);
  void end();
  void end_input();
  void watch_answers();
  DevicePart *device_of(GstMessage *message);
  void keep_event(GstStructure *fields);
  void close_files();
  void finish_recording();

  Options options_;
  Places places_;
  Plan plan_;
  PipelineClock clock_ = {};
  GstPtr<GstElement> pipeline_;
  GstPtr<GstElement> gemlive_;
  ToolPrograms tools_;
  std::unique_ptr<Recording> recording_ = {};
  std::vector<std::unique_ptr<DevicePart>> devices_ = {};  // at most a microphone, a loudspeaker
  Handle<GMainLoop, g_main_loop_unref> loop_;

  View *view_ = nullptr;  // while it runs
  std::unique_ptr<Narrator> narrator_ = {};
  unsigned ticks_ = 0;
  bool is_muted_ = false;
  bool is_talking_ = false;
  bool has_typed_ = false;
  bool has_handle_ = false;  // that was given, and not used yet
  bool has_failed_ = false;
  bool has_metrics_ = false;  // in a file that can be written
  bool is_over_ = false;
  bool is_complete_ = false;  // the end of the stream was reached
};

}  // namespace gemlive::talk
