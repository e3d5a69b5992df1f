// A folder of its own with real certificates, for tests of everything that speaks TLS.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/tls/tls.h"

namespace laurel::testing {

// A temporary folder; gone with the object.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  std::string Path(const std::string& name) const { return path_ + "/" + name; }
  // Writes a file and returns its path.
  std::string Write(const std::string& name, const std::string& content) const;

 private:
  std::string path_;
};

// An authority and what it has signed, as PEM files in a folder of its own.
class Authority {
 public:
  Authority();
  ~Authority();
  // A certificate with this common name and DNS name (and localhost), good for both ends.
  tls::Files Issue(const std::string& name) const;
  std::string ca_file() const { return dir_.Path("ca.crt"); }

 private:
  struct Keys;
  TempDir dir_;
  std::unique_ptr<Keys> keys_;
};

}  // namespace laurel::testing
