// What a long piece of work shows while it runs: one line on stderr that rewrites itself on a
// terminal, or a line every few seconds elsewhere.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace laurel::import {

class Progress {
 public:
  // `done` is read from another thread until this object ends; `total` is what it will reach.
  Progress(std::string what, int64_t total, std::function<int64_t()> done);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void Run();
  void Show() const;

  const std::string what_;
  const int64_t total_;
  const std::function<int64_t()> done_;
  const bool terminal_;
  const int64_t start_us_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

// "12,345".
std::string Grouped(int64_t number);

}  // namespace laurel::import
