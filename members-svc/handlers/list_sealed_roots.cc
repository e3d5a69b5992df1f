#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/base/timestamps.h"
#include "lib/page/page.h"
#include "lib/status/error.h"
#include "members-svc/handlers/ledger_handlers.h"
#include "members-svc/store/seal_rows.h"

namespace laurel::members::handlers {

absl::Status ListSealedRoots(const Deps& deps, const server::Call& call,
                             const v1::ListSealedRootsRequest& request,
                             v1::ListSealedRootsResponse* response) {
  const base::Uuid program_id = *base::DecodeId("prg", request.program_id());
  const std::string filter = absl::StrCat("ListSealedRoots/", request.program_id());
  LAUREL_ASSIGN_OR_RETURN(const std::string position, page::Position(request.page_token(), filter));
  int64_t before = kNeverUs;
  if (!position.empty() && !absl::SimpleAtoi(position, &before)) {
    return absl::InternalError("a page token of our own does not parse");
  }
  const auto size = static_cast<size_t>(page::Size(request.page_size()));
  return deps.pool.Read(call.deadline, [&](db::Tx& tx) -> absl::Status {
    response->Clear();
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("list_sealed_roots", program_id, before,
                                                          static_cast<int64_t>(size) + 1));
    int64_t last_us = 0;
    for (size_t i = 0; i < std::min(rows.size(), size); ++i) {
      const SealedRoot sealed = SealedRootOf(rows[i]);
      v1::SealedRoot* out = response->add_roots();
      base::SetTimestamp(absl::FromUnixMicros(sealed.start_us), out->mutable_start_time());
      base::SetTimestamp(absl::FromUnixMicros(sealed.seal_us), out->mutable_seal_time());
      out->set_wallet_count(sealed.fold.wallet_count);
      out->set_order_count(sealed.fold.order_count);
      out->set_root(absl::BytesToHexString(sealed.root));
      last_us = sealed.start_us;
    }
    if (rows.size() > size) {
      response->set_next_page_token(page::Token(std::to_string(last_us), filter));
    }
    return absl::OkStatus();
  });
}

}  // namespace laurel::members::handlers
