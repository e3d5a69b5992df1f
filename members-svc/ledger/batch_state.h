// What one attempt at a batch knows and has decided: loaded by load.cc, changed by decide.cc,
// written by store.cc. Lives for one transaction.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "laurel/events/v1/event.pb.h"
#include "lib/db/values.h"
#include "members-svc/domain/chain.h"
#include "members-svc/domain/earning.h"
#include "members-svc/domain/household.h"
#include "members-svc/domain/member_facts.h"
#include "members-svc/domain/program_rules.h"
#include "members-svc/domain/wallet.h"
#include "members-svc/ledger/command.h"

namespace laurel::members {

struct MemberState {
  base::Uuid program_id = {};
  bool blocked = false;
  bool household = false;  // not a person: the owner of pools
};

// A wallet as loaded, and as it stands after what has been decided.
struct WalletState {
  WalletId id;
  int bucket = 0;
  bool exists = false;
  int64_t loaded_seq = 0;
  db::Place place;  // of the head's row, if there is one
  Wallet wallet;
};

// An entry and its wallet.
struct WrittenEntry {
  WalletId wallet;
  int bucket = 0;
  LedgerEntry entry;
};

struct StoredOrder {
  base::Uuid order_id = {};
  base::Uuid program_id = {};
  base::Uuid member_id = {};
  int64_t create_us = 0;
  int64_t occur_us = 0;
  int64_t total_minor_units = 0;
  base::Uuid request_key = {};
  std::string content_hash = {};
  std::string content = {};  // a serialised laurel.members.v1.Order
  // Under which it was kept until now; zero: it was not.
  base::Uuid unmatched_id = {};
  // Its request's key has an entry in the directory besides that of its external id.
  bool request_in_directory = false;
};

// A row of order_returns.
struct StoredReturn {
  base::Uuid order_id = {};
  int return_no = 0;
  base::Uuid program_id = {};
  base::Uuid member_id = {};
  int64_t create_us = 0;
  int64_t occur_us = 0;
  base::Uuid request_key = {};
  std::string content_hash = {};
  std::string content = {};  // a serialised laurel.members.v1.OrderReturn
};

// A row of occurrences.
struct StoredOccurrence {
  base::Uuid occurrence_key = {};  // OccurrenceKeyOf
  base::Uuid occurrence_id = {};
  base::Uuid program_id = {};
  base::Uuid member_id = {};
  std::string trigger_key = {};
  std::string ref = {};
  int64_t create_us = 0;
  int64_t occur_us = 0;
  base::Uuid request_key = {};
  std::string content_hash = {};
  std::string content = {};  // a serialised laurel.members.v1.Activity
  std::string sealed = {};
  bool is_new = false;
};

struct ReservationState {
  base::Uuid reservation_id = {};
  base::Uuid program_id = {};
  base::Uuid owner_id = {};
  int wallet_no = 0;
  int state = 1;  // laurel.members.v1.ReservationState
  int64_t amount = 0;
  int64_t captured_amount = 0;
  Lots lots = {};
  int64_t create_us = 0;
  int64_t expire_us = 0;
  int64_t end_us = 0;
  bool is_new = false;
  bool ended_now = false;
};

// What a campaign gave beside points: a reward, or an attribute of the member.
struct CampaignGrant {
  base::Uuid program_id = {};
  base::Uuid member_id = {};
  base::Uuid request_key = {};
  members::v1::RuleResult result = {};
};

struct CounterState {
  LimitUse loaded;
  LimitUse now;
  bool exists = false;
  db::Place place = {};  // of its row, if there is one
};

// An entry's place: owner, wallet number, seq.
using EntryKey = std::tuple<base::Uuid, int, int64_t>;

// What has been done about an entry since it was written.
struct EntryMark {
  enum PendingEnd { kOpen = 0, kActivated = 1, kCancelled = 2 };
  int64_t undone = 0;              // of its points, taken back or given back, or forgiven
  PendingEnd pending_end = kOpen;  // by a command; not by time
  int64_t expire_us = kNeverUs;    // of its lot since it was activated
  int64_t reversed_seq = 0;        // of the reversal that undid it; 0: none has
  bool changed = false;
};

// A redemption that has paid for an order: its key leads to that in order_directory.
struct OrderSpend {
  base::Uuid key = {};
  base::Uuid program_id = {};
  base::Uuid order_id = {};
};

// What an order has spent and earned, in the order in which a return looks at it, and its returns
// so far, those decided in this batch included.
struct OrderToReturn {
  std::vector<EntryKey> redemptions;
  std::vector<EntryKey> accruals;
  std::vector<members::v1::OrderReturn> returns;
};

struct BatchState {
  int64_t now_us = 0;  // time of recording: above that of every wallet's newest entry

  // Loaded.
  absl::flat_hash_map<base::Uuid, std::shared_ptr<const ProgramRules>> rules;
  std::vector<base::Uuid> member_ids;  // per command; zero: no such member
  absl::flat_hash_map<base::Uuid, MemberState> members;
  absl::flat_hash_map<std::pair<base::Uuid, int>, std::unique_ptr<WalletState>> wallets;
  absl::flat_hash_map<base::Uuid, WrittenEntry> entries_by_key;
  absl::flat_hash_map<base::Uuid, StoredOrder> orders_by_key;
  // What has happened beside orders, by its key, and under which key a request has recorded it.
  absl::flat_hash_map<base::Uuid, StoredOccurrence> occurrences;
  absl::flat_hash_map<base::Uuid, base::Uuid> occurrence_of_request;
  // Members and activity types to which a consent holds until the batch has ended.
  absl::flat_hash_set<std::pair<base::Uuid, std::string>> consents;
  absl::flat_hash_map<base::Uuid, base::Uuid> order_directory;  // key of DirectoryKeyOf → order
  absl::flat_hash_map<base::Uuid, ReservationState> reservations;
  absl::flat_hash_map<std::pair<base::Uuid, LimitKey>, CounterState> counters;
  absl::flat_hash_map<base::Uuid, MemberFacts> facts;  // of members, as far as rules ask
  std::map<EntryKey, WrittenEntry> referred;           // entries that commands name
  std::map<EntryKey, WrittenEntry> extensions;  // of the wallets of accruals that commands name
  std::map<EntryKey, int64_t> refunded;  // → the refund's seq; 0: loaded as refunded before
  // Programme and wallet number → how far one person may adjust alone.
  absl::flat_hash_map<std::pair<base::Uuid, int>, int64_t> adjustment_limits;
  std::map<EntryKey, EntryMark> marks;  // loaded, and as decided
  // All entries of wallets in which a credit that is to be taken back may have expired in part.
  absl::flat_hash_map<std::pair<base::Uuid, int>, std::vector<LedgerEntry>> histories;

  // Of programmes with pools: all that the members of the batch ever were in, the earlier first.
  absl::flat_hash_map<base::Uuid, std::vector<Membership>> memberships;
  // Of those that members leave: how many are in it, and the entries of its pools since they
  // joined.
  absl::flat_hash_map<base::Uuid, int64_t> household_sizes;
  std::map<EntryKey, WrittenEntry> pool_entries;

  absl::flat_hash_map<base::Uuid, OrderToReturn> orders_to_return;  // by order id
  absl::flat_hash_map<base::Uuid, StoredReturn> returns_by_key;

  // Where a trial wants to be told what became of each campaign; null: no trial.
  std::vector<CampaignOutcome>* trial_outcomes = nullptr;

  // Decided.
  std::vector<absl::StatusOr<Outcome>> outcomes;  // per command
  std::vector<WrittenEntry> entries;
  absl::flat_hash_map<base::Uuid, size_t> entry_of_key;  // request key → its place in entries
  std::vector<StoredOrder> orders;
  std::vector<base::Uuid> new_directory;  // per order, its key in order_directory
  std::vector<OrderSpend> order_spends;
  std::vector<CampaignGrant> grants;
  std::vector<StoredReturn> new_returns;
  std::vector<events::v1::Event> events;

  // The household that a member is in; null: none.
  const Membership* HouseholdOf(const base::Uuid& member) const {
    const auto found = memberships.find(member);
    const bool in_one =
        found != memberships.end() && !found->second.empty() && found->second.back().end_us == 0;
    return in_one ? &found->second.back() : nullptr;
  }
  // Whose wallet a member's wallet of this type is.
  base::Uuid OwnerOf(const base::Uuid& member, const WalletTypeRules& type) const {
    const Membership* household = type.policy.has_pool() ? HouseholdOf(member) : nullptr;
    return household == nullptr ? member : household->household_id;
  }
  // Whose wallets a member's requests may have written: its own, and those of every household that
  // it has been in.
  absl::InlinedVector<base::Uuid, 2> OwnersOf(const base::Uuid& member) const {
    absl::InlinedVector<base::Uuid, 2> owners = {member};
    const auto found = memberships.find(member);
    if (found == memberships.end()) return owners;
    for (const Membership& membership : found->second) {
      if (std::find(owners.begin(), owners.end(), membership.household_id) == owners.end()) {
        owners.push_back(membership.household_id);
      }
    }
    return owners;
  }

  const WalletState* FindWallet(const base::Uuid& owner, int wallet_no) const {
    const auto found = wallets.find({owner, wallet_no});
    return found == wallets.end() ? nullptr : found->second.get();
  }
};

// The directory key of an order's external id.
base::Uuid OrderDirectoryKey(const base::Uuid& program_id, std::string_view external_id);
// The same of a redemption that paid for an order: it does so for one.
base::Uuid SpendDirectoryKey(const base::Uuid& program_id, const base::Uuid& spend_entry_id);
// The directory key of the order that an unmatched one became.
base::Uuid AttachedOrderKey(const base::Uuid& unmatched_id);

}  // namespace laurel::members
