# The build: dependencies first, in a layer that changes only with the manifests.
FROM rust:1.95.0-slim-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY crates/sim-core/Cargo.toml crates/sim-core/
COPY crates/sim-model/Cargo.toml crates/sim-model/
COPY crates/sim-schema/Cargo.toml crates/sim-schema/
COPY crates/sim-api/Cargo.toml crates/sim-api/
COPY crates/sim-server/Cargo.toml crates/sim-server/
# The C library is linked in, so the binary runs where there is none; the profile says which code is hot, from which it
# becomes faster and smaller (docs/performance.md); relocations are packed, which saves a third of a megabyte. The target is
# named so that this applies to the binary and not to the build's own tools.
COPY crates/sim-server/release.profdata crates/sim-server/
ENV RUSTFLAGS="-C target-feature=+crt-static -C link-arg=-Wl,-z,pack-relative-relocs \
-C profile-use=/src/crates/sim-server/release.profdata"
RUN for crate in sim-core sim-model sim-schema sim-api sim-server; do \
        mkdir -p "crates/$crate/src" && touch "crates/$crate/src/lib.rs"; \
    done && \
    echo 'fn main() {}' > crates/sim-server/src/main.rs && \
    cargo build --release --locked --bin sim-server --target "$(rustc --print host-tuple)"
# The commit, which the binary tells; `just image` and `just deploy` pass it. After the dependencies, which do not depend on
# it.
ARG SIM_REVISION=unknown
COPY crates/sim-core crates/sim-core
COPY crates/sim-model crates/sim-model
COPY crates/sim-schema crates/sim-schema
COPY crates/sim-api crates/sim-api
COPY crates/sim-server crates/sim-server
RUN touch crates/*/src/lib.rs crates/sim-server/src/main.rs && \
    cargo build --release --locked --bin sim-server --target "$(rustc --print host-tuple)" && \
    cp target/*/release/sim-server /sim-server

# The image: the binary, and nothing else.
FROM scratch
ARG SIM_REVISION=unknown
LABEL org.opencontainers.image.title="sim" \
      org.opencontainers.image.description="Deterministic simulation over HTTP" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="$SIM_REVISION" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /sim-server /sim-server
ENV SIM_HOST=0.0.0.0 \
    SIM_PORT=8080 \
    SIM_METRICS_PORT=9091
EXPOSE 8080 9091
USER 65532:65532
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=2s CMD ["/sim-server", "healthcheck"]
ENTRYPOINT ["/sim-server"]
