// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A phone line: whoever calls talks to the model. README.md says how to try it.

#include <arpa/inet.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <sys/socket.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <stdexcept>

#include "handle.hpp"
#include "simulator.h"
#include "sip_server.hpp"

namespace {

/// The answers to calls name it, so it cannot be 0.0.0.0.
bool is_of_this_machine(const char *address) {
  sockaddr_in own = {};
  own.sin_family = AF_INET;
  if (inet_pton(AF_INET, address, &own.sin_addr) != 1 || own.sin_addr.s_addr == INADDR_ANY)
    return false;
  const int any_port = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const bool is_own = bind(any_port, reinterpret_cast<sockaddr *>(&own), sizeof own) == 0;
  close(any_port);
  return is_own;
}

/// Throws std::runtime_error.
SipServer::Options read_options(int argc, char **argv) {
  SipServer::Options options;
  g_autofree char *address = nullptr;
  int calls = static_cast<int>(options.max_calls);
  const GOptionEntry entries[] = {
      {"address", 'a', 0, G_OPTION_ARG_FILENAME, &address,
       "IPv4 address to listen on, for SIP and RTP (default 127.0.0.1)", "IP"},
      {"port", 'p', 0, G_OPTION_ARG_INT, &options.port, "Port of SIP (default 5060)", "PORT"},
      {"calls", 'c', 0, G_OPTION_ARG_INT, &calls, "Calls at a time (default 4)", "N"},
      {}};
  g_autoptr(GOptionContext) context = g_option_context_new("- answers SIP calls with Gemini Live");
  g_option_context_add_main_entries(context, entries, nullptr);
  g_option_context_add_group(context, gst_init_get_option_group());
  g_autoptr(GError) error = nullptr;
  if (!g_option_context_parse(context, &argc, &argv, &error))
    throw std::runtime_error(error->message);
  if (argc > 1) throw std::runtime_error(std::string("There is no argument ") + argv[1]);
  if (options.port < 1 || options.port > 65535)
    throw std::runtime_error("--port must be from 1 to 65535");
  if (calls < 1) throw std::runtime_error("--calls must be at least 1");
  if (address && !is_of_this_machine(address))
    throw std::runtime_error(
        "--address must be the IPv4 address of this machine that callers "
        "reach, such as 192.0.2.7");
  if (address) options.address = address;
  options.max_calls = static_cast<std::size_t>(calls);
  return options;
}

/// False: there is no service, which is on stderr. Throws std::runtime_error.
bool run(int argc, char **argv) {
  const auto options = read_options(argc, argv);
  if (!use_simulator_unless_configured(nullptr)) return false;
  const gemlive::Handle<GMainLoop, g_main_loop_unref> loop(g_main_loop_new(nullptr, FALSE));
  SipServer server(options);
  g_print("Call %s\n", server.uri().c_str());

  auto end = [&] { server.close([&] { g_main_loop_quit(loop.get()); }); };
  const auto on_signal = [](gpointer data) -> gboolean {
    (*static_cast<decltype(end) *>(data))();
    return G_SOURCE_CONTINUE;
  };
  g_unix_signal_add(SIGTERM, on_signal, &end);
  g_unix_signal_add(SIGINT, on_signal, &end);
  g_main_loop_run(loop.get());
  return true;
}

}  // namespace

int main(int argc, char **argv) {
  std::setlocale(LC_CTYPE, "");
  try {
    return run(argc, argv) ? 0 : 1;
  } catch (const std::runtime_error &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
