#include "members-svc/statements.h"

#include "idempotency_sql.h"
#include "inbox_sql.h"
#include "lib/db/concat.h"
#include "members_sql.h"
#include "outbox_sql.h"

namespace laurel::members {

std::vector<db::SqlText> Statements() {
  return db::Concat({&idempotency::sql::Queries(), &inbox::sql::Queries(), &outbox::sql::Queries(),
                     &sql::Queries()});
}

std::vector<db::SqlText> Migrations() {
  return db::Concat({&idempotency::sql::Migrations(), &inbox::sql::Migrations(),
                     &outbox::sql::Migrations(), &sql::Migrations()});
}

}  // namespace laurel::members
