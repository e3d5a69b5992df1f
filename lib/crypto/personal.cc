#include "lib/crypto/personal.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <sodium.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "lib/base/check.h"
#include "lib/base/strings.h"

namespace laurel::crypto {
namespace {

constexpr size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* Data(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}
unsigned char* Data(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

absl::StatusOr<std::string> KeyFromHex(std::string_view hex) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(base::ToAbsl(hex));
  if (trimmed.size() != 2 * kKeyBytes) {
    return absl::InvalidArgumentError("a key file must hold 64 hex digits");
  }
  for (const char c : trimmed) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) {
      return absl::InvalidArgumentError("a key file must hold 64 hex digits");
    }
  }
  LAUREL_CHECK(sodium_init() >= 0);
  return absl::HexStringToBytes(trimmed);
}

std::string Encrypt(std::string_view key, std::string_view context, std::string_view plain) {
  std::string out(kNonceBytes + plain.size() + kTagBytes, '\0');
  randombytes_buf(out.data(), kNonceBytes);
  unsigned long long written = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(Data(out) + kNonceBytes, &written, Data(plain),
                                             plain.size(), Data(context), context.size(), nullptr,
                                             Data(out), Data(key));
  return out;
}

absl::StatusOr<std::string> Decrypt(std::string_view key, std::string_view context,
                                    std::string_view sealed) {
  if (sealed.size() < kNonceBytes + kTagBytes) return absl::DataLossError("sealed text too short");
  std::string out(sealed.size() - kNonceBytes - kTagBytes, '\0');
  unsigned long long written = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          Data(out), &written, nullptr, Data(sealed) + kNonceBytes, sealed.size() - kNonceBytes,
          Data(context), context.size(), Data(sealed), Data(key)) != 0) {
    return absl::DataLossError("sealed text does not open with this key and context");
  }
  return out;
}

}  // namespace

absl::StatusOr<KeyRing> KeyRing::Make(std::string_view master_key_hex) {
  auto key = KeyFromHex(master_key_hex);
  if (!key.ok()) return key.status();
  return KeyRing(*std::move(key));
}

std::string KeyRing::NewWrappedKey(std::string_view context) const {
  std::string key(kKeyBytes, '\0');
  randombytes_buf(key.data(), key.size());
  std::string wrapped = Encrypt(master_key_, context, key);
  sodium_memzero(key.data(), key.size());
  return wrapped;
}

absl::StatusOr<std::string> KeyRing::Seal(std::string_view wrapped_key,
                                          std::string_view key_context, std::string_view context,
                                          std::string_view plain) const {
  auto key = Decrypt(master_key_, key_context, wrapped_key);
  if (!key.ok()) return key.status();
  std::string sealed = Encrypt(*key, context, plain);
  sodium_memzero(key->data(), key->size());
  return sealed;
}

absl::StatusOr<std::string> KeyRing::Open(std::string_view wrapped_key,
                                          std::string_view key_context, std::string_view context,
                                          std::string_view sealed) const {
  auto key = Decrypt(master_key_, key_context, wrapped_key);
  if (!key.ok()) return key.status();
  auto plain = Decrypt(*key, context, sealed);
  sodium_memzero(key->data(), key->size());
  return plain;
}

absl::StatusOr<BlindIndex> BlindIndex::Make(std::string_view key_hex) {
  auto key = KeyFromHex(key_hex);
  if (!key.ok()) return key.status();
  return BlindIndex(*std::move(key));
}

std::string BlindIndex::Of(std::string_view program_id, std::string_view kind,
                           std::string_view value) const {
  std::string text(program_id);
  text.push_back('\0');
  text += kind;
  text.push_back('\0');
  text += value;
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  unsigned int length = 0;
  LAUREL_CHECK(HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), Data(text),
                    text.size(), Data(digest), &length) != nullptr);
  return digest;
}

}  // namespace laurel::crypto
