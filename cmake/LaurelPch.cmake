# The headers of others that most sources include, precompiled once. A service's objects have their own
# (LaurelTargets.cmake), and so have the tests, which are not optimised (tests/CMakeLists.txt).
set(pch_headers
  <algorithm> <atomic> <chrono> <cstdint> <functional> <map> <memory> <mutex> <optional> <set> <string>
  <string_view> <thread> <utility> <variant> <vector>
  <absl/container/flat_hash_map.h> <absl/container/flat_hash_set.h> <absl/status/statusor.h>
  <absl/strings/str_cat.h> <absl/strings/str_format.h> <absl/time/clock.h> <absl/time/time.h>
  <google/protobuf/generated_message_reflection.h> <google/protobuf/timestamp.pb.h>
  <grpcpp/grpcpp.h> <grpcpp/support/server_callback.h> <grpcpp/impl/codegen/client_callback.h>)
file(WRITE ${CMAKE_BINARY_DIR}/pch.cc "")
add_library(laurel_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cc)
target_link_libraries(laurel_pch PRIVATE protobuf::libprotobuf gRPC::grpc++ Threads::Threads laurel_warnings)
target_precompile_headers(laurel_pch PRIVATE ${pch_headers})
target_compile_options(laurel_pch PRIVATE -fpch-preprocess)  # ccache needs it

# laurel_use_pch(target): below tests/, LAUREL_PCH is laurel_test_pch.
set(LAUREL_PCH laurel_pch)
function(laurel_use_pch target)
  target_precompile_headers(${target} REUSE_FROM ${LAUREL_PCH})
  target_compile_options(${target} PRIVATE -fpch-preprocess)
  target_link_libraries(${target} PRIVATE Threads::Threads)
endfunction()
