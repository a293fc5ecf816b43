// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs a fuzz target without libFuzzer: first the corpus, then random mutations of it for SECONDS.
//   PROGRAM SECONDS SEED FILE_OR_FOLDER...
// Prints the number of inputs. If the target aborts or crashes, the input is saved as crash-input
// in the working folder.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

constexpr std::size_t max_size = 1 << 16;

std::string current;

void keep_input(int signal) {
  if (auto *file = std::fopen("crash-input", "wb")) {
    std::fwrite(current.data(), 1, current.size(), file);
    std::fclose(file);
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(std::string input) {
  current = std::move(input);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t *>(current.data()), current.size());
}

std::vector<std::string> load(int count, char **paths) {
  std::vector<std::string> corpus;
  const auto add = [&](const std::filesystem::path &path) {
    std::ifstream file(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  };
  for (int i = 0; i < count; ++i)
    if (std::filesystem::is_directory(paths[i]))
      for (const auto &entry : std::filesystem::directory_iterator(paths[i]))
        add(entry.path());
    else
      add(paths[i]);
  std::sort(corpus.begin(), corpus.end());
  return corpus;
}

class Mutator {
 public:
  Mutator(const std::vector<std::string> &corpus, unsigned seed) : corpus_(corpus), random_(seed) {}

  std::string next() {
    auto input = any();
    for (auto times = 1 + below(4); times > 0; --times)
      change(input);
    input.resize(std::min(input.size(), max_size));
    return input;
  }

 private:
  std::size_t below(std::size_t limit) {
    return limit == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }
  const std::string &any() { return corpus_[below(corpus_.size())]; }
  std::string piece_of(const std::string &text) {
    const auto at = below(text.size() + 1);
    return text.substr(at, 1 + below(64));
  }

  void change(std::string &input) {
    static constexpr const char *odd[] = {"{",
                                          "}",
                                          "[",
                                          "]",
                                          "\"",
                                          ":",
                                          ",",
                                          "null",
                                          "true",
                                          "1e400",
                                          "-0",
                                          "\\u0000",
                                          "\\",
                                          "\x1b[",
                                          "\xff",
                                          "\xe2\x80\xae",
                                          "9999999999999999999",
                                          ""};
    const auto at = below(input.size() + 1);
    switch (below(6)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(below(256));
        break;
      case 1:
        input.insert(at, odd[below(std::size(odd))]);
        break;
      case 2:
        input.erase(at, 1 + below(16));
        break;
      case 3:
        input.insert(at, piece_of(any()));
        break;
      case 4:
        input.replace(at, below(16), piece_of(any()));
        break;
      case 5:
        input = input.substr(0, at) + piece_of(any());
        break;
    }
  }

  const std::vector<std::string> &corpus_;
  std::mt19937 random_;
};

}  // namespace

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(std::atoi(argv[1]));
  const auto corpus = load(argc - 3, argv + 3);
  if (corpus.empty()) return 2;
  std::signal(SIGABRT, keep_input);
  std::signal(SIGSEGV, keep_input);
  std::size_t inputs = 0;
  for (; inputs < corpus.size(); ++inputs)
    run(corpus[inputs]);
  Mutator mutator(corpus, static_cast<unsigned>(std::atoi(argv[2])));
  for (; std::chrono::steady_clock::now() < until; ++inputs)
    run(mutator.next());
  std::printf("%zu inputs\n", inputs);
}
