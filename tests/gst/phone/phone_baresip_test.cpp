// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// examples/phone, called by baresip: a SIP client that says a WAV file and records what it hears.

#include <csignal>
#include <cstdio>
#include <filesystem>

#include "answer_delay.hpp"
#include "phone_fixture.hpp"
#include "read_file.hpp"
#include "rtp_capture.hpp"
#include "samples.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// baresip in a call. The destructor ends it.
class Baresip {
 public:
  Baresip(int server_port, const std::string &codec, const std::string &said)
      : rate_(codec == "opus" ? 48000 : 8000) {
    const auto question = folder_.write("question.wav", wav(said, rate_));
    folder_.write("config", "module_path " BARESIP_MODULES
                            "\nmodule stdio.so\nmodule g711.so\n"
                            "module opus.so\nmodule aufile.so\nmodule sndfile.so\n"
                            "module_tmp account.so\nmodule_app menu.so\n"
                            "sip_listen 127.0.0.1:0\njitter_buffer_type off\nsnd_path " +
                                folder_.path() + "/\naudio_source aufile," + question +
                                "\nausrc_srate " + std::to_string(rate_) +
                                "\nopus_stereo no\nopus_sprop_stereo no\n");
    folder_.write("accounts", "<sip:test@127.0.0.1>;regint=0;audio_codecs=" + codec + "\n");
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
  int rate() const { return rate_; }
  /// Samples so far: what it has said ("enc") or heard ("dec").
  std::string recorded(const std::string &which) const {
    const auto file = read_file(recording(which));
    return file.size() > 44 ? file.substr(44) : "";
  }
  /// How much later the recording of what it heard begins, in ms, if both end together. They do not
  /// quite: hanging up ends it first. phone_media_test measures exactly.
  int delay() const {
    const auto more = recorded("enc").size() - recorded("dec").size();
    return static_cast<int>(static_cast<long>(more / 2) * 1000 / rate_);
  }

 private:
  /// A path. Empty: there is none yet.
  std::string recording(const std::string &which) const {
    for (const auto &entry : std::filesystem::directory_iterator(folder_.path()))
      if (entry.path().string().ends_with("-" + which + ".wav")) return entry.path().string();
    return "";
  }

  int rate_;
  TempFolder folder_;
  std::unique_ptr<Program> program_;
};

/// Where samples of S16LE are loud: the first and the last, in ms. Negative: nowhere.
struct Loud {
  Loud(const std::string &samples, int rate, int from = 0) {
    for (auto i = static_cast<std::size_t>(from * rate / 1000 * 2); i + 1 < samples.size();
         i += 2) {
      const auto sample = static_cast<std::int16_t>(static_cast<std::uint8_t>(samples[i]) |
                                                    static_cast<std::uint8_t>(samples[i + 1]) << 8);
      if (std::abs(sample) < 1000) continue;
      last = static_cast<int>(static_cast<long>(i / 2) * 1000 / rate);
      if (first < 0) first = last;
    }
  }
  int first = -1, last = -1;
};

using Times = std::vector<std::chrono::microseconds>;

/// When the loud packets were sent.
Times loud_times(const std::vector<RtpPacket> &packets) {
  Times times;
  for (const auto &packet : packets)
    if (packet.is_loud()) times.push_back(packet.time);
  return times;
}

/// The index of the first one behind a pause of 700 ms.
std::size_t second_sound(const Times &times) {
  std::size_t i = 1;
  while (i < times.size() && times[i] - times[i - 1] < 700ms)
    ++i;
  return i;
}

class PhoneBaresip : public PhoneFixture, public ::testing::WithParamInterface<const char *> {
 protected:
  static std::string quiet(milliseconds length, int rate) {
    return std::string(static_cast<std::size_t>(length.count() * rate / 1000 * 2), '\0');
  }
  /// The same figure, from the packets between baresip and gemlive-phone. baresip begins each of
  /// its recordings at another time, and has buffers in between. Opus is not decoded here.
  void print_from_packets(const char *what, bool barging_in);
  static int rate() { return std::string(GetParam()) == "opus" ? 48000 : 8000; }

  RtpCapture capture;
};

void PhoneBaresip::print_from_packets(const char *what, bool barging_in) {
  if (!capture.is_possible() || rate() != 8000) return;
  const auto rtp = capture.caller_port(port);
  const auto said = loud_times(capture.sent_from(rtp)), heard = loud_times(capture.sent_to(rtp));
  ASSERT_FALSE(said.empty() || heard.empty());
  const auto figure =
      barging_in ? heard[second_sound(heard) - 1] - said.at(second_sound(said))
                 : heard.front() - said.back() - answer_delay(*service, 0, rate()).value_or(0us);
  std::printf("%s: %s after %d ms, by the packets\n", GetParam(), what,
              static_cast<int>(figure / 1ms));
}

TEST_P(PhoneBaresip, HearsTheAnswerInTime) {
  expect_within(400ms, [this]() -> std::optional<std::chrono::microseconds> {
    serve();
    start();
    Baresip baresip(port, GetParam(), quiet(1s, rate()) + loud(600ms, rate()) + quiet(60s, rate()));
    EXPECT_TRUE(baresip.is_in_call());
    EXPECT_TRUE(service->wait_event("turn-complete"));
    EXPECT_TRUE(wait_until([&] { return Loud(baresip.recorded("dec"), rate()).first >= 0; }));
    EXPECT_EQ(baresip.hang_up(), 0);
    EXPECT_TRUE(service->wait_event("closed"));
    print_from_packets("the answer", false);
    const Loud said(baresip.recorded("enc"), rate()), heard(baresip.recorded("dec"), rate());
    const auto figure = milliseconds(heard.first + baresip.delay() - said.last) - 800ms;
    std::printf("%s: the answer after %lld ms, by baresip's recordings\n", GetParam(),
                static_cast<long long>(figure.count()));
    return figure;
  });
}

TEST_P(PhoneBaresip, BargesIn) {
  expect_within(440ms, [this]() -> std::optional<std::chrono::microseconds> {
    serve("[]", 20000);
    start();
    Baresip baresip(port, GetParam(),
                    quiet(2s, rate()) + loud(600ms, rate()) + quiet(3s, rate()) +
                        loud(600ms, rate()) + quiet(60s, rate()));
    EXPECT_TRUE(service->wait_event("interrupted"));
    EXPECT_TRUE(service->wait_event("turn-started", 1));
    EXPECT_EQ(baresip.hang_up(), 0);
    print_from_packets("silence", true);
    const auto heard = baresip.recorded("dec");
    const Loud said(baresip.recorded("enc"), rate(), 4000);
    // The second answer begins 800 ms after the speech.
    const auto end =
        static_cast<std::size_t>((said.first + 1000 - baresip.delay()) * rate() / 1000 * 2);
    const Loud first_answer(heard.substr(0, end), rate());
    const milliseconds figure(first_answer.last + baresip.delay() - said.first);
    std::printf("%s: silence after %lld ms, by baresip's recordings\n", GetParam(),
                static_cast<long long>(figure.count()));
    return figure;
  });
}

TEST_P(PhoneBaresip, PressesKeys) {
  start();
  Baresip baresip(port, GetParam(), quiet(60s, rate()));
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
  Baresip baresip(port, GetParam(), quiet(60s, rate()));
  ASSERT_TRUE(baresip.is_in_call());
  phone->send_signal(SIGTERM);
  EXPECT_TRUE(baresip.is_hung_up());
  EXPECT_EQ(phone->status(), 0);
}

INSTANTIATE_TEST_SUITE_P(Codecs, PhoneBaresip, ::testing::Values("pcmu", "pcma", "opus"),
                         [](const auto &info) { return std::string(info.param); });

}  // namespace
}  // namespace gemlive::test
