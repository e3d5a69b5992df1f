#include "gamification-svc/statements.h"

#include "gamification_sql.h"
#include "idempotency_sql.h"
#include "inbox_sql.h"
#include "lib/db/concat.h"
#include "outbox_sql.h"
#include "payout_sql.h"

namespace laurel::gamification {

std::vector<db::SqlText> Statements() {
  return db::Concat({&idempotency::sql::Queries(), &outbox::sql::Queries(), &inbox::sql::Queries(),
                     &payout::sql::Queries(), &sql::Queries()});
}

std::vector<db::SqlText> Migrations() {
  return db::Concat({&idempotency::sql::Migrations(), &outbox::sql::Migrations(),
                     &inbox::sql::Migrations(), &payout::sql::Migrations(), &sql::Migrations()});
}

}  // namespace laurel::gamification
