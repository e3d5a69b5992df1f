#include "lib/config/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "lib/status/error.h"

namespace laurel::config {
namespace {

constexpr size_t kMaxBytes = 16 << 20;

absl::Status SystemError(std::string_view what, const std::string& path, int error) {
  const auto code = error == ENOENT ? absl::StatusCode::kNotFound : absl::StatusCode::kUnavailable;
  return status::Error(code, "FILE_UNUSABLE",
                       std::string(what) + " " + path + ": " + std::strerror(error));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return SystemError("cannot read", path, errno);
  std::string content;
  char chunk[16384];
  while (true) {
    const ssize_t count = read(fd, chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    const int error = count < 0 ? errno : EFBIG;
    if (count < 0 || content.size() > kMaxBytes) {
      close(fd);
      return SystemError("cannot read", path, error);
    }
    if (count == 0) break;
    content.append(chunk, static_cast<size_t>(count));
  }
  close(fd);
  return content;
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view content) {
  const std::string temporary = path + ".tmp." + std::to_string(getpid());
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return SystemError("cannot write", temporary, errno);
  int error = 0;
  while (!content.empty() && error == 0) {
    const ssize_t count = write(fd, content.data(), content.size());
    if (count >= 0) {
      content.remove_prefix(static_cast<size_t>(count));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  close(fd);
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return absl::OkStatus();
  unlink(temporary.c_str());
  return SystemError("cannot write", path, error);
}

}  // namespace laurel::config
