#!/usr/bin/env bash
# Schemathesis (Python) reads /openapi.json and asks what it says may be asked, and what may not: nothing is a 5xx, whatever is answered is
# described, no door opens without a token, `Allow` says the methods that there are. `schemathesis.sh [seconds of each part]`
# Left out is what the description cannot tell: that a text is no cursor or id of ours (`positive_data_acceptance`), that an acknowledgement is
# refused one by one, and an empty HL7 v2 message in its own words.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$here/../.."
export PATH="$root/node_modules/.bin:$PATH"
folder="$(mktemp -d)"
port="${PORT:-18090}"
token=operator-token-for-schemathesis
seconds="${1:-120}"
HANDOFF_STORE=sqlite::memory: HANDOFF_ADMIN_TOKEN="$token" HANDOFF_LOG=error PORT="$port" node "$root/src/cli.ts" serve >"$folder/smart" 2>&1 &
smart=$!
HANDOFF_STORE=sqlite::memory: HANDOFF_ADMIN_TOKEN="$token" HANDOFF_AUTH=none HANDOFF_LOG=error PORT="$((port + 1))" node "$root/src/cli.ts" serve >"$folder/open" 2>&1 &
open=$!
trap 'kill "$smart" "$open" 2>/dev/null; rm -rf "$folder"' EXIT
for one in "$port" "$((port + 1))"; do until curl -fs "http://127.0.0.1:$one/readyz" >/dev/null; do sleep 0.2; done; done

python3 -m venv "$folder/python" && "$folder/python/bin/pip" -q install schemathesis==4.32.5
cat >"$folder/forms.py" <<'PYTHON'
import schemathesis

@schemathesis.serializer("application/hl7-v2", "message/rfc822")
def as_bytes(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
PYTHON
cd "$folder"
run() {
  PYTHONPATH="$folder" SCHEMATHESIS_HOOKS=forms "$folder/python/bin/schemathesis" run "$@" -H "Authorization: Bearer $token" -w 1 \
    --continue-on-failure --warnings off --max-time "$seconds"
}
# Who has no token, or one for other doors, is kept out.
run "http://127.0.0.1:$port/openapi.json" --phases coverage --include-path-regex '^/(admin|console|docs|metrics)' \
  --checks ignored_auth,missing_required_header,not_a_server_error,status_code_conformance,content_type_conformance
# Who is let in.
run "http://127.0.0.1:$((port + 1))/openapi.json" --exclude-path-regex '^/(hl7v2|billing/acks)$' -n 1000 \
  --exclude-checks ignored_auth,missing_required_header,positive_data_acceptance
run "http://127.0.0.1:$((port + 1))/openapi.json" --include-path-regex '^/(hl7v2|billing/acks)$' -n 1000 \
  --exclude-checks ignored_auth,missing_required_header,positive_data_acceptance,negative_data_rejection
