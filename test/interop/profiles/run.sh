#!/usr/bin/env bash
# HL7's own validator over our package: it loads, all good examples and all that the mappings write are valid, all bad examples are refused.
# Needs Java and Maven, and the guides that our profiles derive from (CORPORA, as the tests); with DEFINITIONS=1 it looks at the definitions, too.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
export PATH="$root/node_modules/.bin:$PATH"
for tool in java mvn; do command -v "$tool" >/dev/null || { echo "left out: HL7's validator (no $tool)"; exit 0; }; done
cd "$root"
[ -d "${CORPORA:-../shared/corpora}" ] || { echo "left out: HL7's validator (no corpora, and so no US Core)"; exit 0; }
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

mvn -q -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/lib"
javac -cp "$folder/lib/*" -d "$folder" "$here/Validate.java"
node "$here/packages.ts" "$folder"
node "$here/outputs.ts" "$folder/outputs"
node "$root/src/cli.ts" packages build --out "$folder"
java -Xmx4g -Duser.home="$folder" -cp "$folder/lib/*:$folder" Validate "$folder"/*.tgz https://warm-handoff.example/fhir \
  "$root/profiles/examples" "$folder/outputs" ${DEFINITIONS:+"$root/profiles"}
