#include "gateway/pages.h"

#include <boost/json/serialize.hpp>

#include "gateway/http/finish.h"
#include "gateway/openapi/comments.h"
#include "gateway/openapi/document.h"
#include "gateway/openapi/embedded.h"
#include "lib/base/uuid.h"
#include "lib/status/error.h"

namespace laurel::gateway {
namespace {

// The page may load its own script and style and ask for the document, and nothing else.
constexpr char kDocsPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

HttpResponse Page(std::string content_type, std::string_view body) {
  HttpResponse page;
  page.content_type = std::move(content_type);
  page.body = std::string(body);
  return page;
}

// Changes only with the binary: a client asks again, and mostly hears 304.
HttpResponse Asset(std::string content_type, std::string_view body) {
  HttpResponse page = Page(std::move(content_type), body);
  page.headers.emplace_back("ETag", EntityTag(base::ToString(base::HashedUuid(body))));
  page.headers.emplace_back("Cache-Control", "no-cache");
  page.headers.emplace_back("Content-Security-Policy", kDocsPolicy);
  return page;
}

}  // namespace

absl::StatusOr<Pages> MakePages(const Routes& routes, const std::string& public_url) {
  LAUREL_ASSIGN_OR_RETURN(const Comments comments, Comments::FromImage(EmbeddedImage()));
  Pages pages;
  pages["/healthz"] = Page("text/plain; charset=utf-8", "ok\n");
  pages["/readyz"] = Page("text/plain; charset=utf-8", "ok\n");
  pages["/openapi.json"] = Asset(
      "application/json", boost::json::serialize(MakeOpenApi(routes, comments, public_url)) + "\n");
  pages["/docs"] = Asset("text/html; charset=utf-8", EmbeddedDocsHtml());
  pages["/docs/docs.js"] = Asset("text/javascript; charset=utf-8", EmbeddedDocsScript());
  pages["/docs/docs.css"] = Asset("text/css; charset=utf-8", EmbeddedDocsStyle());
  return pages;
}

}  // namespace laurel::gateway
