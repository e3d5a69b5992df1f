#include <algorithm>
#include <map>

#include "absl/synchronization/mutex.h"
#include "lib/rules/compiled.h"

namespace laurel::rules {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using laurel::api::v1::FieldRules;

namespace {

// Compiled types live for ever, like the descriptors.
struct Cache {
  absl::Mutex mutex;
  std::map<const Descriptor*, std::unique_ptr<Compiled>> types ABSL_GUARDED_BY(mutex);
};

Cache& GetCache() {
  static auto* const cache = new Cache;
  return *cache;
}

bool IsInteger(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return true;
    default:
      return false;
  }
}

bool HasTextRules(const FieldRules& rules) {
  return rules.min_len() > 0 || rules.max_len() > 0 || !rules.pattern().empty() ||
         rules.in_size() > 0 || !rules.id_prefix().empty() || rules.program() || rules.request_id();
}

Kind KindOf(const FieldDescriptor& field, const FieldRules& rules) {
  if (field.type() == FieldDescriptor::TYPE_STRING) return Kind::kText;
  if (field.type() == FieldDescriptor::TYPE_BYTES && rules.max_len() > 0) return Kind::kText;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return Kind::kMessage;
  if (IsInteger(field) && (rules.has_min() || rules.has_max() || rules.required())) {
    return Kind::kInteger;
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM && rules.required()) return Kind::kEnum;
  return field.is_repeated() ? Kind::kItemsOnly : Kind::kPresent;
}

// Rules that stand on a field where they cannot mean anything.
void FindMisplaced(const FieldDescriptor& field, const FieldRules& rules, const Kind kind,
                   std::vector<std::string>* problems) {
  const bool text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  if (HasTextRules(rules) && !text) {
    problems->push_back(field.full_name() + " has a rule for strings");
  }
  if ((rules.has_min() || rules.has_max()) && !IsInteger(field)) {
    problems->push_back(field.full_name() + " has a rule for integers");
  }
  if (rules.max_items() > 0 && !field.is_repeated()) {
    problems->push_back(field.full_name() + " has a rule for repeated fields");
  }
  if (rules.required() && kind == Kind::kPresent && !field.has_presence() &&
      field.type() != FieldDescriptor::TYPE_BYTES) {
    problems->push_back(field.full_name() + " cannot be required: it is never absent");
  }
}

const Compiled* CompileLocked(Cache& cache, const Descriptor* message);

// Whether there is anything to check in a field's value.
bool CanBeWrong(const CompiledField& field) {
  return field.repeated || field.required || field.kind == Kind::kText ||
         field.kind == Kind::kInteger || field.kind == Kind::kEnum || field.message != nullptr;
}

CompiledField CompileField(Cache& cache, const FieldDescriptor* field, Compiled* owner) {
  const FieldRules& rules = field->options().GetExtension(laurel::api::v1::field);
  CompiledField out;
  out.field = field;
  out.kind = KindOf(*field, rules);
  out.repeated = field->is_repeated();
  out.presence = !out.repeated && field->has_presence();
  out.required = rules.required();
  out.program = rules.program();
  out.has_min = rules.has_min();
  out.has_max = rules.has_max();
  out.min = rules.min();
  out.max = rules.max();
  out.min_len = rules.min_len();
  if (rules.max_len() > 0) out.max_len = rules.max_len();
  if (rules.max_items() > 0) out.max_items = rules.max_items();
  out.id_prefix = rules.id_prefix();
  out.in.assign(rules.in().begin(), rules.in().end());
  if (!rules.pattern().empty()) {
    out.pattern = std::make_unique<RE2>(rules.pattern(), RE2::Quiet);
    if (!out.pattern->ok()) {
      owner->problems.push_back(field->full_name() + ": " + out.pattern->error());
      out.pattern = nullptr;
    }
  }
  if (out.kind == Kind::kMessage) {
    const Compiled* message = CompileLocked(cache, field->message_type());
    const bool harmless =
        message->complete && message->fields.empty() && message->well_known == WellKnown::kNone;
    if (!harmless) out.message = message;
    owner->problems.insert(owner->problems.end(), message->problems.begin(),
                           message->problems.end());
  }
  FindMisplaced(*field, rules, out.kind, &owner->problems);
  return out;
}

const Compiled* CompileLocked(Cache& cache, const Descriptor* message)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(cache.mutex) {
  auto& slot = cache.types[message];
  if (slot != nullptr) return slot.get();
  slot = std::make_unique<Compiled>();
  Compiled* const out = slot.get();
  if (message->full_name() == "google.protobuf.Timestamp") {
    out->well_known = WellKnown::kTimestamp;
  } else if (message->full_name() == "google.type.Date") {
    out->well_known = WellKnown::kDate;
  } else {
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor* field = message->field(i);
      CompiledField compiled = CompileField(cache, field, out);
      const FieldRules& rules = field->options().GetExtension(laurel::api::v1::field);
      if (rules.program()) out->known.program = field;
      if (rules.request_id()) out->known.request_id = field;
      if (CanBeWrong(compiled)) out->fields.push_back(std::move(compiled));
    }
  }
  out->complete = true;
  return out;
}

}  // namespace

const Compiled& CompiledOf(const Descriptor* message) {
  Cache& cache = GetCache();
  {
    const absl::ReaderMutexLock lock(&cache.mutex);
    const auto found = cache.types.find(message);
    // Under the reader lock nobody is compiling: what is there is complete.
    if (found != cache.types.end()) return *found->second;
  }
  const absl::MutexLock lock(&cache.mutex);
  return *CompileLocked(cache, message);
}

const KnownFields& KnownFieldsOf(const Descriptor* message) { return CompiledOf(message).known; }

}  // namespace laurel::rules
