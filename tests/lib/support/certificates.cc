#include "tests/lib/support/certificates.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "lib/base/check.h"

namespace laurel::testing {
namespace {

struct Deleter {
  void operator()(X509* p) const { X509_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Deleter>;

void Extend(X509* cert, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  LAUREL_CHECK(extension != nullptr && X509_add_ext(cert, extension.get(), -1) == 1);
}

Owned<X509> NewCertificate(const std::string& name, EVP_PKEY* key) {
  Owned<X509> cert(X509_new());
  uint64_t serial = 0;
  LAUREL_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert.get()), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 24 * 3600);
  X509_set_pubkey(cert.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(cert.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return cert;
}

std::string Text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(size)};
}

std::string PemOf(X509* cert) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  LAUREL_CHECK(PEM_write_bio_X509(bio.get(), cert) == 1);
  return Text(bio.get());
}

std::string PemOf(EVP_PKEY* key) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  LAUREL_CHECK(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) ==
               1);
  return Text(bio.get());
}

}  // namespace

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "laurel-XXXXXX").string();
  LAUREL_CHECK(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::Write(const std::string& name, const std::string& content) const {
  std::ofstream(Path(name), std::ios::binary) << content;
  return Path(name);
}

struct Authority::Keys {
  Owned<EVP_PKEY> key;
  Owned<X509> cert;
};

Authority::Authority() : keys_(std::make_unique<Keys>()) {
  keys_->key.reset(EVP_EC_gen("P-256"));
  keys_->cert = NewCertificate("Laurel test authority", keys_->key.get());
  X509* const cert = keys_->cert.get();
  X509_set_issuer_name(cert, X509_get_subject_name(cert));
  Extend(cert, cert, NID_basic_constraints, "critical,CA:TRUE");
  Extend(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign");
  LAUREL_CHECK(X509_sign(cert, keys_->key.get(), EVP_sha256()) > 0);
  dir_.Write("ca.crt", PemOf(cert));
}

Authority::~Authority() = default;

tls::Files Authority::Issue(const std::string& name) const {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> cert = NewCertificate(name, key.get());
  X509_set_issuer_name(cert.get(), X509_get_subject_name(keys_->cert.get()));
  Extend(cert.get(), keys_->cert.get(), NID_subject_alt_name, "DNS:" + name + ",DNS:localhost");
  Extend(cert.get(), keys_->cert.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  LAUREL_CHECK(X509_sign(cert.get(), keys_->key.get(), EVP_sha256()) > 0);
  return {.ca = ca_file(),
          .cert = dir_.Write(name + ".crt", PemOf(cert.get())),
          .key = dir_.Write(name + ".key", PemOf(key.get()))};
}

}  // namespace laurel::testing
