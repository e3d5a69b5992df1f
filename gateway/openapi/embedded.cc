#include "gateway/openapi/embedded.h"

// The assembler takes the files in as they are; a string literal of that size would cost the
// compiler minutes.
#define LAUREL_EMBED(name, path)        \
  asm(".section .rodata\n"              \
      ".global " #name "_begin\n" #name \
      "_begin:\n"                       \
      ".incbin \"" path                 \
      "\"\n"                            \
      ".global " #name "_end\n" #name   \
      "_end:\n"                         \
      ".byte 0\n"                       \
      ".previous\n");                   \
  extern "C" const char name##_begin[]; \
  extern "C" const char name##_end[];

LAUREL_EMBED(laurel_embedded_image, LAUREL_IMAGE_FILE)
LAUREL_EMBED(laurel_embedded_docs_html, LAUREL_DOCS_FOLDER "/docs.html")
LAUREL_EMBED(laurel_embedded_docs_script, LAUREL_DOCS_FOLDER "/docs.js")
LAUREL_EMBED(laurel_embedded_docs_style, LAUREL_DOCS_FOLDER "/docs.css")

namespace laurel::gateway {
namespace {

std::string_view Between(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace

std::string_view EmbeddedImage() {
  return Between(laurel_embedded_image_begin, laurel_embedded_image_end);
}
std::string_view EmbeddedDocsHtml() {
  return Between(laurel_embedded_docs_html_begin, laurel_embedded_docs_html_end);
}
std::string_view EmbeddedDocsScript() {
  return Between(laurel_embedded_docs_script_begin, laurel_embedded_docs_script_end);
}
std::string_view EmbeddedDocsStyle() {
  return Between(laurel_embedded_docs_style_begin, laurel_embedded_docs_style_end);
}

}  // namespace laurel::gateway
