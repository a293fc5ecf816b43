// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "samples.hpp"
#include "simulator_process.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {

/// A simulator that answers with a tone of 200 ms at once, and a question in a file.
class PipelineFixture : public ::testing::Test {
 protected:
  void serve(std::vector<std::string> arguments, std::string_view script = {}) {
    simulator.reset();
    arguments.insert(arguments.begin(), {"--voice", "tone", "--tone-duration", "200", "--speed",
                                         "0", "--turn-complete", "now"});
    simulator = std::make_unique<SimulatorProcess>(arguments, script);
  }
  void serve() { serve({}); }
  std::string question() { return "filesrc location=" + file.path() + " ! wavparse ! "; }
  std::string uri() const { return " uri=" + simulator->uri() + " "; }

  std::unique_ptr<SimulatorProcess> simulator;
  std::string spoken = loud(std::chrono::milliseconds(600));
  TempFile file{wav(spoken), ".wav"};
};

}  // namespace gemlive::test
