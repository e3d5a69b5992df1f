#include "gateway/http/finish.h"

#include <zlib.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "lib/base/strings.h"

namespace laurel::gateway {
namespace {

constexpr size_t kLeastBytesToCompress = 1024;
constexpr int kGzipWindow = 15 + 16;  // zlib's way of asking for a gzip header

std::string_view Trim(std::string_view text) {
  return base::FromAbsl(absl::StripAsciiWhitespace(base::ToAbsl(text)));
}

std::string_view Opaque(std::string_view tag) {
  tag = Trim(tag);
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag;
}

// RFC 9110 12.5.3: a coding with q=0 is refused..
bool IsRefused(std::string_view parameters) {
  double q = 1;
  for (const absl::string_view part : absl::StrSplit(base::ToAbsl(parameters), ';')) {
    absl::string_view text = absl::StripAsciiWhitespace(part);
    if (absl::ConsumePrefix(&text, "q=") && absl::SimpleAtod(text, &q)) return q <= 0;
  }
  return false;
}

bool TakesGzip(const HttpRequest& request) {
  const auto header = request.Header("accept-encoding");
  if (!header) return false;
  for (const absl::string_view item : absl::StrSplit(*header, ',')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(item, absl::MaxSplits(';', 1));
    if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parts[0]), "gzip")) continue;
    return parts.size() < 2 || !IsRefused(base::FromAbsl(parts[1]));
  }
  return false;
}

// Empty when zlib refuses.
std::string Gzip(const std::string& text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return "";
  }
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return done ? out : "";
}

}  // namespace

std::string EntityTag(std::string_view etag) {
  const bool clean = !etag.empty() && std::all_of(etag.begin(), etag.end(), [](char c) {
    return c > 0x20 && c < 0x7F && c != '"';
  });
  return clean ? "\"" + std::string(etag) + "\"" : "";
}

bool MatchesEntityTag(std::string_view header, std::string_view entity_tag) {
  if (entity_tag.empty()) return false;
  for (const absl::string_view item : absl::StrSplit(base::ToAbsl(header), ',')) {
    const std::string_view tag = Opaque(base::FromAbsl(item));
    if (tag == entity_tag || tag == "*") return true;
  }
  return false;
}

std::string SingleEntityTag(std::string_view header) {
  const std::string_view tag = Trim(header);
  if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return "";
  const std::string_view inner = tag.substr(1, tag.size() - 2);
  return inner.find('"') == std::string_view::npos ? std::string(inner) : "";
}

void Finish(const HttpRequest& request, HttpResponse* response) {
  auto& headers = response->headers;
  const auto has = [&headers](std::string_view name) {
    return std::any_of(headers.begin(), headers.end(),
                       [name](const auto& header) { return header.first == name; });
  };
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("X-Frame-Options", "DENY");
  headers.emplace_back("Referrer-Policy", "no-referrer");
  if (!has("Cache-Control")) headers.emplace_back("Cache-Control", "no-store");
  if (!has("Content-Security-Policy")) {
    headers.emplace_back("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
  if (response->body.size() < kLeastBytesToCompress) return;
  headers.emplace_back("Vary", "Accept-Encoding");
  if (!TakesGzip(request)) return;
  std::string packed = Gzip(response->body);
  if (packed.empty()) return;
  response->body = std::move(packed);
  headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace laurel::gateway
