#include "rewards-svc/store/events.h"

#include "lib/outbox/outbox.h"

namespace laurel::rewards {
namespace {

template <typename Payload>
void Fill(const Redemption& redemption, const std::string& subject, Payload* payload) {
  payload->set_redemption_id(subject);
  payload->set_reward_id(base::EncodeId("rwd", redemption.reward_id));
  payload->set_points(redemption.points);
}

}  // namespace

absl::Status WriteEvent(db::Tx& tx, const Ended& ended, const base::Uuid& id,
                        const std::string& traceparent) {
  const Redemption& redemption = ended.redemption;
  const std::string subject = base::EncodeId("rdm", redemption.redemption_id);
  const std::string program = base::EncodeId("prg", redemption.program_id);
  const std::string member = base::EncodeId("mem", redemption.member_id);
  events::v1::Event event = outbox::MakeEvent({.id = id,
                                               .source = "rewards",
                                               .subject = subject,
                                               .program_id = program,
                                               .member_id = member,
                                               .time = redemption.update_time,
                                               .traceparent = traceparent});
  if (redemption.state == State::kIssued) {
    Fill(redemption, subject, event.mutable_reward_issued());
  } else {
    Fill(redemption, subject, event.mutable_reward_cancelled());
  }
  return outbox::Write(tx, outbox::Pack({event}, ended.event_position, id));
}

}  // namespace laurel::rewards
