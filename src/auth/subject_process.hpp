// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>

#include "credential.hpp"
#include "error.hpp"
#include "secret.hpp"

namespace gemlive::auth {

/// Runs the program of a credential without a shell, with its own environment, and returns its
/// output (at most 64 KiB). After the timeout or on destruction, the program and its children are
/// killed. All calls on the thread that makes it.
class SubjectProcess {
 public:
  using Done = std::function<void(Result<Secret>)>;

  /// Starts the program. `done` is called once, later. It may destroy the
  /// process. `who` names the credential in errors.
  SubjectProcess(const SubjectProgram &program, const Federation &federation,
                 const std::string &who, Done done);
  ~SubjectProcess();
  SubjectProcess(const SubjectProcess &) = delete;
  SubjectProcess &operator=(const SubjectProcess &) = delete;

 private:
  class State;
  const std::shared_ptr<State> state_;
};

}  // namespace gemlive::auth
