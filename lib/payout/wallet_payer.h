// Pays over members-svc: one BatchPostPoints for many payouts, one ClawBackPoints for each that is
// taken back.
#pragma once

#include "laurel/members/v1/wallet.grpc.pb.h"
#include "lib/payout/payout.h"

namespace laurel::payout {

// `wallets` must outlive what is returned. A batch that is refused as a whole is sent again one by
// one, so that a payout that is wrong does not take its neighbours along.
Pay MakeWalletPayer(members::v1::WalletService::StubInterface& wallets);

}  // namespace laurel::payout
