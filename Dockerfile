FROM rust:1.95.0-slim-bookworm AS build
WORKDIR /src
# The C library is linked in, so the binary runs where there is none; the profile says which code is hot, from which it
# becomes faster and smaller (docs/performance.md); relocations are packed, which saves a third of a megabyte. The target is
# named so that this applies to the binary and not to the build's own tools.
ENV RUSTFLAGS="-C target-feature=+crt-static -C link-arg=-Wl,-z,pack-relative-relocs \
-C profile-use=/src/crates/sim-server/release.profdata"
COPY Cargo.toml Cargo.lock ./
COPY crates crates
# The commit, which the binary tells; `just image` and `just deploy` pass it.
ARG SIM_REVISION=unknown
# Dependencies stay compiled in the builder's cache. The project's own code never does: cargo goes by the times of files, and
# those of two checkouts say nothing about which is newer.
RUN --mount=type=cache,id=sim-registry,target=/usr/local/cargo/registry \
    --mount=type=cache,id=sim-target,target=/src/target \
    find crates -name '*.rs' -exec touch {} + && \
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
