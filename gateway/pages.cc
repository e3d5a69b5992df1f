#include "gateway/pages.h"

namespace laurel::gateway {
namespace {

HttpResponse Text(std::string body) {
  HttpResponse page;
  page.content_type = "text/plain; charset=utf-8";
  page.body = std::move(body);
  return page;
}

}  // namespace

absl::StatusOr<Pages> MakePages(const Routes&, const std::string&) {
  Pages pages;
  pages["/healthz"] = Text("ok\n");
  pages["/readyz"] = Text("ok\n");
  return pages;
}

}  // namespace laurel::gateway
