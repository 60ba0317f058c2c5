#!/usr/bin/env bash
# Fetches the pinned packages again and rewrites the vendored folders, byte for byte the same
# every time with the same Node. To update: change a version and its integrity, which
# `npm view PACKAGE@VERSION dist.integrity` prints, then run `bash update.sh`.
set -euo pipefail
cd "$(dirname "$0")"

swagger_ui_version=5.35.0
swagger_ui_integrity=sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==
redoc_version=3.0.1
redoc_integrity=sha512-KDfoKaYW19LCl4YStgBnwlaNjYEFfs5zCNt1s1WZ2YM5u8d26Yuzd2l43fZO851ZsgIMe/D640fDJkD8eaRQKQ==

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fetch PACKAGE VERSION INTEGRITY: unpacks the package into $work/PACKAGE.
fetch() {
  npm pack --silent --pack-destination "$work" "$1@$2" >/dev/null
  local archive="$work/$1-$2.tgz"
  node -e '
    const [archive, expected] = process.argv.slice(1);
    const digest = require("node:crypto").createHash("sha512");
    const actual = "sha512-" + digest.update(require("node:fs").readFileSync(archive)).digest("base64");
    if (actual !== expected) throw new Error(`${archive}: ${actual}, expected ${expected}`);
  ' "$archive" "$3"
  mkdir "$work/$1"
  tar -xzf "$archive" -C "$work/$1" --strip-components=1
}

# vendor SOURCE TARGET [FROM TO]...: writes TARGET.br and TARGET.gz. Each FROM must occur and
# becomes TO; a source-map comment goes, since the map is not here.
vendor() {
  node -e '
    const { readFileSync, writeFileSync } = require("node:fs");
    const { createHash } = require("node:crypto");
    const zlib = require("node:zlib");
    const [source, target, ...replacements] = process.argv.slice(1);
    const sha256 = (data) => createHash("sha256").update(data).digest("hex");

    const original = readFileSync(source);
    let text = original.toString("utf8");
    if (!Buffer.from(text).equals(original)) throw new Error(`${source}: not UTF-8`);
    for (let i = 0; i < replacements.length; i += 2) {
      if (!text.includes(replacements[i])) throw new Error(`${source}: no ${replacements[i]}`);
      text = text.replaceAll(replacements[i], replacements[i + 1]);
    }
    text = text.replace(/\n?\/\*# sourceMappingURL=\S+ ?\*\/\s*$|\n?\/\/# sourceMappingURL=\S+\s*$/, "\n");

    const data = Buffer.from(text);
    const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
    const brotli = zlib.brotliCompressSync(data, {
      params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_SIZE_HINT]: data.length },
    });
    const gzip = zlib.gzipSync(data, { level: 9 });
    gzip[9] = 255; // The header names the system that wrote it: "unknown".
    writeFileSync(`${target}.br`, brotli);
    writeFileSync(`${target}.gz`, gzip);
    console.log(`${target}\n  package ${sha256(original)}\n  here    ${sha256(data)}`);
  ' "$@"
}

fetch swagger-ui-dist "$swagger_ui_version" "$swagger_ui_integrity"
fetch redoc "$redoc_version" "$redoc_integrity"

rm -rf swagger-ui-*/ redoc-*/

to=swagger-ui-$swagger_ui_version
from=$work/swagger-ui-dist
mkdir "$to"
cp "$from/LICENSE" "$from/NOTICE" "$from/swagger-ui-bundle.js.LICENSE.txt" "$to/"
vendor "$from/swagger-ui.css" "$to/swagger-ui.css"
vendor "$from/swagger-ui-bundle.js" "$to/swagger-ui-bundle.js"

# ReDoc's credit loads a logo from another host; `data:,` is no image and asks nobody.
to=redoc-$redoc_version
from=$work/redoc
mkdir "$to"
cp "$from/LICENSE" "$to/"
vendor "$from/bundles/redoc.standalone.js" "$to/redoc.standalone.js" \
  https://cdn.redoc.ly/redoc/logo-mini-full.svg data:, \
  https://cdn.redoc.ly/redoc/logo-mini.svg data:,

# Our pages name the folders.
for page in docs.html redoc.html redoc.js; do
  sed -E "s#/swagger-ui-[0-9][^/]*/#/swagger-ui-$swagger_ui_version/#g; s#/redoc-[0-9][^/]*/#/redoc-$redoc_version/#g" \
    "$page" >"$work/page"
  cmp -s "$work/page" "$page" || cp "$work/page" "$page"
done
