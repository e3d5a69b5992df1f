#include "referrals-svc/domain/code.h"

namespace laurel::referrals {
namespace {

constexpr std::string_view kAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kFairBytes = 256 / kAlphabet.size() * kAlphabet.size();

}  // namespace

std::optional<std::string> CodeFrom(std::string_view random_bytes) {
  std::string code;
  for (const char c : random_bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= kFairBytes) continue;  // it would favour the first characters
    code.push_back(kAlphabet[byte % kAlphabet.size()]);
    if (code.size() == kCodeLength) return code;
  }
  return std::nullopt;
}

std::optional<std::string> NormaliseCode(std::string_view typed) {
  std::string code;
  for (char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (kAlphabet.find(c) == std::string_view::npos) return std::nullopt;
    code.push_back(c);
  }
  if (code.size() != kCodeLength) return std::nullopt;
  return code;
}

}  // namespace laurel::referrals
