#!/usr/bin/env bash
# Trains with the settings of a file beside this one, five seeds on each engine, and prints what came out.
#   learning.sh supervised|unsupervised TRAIN_FILE SENTEVAL_DIR OUTPUT
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kind=$1 rows=$2 data=$3 output=$4
for backend in pytorch tensorflow; do
  echo "$kind, $backend"
  "$here/../../simcse" train --quiet --config "$here/$kind.yaml" --train-file "$rows" --eval-data "$data" \
    --seeds 1,2,3,4,5 --backend $backend --threads 2 --output "$output/$kind-$backend"
done
python3 - "$output/$kind"-{pytorch,tensorflow}/seeds.json <<'END'
import json, statistics, sys
torch, tensorflow = ({run["seed"]: run for run in json.load(open(file))["runs"]} for file in sys.argv[1:])
for name, figure in (("STS-B, development set", lambda run: run["after"]["eval_stsb_spearman"]),
                     ("mean of the seven STS tasks", lambda run: statistics.mean(run["sts"].values()))):
    differences = [figure(tensorflow[seed]) - figure(torch[seed]) for seed in torch]
    print("tensorflow less pytorch, seed by seed, %s: mean %+.4f, standard deviation %.4f"
          % (name, statistics.mean(differences), statistics.stdev(differences)))
END
