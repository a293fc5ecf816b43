// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>

#include "credential.hpp"
#include "error.hpp"
#include "secret.hpp"

namespace gemlive::auth {

/// Runs the program that a credential names, without a shell and with an environment of its own,
/// and takes at most 64 KiB of what it prints. It, and what it has started, is killed when its time
/// is up or nobody waits any more. One thread only.
class ProgramRun {
 public:
  using Done = std::function<void(Result<Secret>)>;

  /// `done` is called once, later, and may destroy the run. `who` names the credential in errors.
  ProgramRun(const SubjectProgram &program, const Federation &federation, const std::string &who,
             Done done);
  ~ProgramRun();
  ProgramRun(const ProgramRun &) = delete;
  ProgramRun &operator=(const ProgramRun &) = delete;

 private:
  class State;
  State *state_ = nullptr;  // owns itself until GIO has called back
};

}  // namespace gemlive::auth
