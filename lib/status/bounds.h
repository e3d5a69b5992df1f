// How much of an error goes out. It travels in gRPC's trailers, of which a peer takes 8 KB and may
// end the whole connection over more, and most of its text may echo what came in. So what is too
// long is cut and what is too many is counted; code, reason and retry delay are never touched.
// Bounding twice changes nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "google/rpc/status.pb.h"

namespace laurel::status {

// Of one field or description, and of one value of the metadata.
inline constexpr size_t kMaxTextBytes = 200;
// Of all violations; then one without a field says how many more there are.
inline constexpr size_t kMaxViolationBytes = 2000;
// As gRPC writes it, which takes three bytes for each that is not printable ASCII.
inline constexpr size_t kMaxMessageBytes = 600;
// Of message and details together, as gRPC writes them: never more, whatever comes.
inline constexpr size_t kMaxWireBytes = 6000;

// At most `max_bytes`, cut between two characters of UTF-8 and then with "…" at the end.
std::string Cut(std::string_view text, size_t max_bytes);

// Bytes of the message and of the details in base64.
size_t WireBytes(const google::rpc::Status& status);

// Brings message and details within the bounds above; a detail of a kind that we do not make is
// kept where it fits.
void Bound(google::rpc::Status* status);

}  // namespace laurel::status
