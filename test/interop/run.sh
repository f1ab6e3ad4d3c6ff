#!/usr/bin/env bash
# Clients that are no packages of ours against a fresh gateway: fhirpy (Python), SMART's fhirclient (npm), HAPI FHIR's client (Java). And
# pyx12 (Python), which knows 005010X222A1, judges files of claims.
# Those whose runtime is not on this machine are left out, by name. Installs what they need into a folder that is removed afterwards.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$here/../.."
export PATH="$root/node_modules/.bin:$PATH"
folder="$(mktemp -d)"
port="${PORT:-18090}"
HANDOFF_STORE=sqlite::memory: HANDOFF_AUTH=none HANDOFF_LOG=error PORT="$port" node "$root/src/cli.ts" serve &
gateway=$!
trap 'kill "$gateway" 2>/dev/null; rm -rf "$folder"' EXIT
base="http://127.0.0.1:$port/fhir"
until curl -fs "http://127.0.0.1:$port/readyz" >/dev/null; do sleep 0.2; done

if command -v python3 >/dev/null; then
  python3 -m venv "$folder/python" && "$folder/python/bin/pip" -q install fhirpy
  "$folder/python/bin/python" "$here/fhirpy_client.py" "$base"
  "$folder/python/bin/pip" -q install pyx12==4.0.0
  mkdir "$folder/claims" && node "$here/write-claims.ts" "$folder/claims"
  # Its exit code says nothing.
  "$folder/python/bin/x12valid" -s e "$folder"/claims/*.x12 >"$folder/judged" 2>&1 || true
  [ "$(grep -c ': OK$' "$folder/judged")" = "$(find "$folder/claims" -name '*.x12' | wc -l)" ] || { cat "$folder/judged"; exit 1; }
  echo "pyx12: $(grep -c ': OK$' "$folder/judged") files of claims are valid"
else echo "left out: fhirpy, pyx12 (no python3)"; fi

cp "$here/fhirclient.mjs" "$folder/" && (cd "$folder" && npm install --silent --no-save --prefix "$folder" fhirclient@2.6.3 >/dev/null && node fhirclient.mjs "$base")

if command -v mvn >/dev/null; then
  cp -r "$here/hapi" "$folder/hapi" && (cd "$folder/hapi" && mvn -q compile exec:java -Dexec.args="$base")
else echo "left out: HAPI (no mvn)"; fi
