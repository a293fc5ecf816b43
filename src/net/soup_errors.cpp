// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "soup_errors.hpp"

#include <string_view>

#include "text.hpp"

namespace gemlive::soup_errors {

namespace {

struct Advice {
  ErrorKind kind;
  const char *text;
  Retry retry = Retry::never;
};

Advice advice_for_status(int status) {
  using enum ErrorKind;
  switch (status) {
    case 401:
    case 403:
      return {not_authorized,
              "refuses the key or token. Check api-key, access-token or credentials-file, and "
              "project and its permissions"};
    case 404:
      return {not_found, "does not have this service. Check uri, api-version and location"};
    case 408:
      return {cannot_connect, "is not available at the moment. Try again later", Retry::reconnect};
    case 409:  // another connection still uses the session to resume
      return {cannot_connect, "refuses the session. Try again later", Retry::new_session};
    case 429:
      return {busy, "refuses the connection because the quota is used up. Try again later",
              Retry::reconnect};
    case 501:
    case 505:
      return {cannot_connect, "does not support the request. Check uri and api-version"};
    default:
      break;
  }
  if (status >= 500)
    return {cannot_connect, "is not available at the moment. Try again later", Retry::reconnect};
  return {cannot_connect, "does not accept the connection. Check uri and api-version"};
}

Advice advice_for_certificate(GTlsCertificateFlags flags) {
  using enum ErrorKind;
  if (flags & G_TLS_CERTIFICATE_EXPIRED) {
    return {cannot_connect, "has a certificate that has expired. Check the clock of this machine"};
  }
  if (flags & G_TLS_CERTIFICATE_NOT_ACTIVATED) {
    return {cannot_connect,
            "has a certificate that is not valid yet. Check the clock of this machine"};
  }
  if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY) {
    return {cannot_connect, "has a certificate for another host (wrong host). Check ${setting}"};
  }
  if (flags & G_TLS_CERTIFICATE_UNKNOWN_CA) {
    return {
        cannot_connect,
        "has a certificate from an unknown issuer. Install ca-certificates, or set tls-ca-file"};
  }
  if (flags & G_TLS_CERTIFICATE_REVOKED) {
    return {cannot_connect, "has a certificate that was revoked. Check ${setting}"};
  }
  return {cannot_connect,
          "has a certificate that is not acceptable. Check ${setting} and tls-ca-file"};
}

Advice advice_for_io(int code) {
  using enum ErrorKind;
  switch (code) {
    case G_IO_ERROR_HOST_NOT_FOUND:
      return {not_found, "is not a known host. Check ${setting}, and the network",
              Retry::reconnect};
    case G_IO_ERROR_CONNECTION_REFUSED:
      return {cannot_connect,
              "refuses connections. Check that the server is running, and the port in ${setting}",
              Retry::reconnect};
    case G_IO_ERROR_TIMED_OUT:
      return {cannot_connect,
              "does not answer (timeout). Check ${setting}, the firewall and the network",
              Retry::reconnect};
    case G_IO_ERROR_NETWORK_UNREACHABLE:
    case G_IO_ERROR_HOST_UNREACHABLE:
      return {cannot_connect, "cannot be reached. Check the network", Retry::reconnect};
    case G_IO_ERROR_PROXY_FAILED:
      return {cannot_connect,
              "cannot be reached through the proxy. Check the property proxy, or https_proxy",
              Retry::reconnect};
    case G_IO_ERROR_PROXY_AUTH_FAILED:
    case G_IO_ERROR_PROXY_NEED_AUTH:
    case G_IO_ERROR_PROXY_NOT_ALLOWED:
      return {cannot_connect,
              "cannot be reached through the proxy. Check the property proxy, or https_proxy and "
              "no_proxy"};
    default:
      return {cannot_connect, "closed the connection before it was open. Check ${setting}",
              Retry::reconnect};
  }
}

Advice advice(const GError &error, GTlsCertificateFlags certificate) {
  using enum ErrorKind;
  if (error.domain == G_RESOLVER_ERROR) {
    return {not_found, "is not a known host. Check ${setting}, and the network", Retry::reconnect};
  }
  if (certificate != G_TLS_CERTIFICATE_NO_FLAGS) return advice_for_certificate(certificate);
  if (error.domain == G_TLS_ERROR) {
    return {cannot_connect, "does not support TLS as expected. Check scheme and port of ${setting}",
            Retry::once};
  }
  if (error.domain == G_IO_ERROR) return advice_for_io(error.code);
  return {cannot_connect, "sent an invalid response. Check ${setting}", Retry::once};
}

/// Replaces the placeholder by the name of the setting.
std::string naming(std::string text, const char *setting) {
  constexpr std::string_view placeholder = "${setting}";
  const auto at = text.find(placeholder);
  return at == text.npos ? text : text.replace(at, placeholder.size(), setting);
}

std::string detail_of(const GError &error) {
  return std::string(g_quark_to_string(error.domain)) + " " + std::to_string(error.code) + ": " +
         text::excerpt(error.message);
}

}  // namespace

Error refused(const std::string &host, int status, const std::string &phrase,
              const std::string &redirect_host) {
  auto [kind, words, retry] = advice_for_status(status);
  auto http = " (HTTP " + std::to_string(status) + ")";
  Error error{.kind = kind,
              .message = host + " " + words + http,
              .detail = "reason phrase: " + text::excerpt(phrase),
              .retry = retry,
              .http_status = status};
  if (status >= 300 && status < 400) {
    error.message = host + " redirects to " +
                    (redirect_host.empty() ? "nowhere" : text::excerpt(redirect_host)) + http +
                    ". Redirects are not followed. Set uri to the address of the service";
  }
  return error;
}

Error refused_by_proxy(const std::string &host, int status) {
  const bool is_temporary = status >= 500;
  const auto *advice =
      status == 407  ? "It needs a name and password. Set the property proxy, or https_proxy, to "
                       "http://user:password@host:port"
      : is_temporary ? "Try again later"
                     : "Check the rules of the proxy, and the property proxy, or https_proxy and "
                       "no_proxy";
  return {.kind = ErrorKind::cannot_connect,
          .message = "The proxy refuses to connect to " + host + " (HTTP " +
                     std::to_string(status) + "). " + advice,
          .retry = is_temporary ? Retry::reconnect : Retry::never,
          .http_status = status};
}

Error flooded_by_proxy(const std::string &host) {
  return {.kind = ErrorKind::cannot_connect,
          .message = "The proxy keeps sending interim responses, and does not connect to " + host +
                     ". Check the property proxy, or https_proxy",
          .retry = Retry::once};
}

Error not_opened(const std::string &host, const GError &error, GTlsCertificateFlags certificate,
                 const char *setting) {
  auto [kind, words, retry] = advice(error, certificate);
  return {.kind = kind,
          .message = host + " " + naming(words, setting),
          .detail = detail_of(error),
          .retry = retry};
}

Error broken(const std::string &host, const GError &error) {
  bool timeout = error.domain == G_IO_ERROR && error.code == G_IO_ERROR_TIMED_OUT;
  return {.kind = ErrorKind::lost,
          .message = timeout ? host + " does not answer any more (timeout). Check the network"
                             : "The connection to " + host + " broke. Check the network",
          .detail = detail_of(error),
          .retry = Retry::reconnect};
}

Error misbehaved(const std::string &host, const char *how) {
  return {.kind = ErrorKind::bad_data,
          .message = host +
                     " violated the WebSocket protocol. Check that uri is the address of a "
                     "Live API service",
          .detail = std::string("invalid frame: ") + how,
          .retry = Retry::once};
}

Error flooded(const std::string &host, const char *flood) {
  return {.kind = ErrorKind::lost,
          .message = host + " flooded the connection (" + flood +
                     "). The connection was closed. Check that uri is the address of a Live API "
                     "service",
          .detail = std::string("flood: ") + flood,
          .retry = Retry::once};
}

}  // namespace gemlive::soup_errors
