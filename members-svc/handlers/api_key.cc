#include "members-svc/handlers/api_key.h"

#include "absl/strings/escaping.h"
#include "lib/base/sha256.h"
#include "lib/crypto/personal.h"

namespace laurel::members::handlers {
namespace {

constexpr size_t kKeyBytes = 32;

}  // namespace

FreshKey MakeApiKey(base::IdSource& ids, absl::Time now) {
  FreshKey key;
  key.id = ids.Next(now);
  key.text = "lk_" + absl::WebSafeBase64Escape(ids.RandomBytes(kKeyBytes));
  key.hash = base::Sha256(key.text);
  return key;
}

}  // namespace laurel::members::handlers
