# One image with the five programs; k8s/base says which one a container runs, and with what.
#   docker build -t laurel:1 .
# The build stage has what building needs (scripts/packages.sh), the other only what the programs load.
FROM debian:12 AS build
WORKDIR /laurel
COPY scripts scripts
RUN scripts/packages.sh run
COPY . .
RUN cmake --preset release -DLAUREL_TESTS=OFF \
 && ninja -C build/release bin/members-svc bin/rewards-svc bin/referrals-svc bin/gamification-svc bin/gateway \
 && strip build/release/bin/members-svc build/release/bin/rewards-svc build/release/bin/referrals-svc \
      build/release/bin/gamification-svc build/release/bin/gateway

FROM debian:12-slim
# The libraries that the programs name; certificate authorities for key sets over HTTPS; time zones of
# programmes.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates tzdata \
      libabsl20220623 libc6 libcjose0 libcurl4 libgcc-s1 libgrpc++1.51 libgrpc29 libjansson4 libjemalloc2 \
      libpq5 libpqxx-6.4 libprometheus-cpp-core1.0 libprometheus-cpp-pull1.0 libprotobuf32 libre2-9 \
      libsodium23 libssl3 libstdc++6 zlib1g \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /laurel/build/release/bin/members-svc /usr/local/bin/
COPY --from=build /laurel/build/release/bin/rewards-svc /usr/local/bin/
COPY --from=build /laurel/build/release/bin/referrals-svc /usr/local/bin/
COPY --from=build /laurel/build/release/bin/gamification-svc /usr/local/bin/
COPY --from=build /laurel/build/release/bin/gateway /usr/local/bin/
USER 65532:65532
