#!/usr/bin/env bash
# Trains with the settings of a file beside this one, five seeds on each engine in pairs, and prints what came out.
#   learning.sh supervised|unsupervised TRAIN_FILE SENTEVAL_DIR OUTPUT
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kind=$1 rows=$2 data=$3 output=$4
for seed in 1 2 3 4 5; do
  for backend in pytorch tensorflow; do
    run=$output/$kind-$backend-$seed
    "$here/../../simcse" train --quiet --config "$here/$kind.yaml" --train-file "$rows" --eval-data "$data" \
      --seed $seed --backend $backend --threads 2 --output "$run" > "$run.txt"
    echo "$kind $backend seed $seed: $(awk '$1 == "eval_stsb_spearman" { print $2, $3 }' "$run.txt")"
  done
done | tee "$output/$kind.txt"
awk '{ n[$2]++; before[$2] += $5; after[$2] += $6; squares[$2] += $6 * $6
       if ($2 == "pytorch") last = $6; else { d = $6 - last; sum += d; pairs++ } }
     END { for (b in n) { m = after[b] / n[b]
             printf "%s: before %.4f, after %.4f, standard deviation %.4f\n", b, before[b] / n[b], m, sqrt((squares[b] - n[b] * m * m) / (n[b] - 1)) }
           printf "mean difference of the pairs: %.4f\n", sum / pairs }' "$output/$kind.txt"
