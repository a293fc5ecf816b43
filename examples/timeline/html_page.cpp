// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "html_page.hpp"

#include <glib.h>

#include <cstdint>

#include "lettering.hpp"
#include "summary.hpp"
#include "svg_picture.hpp"

namespace gemlive::timeline {
namespace {

constexpr const char *style = R"(
body { margin: 0 auto; max-width: 1200px; padding: 0 12px 40px; font-family: sans-serif; background: #fff; color: #000 }
header { position: sticky; top: 0; padding: 8px 0; background: #fff; border-bottom: 1px solid #000 }
audio { width: 100% }
svg { width: 100%; height: auto; display: block }
.row { cursor: pointer }
#now { stroke: #000; stroke-width: 3 }
#now-edge { stroke: #fff; stroke-width: 7 }
table { border-collapse: collapse; margin-top: 8px }
th, td { text-align: left; vertical-align: top; padding: 2px 12px 2px 0 }
)";

// Moves the line. A click in a row plays from there.
constexpr const char *script = R"(
const sound = document.querySelector('audio'), picture = document.querySelector('svg');
const rows = [...document.querySelectorAll('.row')].map(row => ({row, start: +row.dataset.start, end: +row.dataset.end,
  y: +row.dataset.y, height: +row.dataset.height}));
const left = +picture.dataset.left, right = +picture.dataset.right;
const line = id => picture.appendChild(Object.assign(document.createElementNS('http://www.w3.org/2000/svg', 'line'), {id}));
const lines = [line('now-edge'), line('now')];
let shown;
function show() {
  const time = sound.currentTime, row = rows.find(row => time < row.end) ?? rows[rows.length - 1];
  const x = left + Math.min(1, (time - row.start) / (row.end - row.start)) * (right - left);
  for (const line of lines) {
    line.setAttribute('x1', x); line.setAttribute('x2', x);
    line.setAttribute('y1', row.y); line.setAttribute('y2', row.y + row.height);
  }
  if (row !== shown && !sound.paused) row.row.scrollIntoView({block: 'nearest'});
  shown = row;
}
function follow() {
  show();
  if (!sound.paused && !sound.ended) requestAnimationFrame(follow);
}
sound.addEventListener('play', follow);
for (const event of ['timeupdate', 'seeked', 'loadedmetadata']) sound.addEventListener(event, show);
picture.addEventListener('click', event => {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
  const row = rows.find(row => at.y >= row.y && at.y <= row.y + row.height);
  if (!row || at.x < left) return;
  sound.currentTime = row.start + Math.min(1, (at.x - left) / (right - left)) * (row.end - row.start);
});
show();
)";

std::string hash_of(const std::string &text) {
  std::uint8_t digest[32];
  gsize size = sizeof digest;
  auto *sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_checksum_update(sum, reinterpret_cast<const guchar *>(text.data()),
                    static_cast<gssize>(text.size()));
  g_checksum_get_digest(sum, digest, &size);
  g_checksum_free(sum);
  auto *encoded = g_base64_encode(digest, size);
  const std::string result = encoded;
  g_free(encoded);
  return result;
}

std::string table_of(const Model &model) {
  std::string rows;
  for (const auto &[at, who, text] : account_of(model, 2000))
    rows += "<tr><td>" + clock_text(at) + "</td><td>" + escape(who) + "</td><td>" + escape(text) +
            "</td></tr>\n";
  return "<details><summary>In words</summary>\n<table><thead><tr><th scope=\"col\">Time</th><th "
         "scope=\"col\">Who</th>"
         "<th scope=\"col\">What</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></details>\n";
}

}  // namespace

std::string html_page(const Model &model, const std::string &sound) {
  const auto title = escape(title_of(model));
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; "
      "media-src data: file: 'self'; script-src 'sha256-" +
      hash_of(script) + "'\">\n<title>" + title + "</title>\n<style>" + style +
      "</style></head>\n<body>\n";
  if (!sound.empty())
    page +=
        "<header><audio controls preload=\"auto\" aria-label=\"The sound of the conversation\" "
        "src=\"" +
        escape(sound) + "\"></audio></header>\n";
  page += "<main>\n" + svg_picture(model) + table_of(model) + "</main>\n";
  if (!sound.empty()) page += std::string("<script>") + script + "</script>\n";
  return page + "</body></html>\n";
}

}  // namespace gemlive::timeline
