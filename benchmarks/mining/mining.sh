#!/usr/bin/env bash
# Times simcse mine on a corpus in which the hard negatives of NLI are hidden among sentences of Wikipedia, and counts how many it finds.
#   mining.sh NLI_TRIPLETS WIKI_SENTENCES OUTPUT [OPTION OF MINE...]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
triplets=$1 sentences=$2 output=$3
shift 3
mkdir -p "$output"
python3 "$here/planted.py" plant "$triplets" "$sentences" "$output" "${PAIRS:-10000}" "${CORPUS:-100000}"
"$here/../../simcse" --version > "$output/version.txt" # builds what is missing, which is not to be timed
begun=$(date +%s%N)
"$here/../../simcse" mine --pairs "$output/pairs.csv" --corpus "$output/corpus.txt" \
  --negatives "${NEGATIVES:-5}" --output "$output/mined.csv" "$@"
ended=$(date +%s%N)
python3 "$here/planted.py" recall "$triplets" "$output" $(((ended - begun) / 1000000)) | tee "$output/result.txt"
