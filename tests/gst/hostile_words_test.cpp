// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Texts of a server can reach a terminal: in messages, errors and the log.

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "frame.hpp"
#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"
#include "text.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

/// As JSON: C0 and C1 sequences that clear the screen, NUL, DEL, bidi controls, a lone surrogate.
const std::string words = R"(so\u001b[2J\u009b2J\u0000\u007f\u202etxt.exe\u2066\u0085 far)";
/// The same as bytes, followed by invalid UTF-8.
const std::string bytes =
    "so\x1b[2J\xc2\x9b\x32J\x7f\xe2\x80\xaetxt.exe\xe2\x81\xa6\xc2\x85 far\xff\xc3(";

bool is_clean(const std::string &text) {
  return text::printable(text) == text && g_utf8_validate(text.c_str(), -1, nullptr);
}

/// The strings in `structure`, at any depth, that are not printable.
void find_dirt(const GstStructure *structure, std::vector<std::string> &dirt) {
  const auto look = [](GQuark name, const GValue *value, gpointer data) -> gboolean {
    auto &found = *static_cast<std::vector<std::string> *>(data);
    if (GST_VALUE_HOLDS_STRUCTURE(value)) {
      find_dirt(gst_value_get_structure(value), found);
    } else if (G_VALUE_HOLDS_STRING(value)) {
      const char *text = g_value_get_string(value);
      if (text && !is_clean(text)) found.push_back(std::string(g_quark_to_string(name)) + text);
    }
    return TRUE;
  };
  gst_structure_foreach(structure, look, &dirt);
}

void find_dirt(GstMessage *message, std::vector<std::string> &dirt) {
  const bool error = GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
  if (error || GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING) {
    ErrorPtr told;
    char *debug = nullptr;
    (error ? gst_message_parse_error : gst_message_parse_warning)(message, out(told), &debug);
    const StrPtr owner(debug);
    if (!is_clean(told->message)) dirt.push_back(told->message);
    if (debug && !is_clean(debug)) dirt.push_back(debug);
    const GstStructure *details = nullptr;
    (error ? gst_message_parse_error_details : gst_message_parse_warning_details)(message,
                                                                                  &details);
    if (details) find_dirt(details, dirt);
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT) {
    find_dirt(gst_message_get_structure(message), dirt);
  }
}

/// Records the log of the plugin. Any thread.
class LogTap {
 public:
  LogTap() {
    gst_debug_remove_log_function(gst_debug_log_default);
    gst_debug_add_log_function(take, this, nullptr);
    gst_debug_set_active(TRUE);
    gst_debug_set_threshold_from_string("gemlive*:9", FALSE);
  }
  ~LogTap() {
    gst_debug_set_threshold_from_string("gemlive*:0", FALSE);
    gst_debug_remove_log_function(take);
    gst_debug_add_log_function(gst_debug_log_default, nullptr, nullptr);
  }
  LogTap(const LogTap &) = delete;
  LogTap &operator=(const LogTap &) = delete;

  std::vector<std::string> lines() {
    std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  static void take(GstDebugCategory *category, GstDebugLevel, const char *, const char *, gint,
                   GObject *, GstDebugMessage *message, gpointer self) {
    if (!g_str_has_prefix(gst_debug_category_get_name(category), "gemlive")) return;
    auto *tap = static_cast<LogTap *>(self);
    std::lock_guard lock(tap->mutex_);
    tap->lines_.emplace_back(gst_debug_message_get(message));
  }

  std::mutex mutex_;
  std::vector<std::string> lines_;
};

class HostileWords : public ::testing::Test {
 protected:
  void serve(const std::string &steps) {
    simulator = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--voice", "tone", "--tone-duration", "200", "--speed", "0",
                                 "--turn-complete", "now"},
        "[" + steps + "]");
    pipeline = std::make_unique<Pipeline>(
        "filesrc location=" + question.path() +
        " ! wavparse ! gemlive name=g pacing=none tool-timeout=100 uri=" + simulator->uri() +
        " ! fakesink  g.output_transcript ! fakesink name=captions");
  }
  static std::string on_turn(const std::string &actions) {
    return R"({"when":{"on":"turn"},"do":[)" + actions + "]}";
  }
  static std::string send(const std::string &message) {
    return R"({"send-text":)" + quoted("{" + message + "}") + "}";
  }
  static std::string content(const std::string &members) {
    return send("\"serverContent\":{" + members + "}");
  }
  /// WebSocket frames that are not JSON, as hex for the script.
  static std::string raw(Opcode opcode, const std::string &payload) {
    std::string frame, hex;
    append_frame(frame, opcode, payload);
    for (const unsigned char byte : frame) {
      char digits[3];
      g_snprintf(digits, sizeof digits, "%02x", byte);
      hex += digits;
    }
    return R"({"raw":")" + hex + "\"}";
  }
  static std::string quoted(const std::string &text) {
    std::string result = "\"";
    for (const char c : text)
      result += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return result + '"';
  }

  /// Plays until EOS or an error, and checks all messages.
  void play_and_look() {
    Tap captions((*pipeline)["captions"]);
    ASSERT_TRUE(pipeline->play());
    std::vector<std::string> dirt;
    bool over = false;
    while (!over) {
      const auto message = pipeline->wait([](GstMessage *) { return true; });
      ASSERT_TRUE(message);
      look(message.get(), dirt);
      over = GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS ||
             GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR;
    }
    pipeline->set_state(GST_STATE_NULL);
    for (const auto &line : log.lines())
      if (!is_clean(line)) dirt.push_back(line);
    if (!is_clean(captions.bytes())) dirt.push_back(captions.bytes());
    for (const auto &text : dirt)
      ADD_FAILURE() << text::excerpt(text);
    EXPECT_GT(log.lines().size(), 0u);
  }
  void look(GstMessage *message, std::vector<std::string> &dirt) {
    find_dirt(message, dirt);
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING) warnings.push_back(describe(message));
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) error = describe(message);
    if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ELEMENT) return;
    StrPtr text(gst_structure_to_string(gst_message_get_structure(message)));
    all += text.get();
    all += '\n';
  }
  bool told(const std::string &what) const { return all.find(what) != all.npos; }

  LogTap log;
  TempFile question{wav(loud(500ms)), ".wav"};
  std::unique_ptr<SimulatorProcess> simulator;
  std::unique_ptr<Pipeline> pipeline;
  std::vector<std::string> warnings;
  std::string error;
  std::string all;  // ELEMENT messages
};

TEST_F(HostileWords, InTranscriptsAndEvents) {
  const auto text = "{\"text\":\"" + words + "\"}";
  serve(on_turn(
      content("\"inputTranscription\":" + text) + "," + content("\"outputTranscription\":" + text) +
      "," + content("\"interimInputTranscription\":" + text) + "," +
      content("\"modelTurn\":{\"parts\":[" + text + "]}") + "," +
      content("\"" + words + "\":\"" + words + "\"") + "," +
      send("\"usageMetadata\":{\"totalTokenCount\":1,\"" + words + "\":\"" + words + "\"}") +
      R"(,{"answer":{"reason":")" + words + "\"}}"));
  play_and_look();
  EXPECT_EQ(error, "");
  EXPECT_TRUE(told("gemlive/output-transcript"));
  EXPECT_TRUE(told("txt.exe"));
  EXPECT_TRUE(told("gemlive/server-message"));
  EXPECT_TRUE(told("gemlive/usage"));
  EXPECT_TRUE(warnings.empty()) << warnings[0];
}

TEST_F(HostileWords, InToolCalls) {
  serve(on_turn(send("\"toolCall\":{\"functionCalls\":[{\"id\":\"" + words + "\",\"name\":\"" +
                     words + "\",\"args\":{\"" + words + "\":\"" + words + "\"}}]}") +
                "," + send("\"toolCallCancellation\":{\"ids\":[\"" + words + "\"]}")));
  g_object_set((*pipeline)["g"], "tools",
               R"([{"functionDeclarations":[{"name":"f","description":"x"}]}])", nullptr);
  play_and_look();
  EXPECT_EQ(error, "");
  EXPECT_TRUE(simulator->wait_event("turn-complete"));
}

TEST_F(HostileWords, InvalidUtf8IsOneWarningHoweverOften) {
  const auto message = "{\"serverContent\":{\"outputTranscription\":{\"text\":\"" + bytes + "\"}}}";
  serve(on_turn(raw(Opcode::binary, message) + "," + raw(Opcode::binary, message)));
  play_and_look();
  EXPECT_EQ(error, "");
  EXPECT_EQ(warnings.size(), 1u);
}

TEST_F(HostileWords, InTheReasonOfAClose) {
  serve(on_turn(raw(Opcode::close, "\x03\xf0" + bytes.substr(0, bytes.find('\xff')))));
  play_and_look();
  EXPECT_NE(error.find("txt.exe"), std::string::npos) << error;
}

TEST_F(HostileWords, InAReasonThatIsNoUtf8) {
  serve(R"({"when":{"on":"setup"},"do":)" + raw(Opcode::close, "\x03\xf0" + bytes) + "}");
  play_and_look();
  EXPECT_NE(error, "");
}

TEST_F(HostileWords, InTheAnswerToTheUpgrade) {
  serve(R"({"when":{"on":"connect"},"do":{"refuse":403,"headers":{"X-Why":"so)"
        "\\u0007"
        R"("},"body":")" +
        words + "\"}}");
  play_and_look();
  EXPECT_NE(error.find("403"), std::string::npos) << error;
}

}  // namespace
}  // namespace gemlive::test
