// Prints the document that the gateway serves at /openapi.json, for linters.
#include <boost/json/serialize.hpp>
#include <iostream>

#include "gateway/openapi/comments.h"
#include "gateway/openapi/document.h"
#include "gateway/openapi/embedded.h"

int main() {
  const auto routes = laurel::gateway::Routes::FromGeneratedPool();
  const auto comments = laurel::gateway::Comments::FromImage(laurel::gateway::EmbeddedImage());
  if (!routes.ok() || !comments.ok()) {
    std::cerr << routes.status() << "\n" << comments.status() << "\n";
    return 1;
  }
  std::cout << boost::json::serialize(laurel::gateway::MakeOpenApi(*routes, *comments, "")) << "\n";
  return 0;
}
