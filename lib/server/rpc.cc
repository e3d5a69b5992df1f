#include "lib/server/rpc.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "lib/auth/peers.h"
#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/strings.h"
#include "lib/log/log.h"
#include "lib/status/error.h"
#include "lib/status/mapping.h"

namespace laurel::server {

namespace pb = laurel::api::v1;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

constexpr int64_t kSlowMicros = 500000;
constexpr size_t kMaxLoggedText = 500;

absl::Time SystemNow() {
  static const base::SystemClock clock;
  return clock.Now();
}

absl::Time DeadlineOf(const grpc::ServerContextBase& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) {
    return SystemNow() + kDefaultDeadline;
  }
  return absl::FromChrono(deadline);
}

// The caller's trace with a span of our own, or a new one.
trace::Context TraceOf(const grpc::ServerContextBase& context, base::IdSource& ids) {
  const auto entry = context.client_metadata().find("traceparent");
  if (entry != context.client_metadata().end()) {
    const auto parent = trace::Parse({entry->second.data(), entry->second.size()});
    if (parent) return trace::ChildOf(*parent, ids);
  }
  return trace::New(ids);
}

std::string TextOf(const Message& request, const FieldDescriptor* field) {
  return request.GetReflection()->GetString(request, field);
}

bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

// What the outside learns of a fault of ours: where to look it up.
absl::Status Opaque(const std::string& trace_id) {
  return status::Error(absl::StatusCode::kInternal, "INTERNAL",
                       "Something went wrong here; the log knows it as " + trace_id + ".",
                       {{"trace_id", trace_id}});
}

// Of the exception that is being handled.
std::string ThrownText() {
  try {
    throw;
  } catch (const std::exception& e) {
    return std::string("thrown: ") + e.what();
  } catch (...) {
    return "thrown: something that is no exception";
  }
}

}  // namespace

Flight::Flight(Runtime& runtime, const Method& method, grpc::CallbackServerContext* context)
    : runtime_(runtime),
      method_(method),
      reactor_(context->DefaultReactor()),
      start_us_(base::MonotonicMicros()) {
  runtime_.in_flight().Increment();
  call_.method = method.name.c_str();
  call_.context = context;
  call_.deadline = DeadlineOf(*context);
  call_.trace = TraceOf(*context, runtime.ids());
}

Flight::~Flight() {
  if (!finished_) Finish(absl::InternalError("the handler dropped the call without an answer"));
}

absl::Status Flight::Admit(const Message& request) {
  LAUREL_ASSIGN_OR_RETURN(auth::Identity identity,
                          auth::Identify(runtime_.peers(), *call_.context));
  call_.peer = std::move(identity.peer);
  call_.caller = std::move(identity.caller);
  LAUREL_RETURN_IF_ERROR(CheckCaller(request));
  const auto* const request_id = method_.known.request_id;
  if (method_.rules->request_id_required() &&
      (request_id == nullptr || TextOf(request, request_id).empty())) {
    return status::Error(absl::StatusCode::kInvalidArgument, "IDEMPOTENCY_KEY_REQUIRED",
                         "This method moves value: it needs a request_id (over HTTP the header "
                         "Idempotency-Key).");
  }
  return rules::Check(*method_.compiled, request);
}

absl::Status Flight::CheckCaller(const Message& request) const {
  const auth::Caller& caller = call_.caller;
  if (!caller.HasAnyRole(method_.roles)) {
    return status::Error(absl::StatusCode::kPermissionDenied, "ROLE_REQUIRED",
                         "The caller has none of the roles that may call this method.");
  }
  if (method_.known.program != nullptr) {
    const bool all_programmes = caller.program_id.empty() &&
                                caller.kind != pb::CALLER_KIND_MEMBER &&
                                caller.kind != pb::CALLER_KIND_CLIENT;
    if (!all_programmes && (caller.program_id.empty() ||
                            TextOf(request, method_.known.program) != caller.program_id)) {
      return auth::ProgramNotFound();
    }
  }
  if (method_.owner == nullptr) return absl::OkStatus();
  const bool speaks_for_one =
      caller.IsMember() ||
      std::none_of(method_.roles.begin(), method_.roles.end(), [&](auth::Role role) {
        return role != pb::ROLE_MEMBER && caller.HasRole(role);
      });
  if (speaks_for_one &&
      (caller.subject.empty() || TextOf(request, method_.owner) != caller.subject)) {
    return auth::MemberNotFound();
  }
  return absl::OkStatus();
}

absl::Status Flight::StillWanted() const {
  if (call_.Cancelled()) {
    return status::Error(absl::StatusCode::kCancelled, "CALLER_LEFT",
                         "The caller left before the call was begun.");
  }
  if (SystemNow() >= call_.deadline) {
    return status::Error(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
                         "The deadline passed before the call was begun.");
  }
  return absl::OkStatus();
}

void Flight::Finish(const absl::Status& status) {
  LAUREL_CHECK(!finished_);
  finished_ = true;
  const int64_t duration_us = base::MonotonicMicros() - start_us_;
  const absl::Status answer = IsOurFault(status.code()) ? Opaque(call_.trace.TraceId()) : status;
  if (answer.ok()) {
    method_.ok->Increment();
  } else {
    runtime_.requests().At({method_.name, status::CodeName(answer.code())}).Increment();
  }
  method_.duration->Observe(static_cast<double>(duration_us) / 1e6);
  runtime_.in_flight().Decrement();
  if (!status.ok() || duration_us >= kSlowMicros || runtime_.SampleSuccess()) {
    Log(status, duration_us);
  }
  // From here on, context, request and response may be gone.
  call_.context = nullptr;
  reactor_->Finish(status::ToGrpc(answer));
}

void Flight::Log(const absl::Status& status, int64_t duration_us) const {
  const std::string code = status::CodeName(status.code());
  const std::string trace_id = call_.trace.TraceId();
  const std::string principal = call_.caller.Principal();
  if (IsOurFault(status.code())) {
    const std::string text = base::ToStd(status.message()).substr(0, kMaxLoggedText);
    log::Error("call failed", {{"method", method_.name},
                               {"code", code},
                               {"error", text},
                               {"duration_us", duration_us},
                               {"peer", call_.peer},
                               {"program_id", call_.caller.program_id},
                               {"principal", principal},
                               {"trace_id", trace_id}});
    return;
  }
  // A refusal's text may speak of what the caller sent; its reason says enough.
  const std::string reason = status::ReasonOf(status);
  log::Info(status.ok() ? "call" : "call refused", {{"method", method_.name},
                                                    {"code", code},
                                                    {"reason", reason},
                                                    {"duration_us", duration_us},
                                                    {"peer", call_.peer},
                                                    {"program_id", call_.caller.program_id},
                                                    {"principal", principal},
                                                    {"trace_id", trace_id}});
}

Rpc::Rpc(Runtime& runtime, std::string_view service_full_name) : runtime_(runtime) {
  const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
      std::string(service_full_name));
  LAUREL_CHECK(service != nullptr);
  for (int i = 0; i < service->method_count(); ++i) {
    const auto* descriptor = service->method(i);
    Method method;
    method.name = descriptor->name();
    method.rules = &rules::MethodRulesOf(descriptor);
    for (const int role : method.rules->roles()) {
      method.roles.push_back(static_cast<auth::Role>(role));
    }
    method.compiled = &rules::CompiledOf(descriptor->input_type());
    method.known = rules::KnownFieldsOf(descriptor->input_type());
    method.owner = descriptor->input_type()->FindFieldByName(method.rules->owner_field());
    method.ok = &runtime.requests().At({method.name, "OK"});
    method.duration = &runtime.durations().At({method.name});
    methods_.emplace(method.name, std::move(method));
  }
  runtime.NoteService(std::string(service_full_name));
}

const Method& Rpc::MethodOf(std::string_view name) const {
  const auto found = methods_.find(name);
  LAUREL_CHECK(found != methods_.end());
  return found->second;
}

void Rpc::RunOnWorker(std::unique_ptr<Flight> flight,
                      absl::AnyInvocable<absl::Status(const Call&)> handler) {
  Flight* const waiting = flight.get();
  absl::AnyInvocable<void()> task = [owned = std::move(flight),
                                     handler = std::move(handler)]() mutable {
    absl::Status status = owned->StillWanted();
    if (status.ok()) {
      try {
        status = handler(owned->call());
      } catch (...) {
        status = absl::InternalError(base::ToAbsl(ThrownText()));
      }
    }
    owned->Finish(status);
  };
  if (runtime_.workers().Submit(std::move(task))) return;
  // Refused, the task still owns the call.
  waiting->Finish(status::WithRetryAfter(
      status::Error(absl::StatusCode::kResourceExhausted, "OVERLOADED",
                    "Too many calls are waiting here; try again in a moment."),
      absl::Seconds(1)));
}

void Rpc::LogThrown(const char* method, const trace::Context& trace) {
  log::Error("call failed", {{"method", method},
                             {"error", ThrownText().substr(0, kMaxLoggedText)},
                             {"trace_id", trace.TraceId()}});
}

}  // namespace laurel::server
