// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "async_operation.hpp"

#include <gtest/gtest.h>

#include <optional>

using namespace gemlive;

namespace {

/// An operation whose call to a library ends when the test says so.
class Operation final : public AsyncOperation<Operation, int> {
 public:
  Operation(Done done, bool &alive) : AsyncOperation(std::move(done)), alive_(alive) {
    alive_ = true;
  }
  ~Operation() override { alive_ = false; }

  gpointer start() { return hold(); }
  static void call_back(gpointer data, int value) { release(data)->finish(value); }
  void fail() { finish_later({.message = "failed"}); }
  bool is_cancelled() const { return g_cancellable_is_cancelled(cancellable()); }

 private:
  bool &alive_;
};

class AsyncOperationTest : public testing::Test {
 protected:
  std::shared_ptr<Operation> make() {
    return std::make_shared<Operation>(
        [this](Result<int> result) {
          ++calls_;
          result_ = std::move(result);
          owner_.reset();
        },
        alive_);
  }
  void run_main_loop() {
    while (g_main_context_iteration(nullptr, FALSE)) {
    }
  }

  bool alive_ = false;
  int calls_ = 0;
  std::optional<Result<int>> result_;
  std::shared_ptr<Operation> owner_ = make();
};

TEST_F(AsyncOperationTest, DoneMayDestroyTheOwner) {
  Operation::call_back(owner_->start(), 7);
  ASSERT_EQ(calls_, 1);
  EXPECT_EQ(**result_, 7);
  EXPECT_FALSE(owner_);
  EXPECT_FALSE(alive_);
}

TEST_F(AsyncOperationTest, CancelledOperationLivesUntilTheLibraryCallsBack) {
  auto *held = owner_->start();
  owner_->cancel();
  EXPECT_TRUE(owner_->is_cancelled());
  owner_.reset();
  EXPECT_TRUE(alive_);
  Operation::call_back(held, 7);
  EXPECT_FALSE(alive_);
  EXPECT_EQ(calls_, 0);
}

TEST_F(AsyncOperationTest, CancelAfterTheEndHasNoEffect) {
  const auto operation = owner_;
  Operation::call_back(operation->start(), 7);
  operation->cancel();
  EXPECT_FALSE(operation->is_cancelled());
  EXPECT_EQ(calls_, 1);
}

TEST_F(AsyncOperationTest, AnErrorComesFromTheMainLoop) {
  owner_->fail();
  EXPECT_EQ(calls_, 0);
  run_main_loop();
  ASSERT_EQ(calls_, 1);
  EXPECT_EQ(result_->error().message, "failed");
  EXPECT_FALSE(alive_);
}

TEST_F(AsyncOperationTest, DestroyingTheOwnerCancelsTheError) {
  owner_->fail();
  owner_->cancel();
  owner_.reset();
  EXPECT_FALSE(alive_);
  run_main_loop();
  EXPECT_EQ(calls_, 0);
}

}  // namespace
