#include "lib/auth/peers.h"

#include <jansson.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "lib/base/strings.h"
#include "lib/config/file.h"
#include "lib/status/error.h"

namespace laurel::auth {

namespace pb = laurel::api::v1;

namespace {

struct JsonDeleter {
  void operator()(json_t* json) const { json_decref(json); }
};
using Json = std::unique_ptr<json_t, JsonDeleter>;

absl::Status Malformed(const std::string& what) {
  return status::Error(absl::StatusCode::kInvalidArgument, "PEERS_INVALID",
                       "The peers file is not valid: " + what + ".");
}

std::string Text(const json_t* json) {
  return json_is_string(json) ? std::string(json_string_value(json), json_string_length(json)) : "";
}

// What is wrong with the key of an entry; empty: nothing. Fills `peer`.
std::string ReadKey(const std::string& key, const json_t* value, Peer* peer) {
  if (key == "kind") {
    const std::string kind = Text(value);
    peer->gateway = kind == "gateway";
    if (kind == "gateway") {
      peer->self.roles.insert(peer->self.roles.begin(), pb::ROLE_GATEWAY);
    } else if (kind == "service") {
      peer->self.roles.insert(peer->self.roles.begin(), pb::ROLE_SERVICE);
    } else if (kind == "operator") {
      peer->self.roles.insert(peer->self.roles.begin(), pb::ROLE_OPERATOR);
    } else {
      return "kind is none of gateway, service, operator";
    }
    return "";
  }
  if (key == "program_id") {
    if (!json_is_string(value)) return "program_id is no string";
    peer->self.program_id = Text(value);
    return "";
  }
  if (key != "roles") return "unknown key " + key;
  if (!json_is_array(value)) return "roles is no list";
  for (size_t i = 0; i < json_array_size(value); ++i) {
    const auto role = RoleOf(Text(json_array_get(value, i)));
    if (!role) return "unknown role " + Text(json_array_get(value, i));
    peer->self.roles.push_back(*role);
  }
  return "";
}

std::string ReadEntry(const json_t* entry, Peer* peer) {
  if (!json_is_object(entry)) return "not an object";
  if (json_object_get(entry, "kind") == nullptr) return "kind is missing";
  // jansson iterates a non-const object only.
  auto* const object = const_cast<json_t*>(entry);
  for (void* i = json_object_iter(object); i != nullptr; i = json_object_iter_next(object, i)) {
    std::string problem = ReadKey(json_object_iter_key(i), json_object_iter_value(i), peer);
    if (!problem.empty()) return problem;
  }
  return "";
}

// A gateway speaks for people and API clients, never for another program: a stolen gateway must
// not become the operator.
bool MayBeSpokenFor(const Caller& caller) {
  return caller.kind != pb::CALLER_KIND_PEER && !caller.subject.empty() &&
         std::none_of(caller.roles.begin(), caller.roles.end(), [](Role role) {
           return role == pb::ROLE_UNSPECIFIED || role == pb::ROLE_SERVICE ||
                  role == pb::ROLE_GATEWAY || role == pb::ROLE_OPERATOR || !pb::Role_IsValid(role);
         });
}

std::string ToString(const grpc::string_ref& text) { return {text.data(), text.size()}; }

}  // namespace

absl::StatusOr<Peers> Peers::Parse(std::string_view text) {
  json_error_t error;
  const Json json(json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, &error));
  if (json == nullptr) return Malformed("line " + std::to_string(error.line) + ": " + error.text);
  if (!json_is_object(json.get())) return Malformed("not an object");
  Peers peers;
  std::vector<std::string> problems;
  for (void* i = json_object_iter(json.get()); i != nullptr;
       i = json_object_iter_next(json.get(), i)) {
    const std::string name = json_object_iter_key(i);
    Peer peer;
    peer.self.kind = pb::CALLER_KIND_PEER;
    peer.self.subject = name;
    const std::string problem = ReadEntry(json_object_iter_value(i), &peer);
    if (!problem.empty()) problems.push_back(name + ": " + problem);
    peers.peers_.emplace(name, std::move(peer));
  }
  if (!problems.empty()) return Malformed(absl::StrJoin(problems, "; "));
  return peers;
}

absl::StatusOr<Peers> Peers::Load(const std::string& path) {
  LAUREL_ASSIGN_OR_RETURN(const std::string text, config::ReadFile(path));
  return Parse(text);
}

const Peer* Peers::Find(std::string_view certificate_name) const {
  const auto found = peers_.find(certificate_name);
  return found == peers_.end() ? nullptr : &found->second;
}

absl::StatusOr<Identity> Identify(const Peers& peers, const std::vector<std::string>& names,
                                  const std::vector<std::string>& caller_entries) {
  const Peer* peer = nullptr;
  for (size_t i = 0; i < names.size() && peer == nullptr; ++i) peer = peers.Find(names[i]);
  if (peer == nullptr) {
    return status::Error(absl::StatusCode::kUnauthenticated, "PEER_UNKNOWN",
                         "The certificate's name is not known here.");
  }
  if (caller_entries.empty()) return Identity{.peer = peer->self.subject, .caller = peer->self};
  if (!peer->gateway) {
    return status::Error(absl::StatusCode::kPermissionDenied, "CALLER_NOT_TRUSTED",
                         "Only a gateway may speak for others.");
  }
  auto caller = caller_entries.size() == 1 ? Decode(caller_entries.front()) : std::nullopt;
  if (!caller || !MayBeSpokenFor(*caller)) {
    return status::Error(absl::StatusCode::kUnauthenticated, "CALLER_MALFORMED",
                         "The entry laurel-caller cannot be read.");
  }
  return Identity{.peer = peer->self.subject, .caller = *std::move(caller)};
}

absl::StatusOr<Identity> Identify(const Peers& peers, const grpc::ServerContextBase& context) {
  std::vector<std::string> names;
  const auto auth = context.auth_context();
  if (auth != nullptr && auth->IsPeerAuthenticated()) {
    for (const auto& name : auth->FindPropertyValues("x509_common_name")) {
      names.push_back(ToString(name));
    }
    for (const auto& name : auth->FindPropertyValues("x509_subject_alternative_name")) {
      names.push_back(ToString(name));
    }
  }
  std::vector<std::string> entries;
  const auto [begin, end] = context.client_metadata().equal_range(kCallerMetadata);
  for (auto entry = begin; entry != end; ++entry) entries.push_back(ToString(entry->second));
  return Identify(peers, names, entries);
}

std::optional<Role> RoleOf(std::string_view name) {
  std::string upper = absl::AsciiStrToUpper(base::ToAbsl(name));
  if (!upper.starts_with("ROLE_")) upper = "ROLE_" + upper;
  Role role = pb::ROLE_UNSPECIFIED;
  if (!pb::Role_Parse(upper, &role) || role == pb::ROLE_UNSPECIFIED) return std::nullopt;
  return role;
}

}  // namespace laurel::auth
