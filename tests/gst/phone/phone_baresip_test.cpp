// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// examples/phone, called by baresip: a SIP client that says a WAV file and records what it hears.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "answer_delay.hpp"
#include "phone_fixture.hpp"
#include "read_file.hpp"
#include "rtp_capture.hpp"
#include "rtp_codec.hpp"
#include "samples.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::milliseconds;

/// baresip in a call. The destructor ends it.
class Baresip {
 public:
  /// Of its audio, in Hz.
  static int rate(const RtpCodec &codec) { return codec.samples_per_packet * 50; }

  Baresip(int server_port, const RtpCodec &codec, const std::string &said) {
    const auto question = folder_.write("question.wav", wav(said, rate(codec)));
    folder_.write("config", "module_path " BARESIP_MODULES
                            "\nmodule stdio.so\nmodule g711.so\n"
                            "module opus.so\nmodule aufile.so\nmodule sndfile.so\n"
                            "module_tmp account.so\nmodule_app menu.so\n"
                            "sip_listen 127.0.0.1:0\njitter_buffer_type off\nsnd_path " +
                                folder_.path() + "/\naudio_source aufile," + question +
                                "\nausrc_srate " + std::to_string(rate(codec)) +
                                "\nopus_stereo no\nopus_sprop_stereo no\n");
    folder_.write("accounts",
                  "<sip:test@127.0.0.1>;regint=0;audio_codecs=" + std::string(codec.name) + "\n");
    program_ = std::make_unique<Program>(
        std::vector<std::string>{"baresip", "-f", folder_.path(), "-e",
                                 "/dial sip:model@127.0.0.1:" + std::to_string(server_port)},
        std::vector<std::pair<std::string, std::string>>{});
  }

  void press(const std::string &keys) { program_->type(keys); }
  /// Waits until it hears something.
  bool is_in_call() const {
    return wait_until([this] { return !recorded("dec").empty(); });
  }
  /// Waits until it closes its recording: the header has a size then.
  bool is_hung_up() const {
    return wait_until([this] { return !wav_samples(recording("dec")).empty(); });
  }
  int hang_up() {
    program_->send_signal(SIGTERM);
    return program_->status();
  }
  /// Samples so far: what it has said ("enc") or heard ("dec").
  std::string recorded(const std::string &which) const {
    const auto file = read_file(recording(which));
    return file.size() > 44 ? file.substr(44) : "";
  }

 private:
  /// A path. Empty: there is none yet.
  std::string recording(const std::string &which) const {
    for (const auto &entry : std::filesystem::directory_iterator(folder_.path()))
      if (entry.path().string().ends_with("-" + which + ".wav")) return entry.path().string();
    return "";
  }

  TempFolder folder_;
  std::unique_ptr<Program> program_;
};

/// Where samples of S16LE are loud: the first and the last, in ms. Negative: nowhere.
struct Loud {
  Loud(const std::string &samples, int rate) {
    for (std::size_t i = 0; i + 1 < samples.size(); i += 2) {
      const auto sample = static_cast<std::int16_t>(static_cast<std::uint8_t>(samples[i]) |
                                                    static_cast<std::uint8_t>(samples[i + 1]) << 8);
      if (std::abs(sample) < 1000) continue;
      last = static_cast<int>(static_cast<long>(i / 2) * 1000 / rate);
      if (first < 0) first = last;
    }
  }
  int length() const { return last - first; }

  int first = -1, last = -1;
};

using Times = std::vector<microseconds>;

constexpr auto pause = 700ms;  // between two sounds
constexpr auto not_measured = microseconds::max();

/// The times of each sound.
std::vector<Times> sounds(const Times &times) {
  std::vector<Times> found;
  for (const auto time : times) {
    if (found.empty() || time - found.back().back() >= pause) found.emplace_back();
    found.back().push_back(time);
  }
  return found;
}

/// Delays are those between the packets of baresip and gemlive-phone, by the kernel's clock.
/// baresip's recordings have the sound of the packets, without their times.
class PhoneBaresip : public PhoneFixture, public ::testing::WithParamInterface<const RtpCodec *> {
 protected:
  static const RtpCodec &codec() { return *GetParam(); }
  static int rate() { return Baresip::rate(codec()); }
  static std::string quiet(milliseconds length) {
    return std::string(static_cast<std::size_t>(length.count() * rate() / 1000 * 2), '\0');
  }
  Times said() { return codec().loud_times(capture.sent_from(capture.caller_port(port))); }
  Times heard() { return codec().loud_times(capture.sent_to(capture.caller_port(port))); }
  /// The shortest time from the end of a question to its answer, without the service's own time.
  microseconds answer_time();
  /// From the begin of the second question to the end of the answer to the first one.
  microseconds silence_time();
  microseconds shown(const char *what, microseconds delay) const {
    if (delay != not_measured)
      std::printf("%s: %s after %d ms\n", codec().name, what, static_cast<int>(delay / 1ms));
    return delay;
  }

  RtpCapture capture;
};

microseconds PhoneBaresip::answer_time() {
  auto shortest = not_measured;
  const auto questions = sounds(said());
  const auto answers = heard();
  for (std::size_t turn = 0; turn < questions.size(); ++turn) {
    const auto end = questions[turn].back();
    const auto answer = std::ranges::upper_bound(answers, end);
    const auto own = answer_delay(*service, turn, codec().speech_rate);
    if (answer != answers.end() && own) shortest = std::min(shortest, *answer - end - *own);
  }
  return shortest;
}

microseconds PhoneBaresip::silence_time() {
  const auto questions = sounds(said());
  if (questions.size() != 2) return not_measured;
  const auto begin = questions[1].front();
  for (const auto &answer : sounds(heard()))
    if (answer.front() < begin && answer.back() >= begin) return answer.back() - begin;
  return not_measured;
}

/// The shortest delay of three questions, and of three calls: a busy machine only adds.
TEST_P(PhoneBaresip, HearsTheAnswerWithin200MsOverTheServicesOwnTime) {
  if (!capture.is_possible()) GTEST_SKIP() << "The right to capture packets is missing";
  expect_within(200ms, [this]() -> std::optional<microseconds> {
    serve();
    start();
    const auto question = loud(600ms, rate()) + quiet(2500ms);
    Baresip baresip(port, codec(), quiet(1s) + question + question + question + quiet(60s));
    const bool is_heard =
        baresip.is_in_call() && service->wait_event("turn-complete", 2) &&
        wait_until([&] { return Loud(baresip.recorded("dec"), rate()).length() > 400; });
    EXPECT_EQ(baresip.hang_up(), 0);
    if (!is_heard || !service->wait_event("closed")) return not_measured;
    return shown("the answer", answer_time());
  });
}

TEST_P(PhoneBaresip, HearsSilenceWithin220MsOfBargingIn) {
  if (!capture.is_possible()) GTEST_SKIP() << "The right to capture packets is missing";
  expect_within(220ms, [this]() -> std::optional<microseconds> {
    serve("[]", 20000);
    start();
    Baresip baresip(port, codec(),
                    quiet(2s) + loud(600ms, rate()) + quiet(3s) + loud(600ms, rate()) + quiet(60s));
    const bool is_heard =
        service->wait_event("interrupted") && service->wait_event("turn-started", 1);
    EXPECT_EQ(baresip.hang_up(), 0);
    if (!is_heard) return not_measured;
    return shown("silence", silence_time());
  });
}

TEST_P(PhoneBaresip, PressesKeys) {
  start();
  Baresip baresip(port, codec(), quiet(60s));
  ASSERT_TRUE(baresip.is_in_call());
  baresip.press("42#");
  const auto typed = service->wait_event("content");
  ASSERT_TRUE(typed);
  EXPECT_NE(typed->json_at("/content").find("\"42#\""), std::string::npos)
      << typed->json_at("/content");
  EXPECT_EQ(baresip.hang_up(), 0);
}

TEST_P(PhoneBaresip, IsHungUpOn) {
  start();
  Baresip baresip(port, codec(), quiet(60s));
  ASSERT_TRUE(baresip.is_in_call());
  phone->send_signal(SIGTERM);
  EXPECT_TRUE(baresip.is_hung_up());
  EXPECT_EQ(phone->status(), 0);
}

INSTANTIATE_TEST_SUITE_P(Codecs, PhoneBaresip, ::testing::Values(&pcmu, &pcma, &opus),
                         [](const auto &info) { return std::string(info.param->name); });

}  // namespace
}  // namespace gemlive::test
