#include "lib/base/sha256.h"

#include <openssl/evp.h>

#include <memory>

#include "lib/base/check.h"

namespace laurel::base {

std::string Sha256(std::string_view data) {
  // OpenSSL 3 looks the algorithm up, under a lock, in every call of SHA256(): three times the cost
  // of hashing a short text (measured).
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  std::string digest(kSha256Size, '\0');
  unsigned int size = 0;
  LAUREL_CHECK(EVP_DigestInit_ex2(context.get(), kAlgorithm, nullptr) == 1);
  LAUREL_CHECK(EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1);
  LAUREL_CHECK(EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()),
                                  &size) == 1);
  LAUREL_CHECK(size == kSha256Size);
  return digest;
}

}  // namespace laurel::base
