// What every answer gets on its way out: headers that keep browsers from doing anything clever,
// an ETag and 304 where they belong, and gzip where it pays.
#pragma once

#include <string>
#include <string_view>

#include "gateway/http/message.h"

namespace laurel::gateway {

// The entity tag of an `etag` field as a header has it: in quotes, without characters that a header
// may not have. Empty: there is none.
std::string EntityTag(std::string_view etag);

// Whether If-None-Match (a list, or *) names the tag; weak comparison.
bool MatchesEntityTag(std::string_view header, std::string_view entity_tag);

// The tag that If-Match names, without its quotes; empty: none, * or several.
std::string SingleEntityTag(std::string_view header);

// Adds the security headers and compresses a body above 1 KB when the client takes gzip.
void Finish(const HttpRequest& request, HttpResponse* response);

}  // namespace laurel::gateway
