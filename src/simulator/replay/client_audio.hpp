// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "json_value.hpp"

namespace gemlive::simulator {

/// The sound in a message of the client. Pure.
struct ClientAudio {
  int rate = 16000;  // Hz
  std::vector<std::byte> bytes = {};
};

/// Reads realtimeInput.audio, and realtimeInput.mediaChunks with audio only. nullopt: no audio.
std::optional<ClientAudio> read_client_audio(const json::Value &message);

}  // namespace gemlive::simulator
