// From what the ledger stores to what its rpcs answer, the same for a first answer and a repeated
// one.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "laurel/members/v1/order.pb.h"
#include "laurel/members/v1/wallet.pb.h"
#include "members-svc/domain/chain.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/wallet.h"
#include "members-svc/ledger/command.h"

namespace laurel::members {

// The outside id of an entry: milliseconds, wallet number, part of a hash of the owner, seq. With
// the owner at hand it leads to wallet, day and seq.
base::Uuid EntryIdOf(const base::Uuid& owner_id, int wallet_no, int64_t create_us, int64_t seq);
struct EntryPlace {
  int wallet_no = 0;
  int64_t seq = 0;
  int day = 0;
};
EntryPlace PlaceOf(const base::Uuid& entry_id);

// Owner and seq of the other side of a transfer; none: the entry is no side of one, or does not
// say.
std::optional<std::pair<base::Uuid, int64_t>> CounterpartOf(const LedgerEntry& entry);

members::v1::Entry ToProto(const WalletId& wallet, std::string_view wallet_type,
                           const LedgerEntry& entry);

// The answer of the command that wrote `entry`: the entry itself, or the reservation it is about.
Outcome OutcomeOf(const WalletId& wallet, std::string_view wallet_type, const LedgerEntry& entry);

}  // namespace laurel::members
