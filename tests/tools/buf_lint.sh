#!/usr/bin/env bash
# buf's STANDARD and COMMENTS rules over our protos. buf cannot see google/api outside its workspace, so it
# reads an image that protoc makes with everything in it, and leaves google's own files alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
image=$(mktemp --suffix=.binpb)
trap 'rm -f "$image"' EXIT

mapfile -t protos < <(cd proto && find laurel -name '*.proto' | sort)
protoc --include_imports --include_source_info --descriptor_set_out="$image" \
  -I proto -I /usr/share/gocode/src/github.com/gogo/googleapis -I /usr/include "${protos[@]}"
tests/tools/node_modules/.bin/buf lint "$image" --config \
  '{"version": "v1", "lint": {"use": ["STANDARD", "COMMENTS"], "ignore": ["google"]}}'
echo "buf lint: ${#protos[@]} files, nothing to say"
