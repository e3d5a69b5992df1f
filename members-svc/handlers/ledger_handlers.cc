#include "members-svc/handlers/ledger_handlers.h"

#include "lib/base/bucket.h"
#include "lib/status/error.h"
#include "members-svc/ledger/answers.h"
#include "members-svc/store/campaign_cache.h"
#include "members-svc/store/household_store.h"
#include "members-svc/store/ledger_rows.h"
#include "members-svc/store/wallet_reads.h"

namespace laurel::members::handlers {

absl::StatusOr<std::shared_ptr<const ProgramRules>> RulesForMember(const Deps& deps, db::Tx& tx,
                                                                   const base::Uuid& program_id,
                                                                   const base::Uuid& member_id) {
  LAUREL_RETURN_IF_ERROR(CheckMember(tx, program_id, member_id));
  return deps.campaigns.Current(tx, program_id);
}

absl::StatusOr<const WalletTypeRules*> WalletTypeOf(const ProgramRules& rules,
                                                    const std::string& code) {
  const WalletTypeRules* type = rules.FindWalletType(code);
  if (type != nullptr) return type;
  return status::NotFound("WALLET_TYPE_NOT_FOUND", "No such wallet type.");
}

std::string CodeOf(const ProgramRules& rules, int wallet_no) {
  const WalletTypeRules* type = rules.WalletTypeByNumber(wallet_no);
  return type == nullptr ? "" : type->policy.code();
}

absl::StatusOr<WrittenEntry> FindEntry(db::Tx& tx, const ProgramRules& rules,
                                       const base::Uuid& member_id, const base::Uuid& entry_id) {
  const EntryPlace place = PlaceOf(entry_id);
  std::vector<base::Uuid> owners = {member_id};
  const WalletTypeRules* type = rules.WalletTypeByNumber(place.wallet_no);
  if (type != nullptr && type->policy.has_pool()) {
    LAUREL_ASSIGN_OR_RETURN(const base::Uuid owner,
                            WalletOwnerOf(tx, rules.program_id, member_id, *type));
    if (owner != member_id) owners.push_back(owner);
  }
  for (const base::Uuid& owner : owners) {
    db::ArrayBuilder bucket, owner_id, number, seq, day;
    bucket.Add(base::BucketOf(owner));
    owner_id.Add(owner);
    number.Add(place.wallet_no);
    seq.Add(place.seq);
    day.Add(place.day);
    if (type == nullptr) break;
    LAUREL_ASSIGN_OR_RETURN(const db::Rows rows,
                            tx.Query("read_entries_by_seq", bucket.Take(), owner_id.Take(),
                                     number.Take(), seq.Take(), day.Take()));
    if (rows.empty()) continue;
    LAUREL_ASSIGN_OR_RETURN(WrittenEntry found, EntryOf(rows[0]));
    if (found.wallet.program_id == rules.program_id &&
        EntryIdOf(owner, place.wallet_no, found.entry.create_us, place.seq) == entry_id) {
      return found;
    }
  }
  return status::NotFound("ENTRY_NOT_FOUND", "No such entry.");
}

}  // namespace laurel::members::handlers
