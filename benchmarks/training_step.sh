#!/usr/bin/env bash
# Lets the engines and PyTorch from Python take turns at the same training step.
#   training_step.sh PYTHON [ROUNDS [STEPS [LENGTHS]]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$1 rounds=${2:-3} steps=${3:-8} lengths=${4:-}
export GOMP_SPINCOUNT=20000 ONEDNN_PRIMITIVE_CACHE_CAPACITY=32 TF_ENABLE_ONEDNN_OPTS=1 TF_CPP_MIN_LOG_LEVEL=2
classes="benchmarks/target/classes:benchmarks/target/lib/*"
for _ in $(seq "$rounds"); do
  for backend in pytorch tensorflow; do
    java -Xmx1g -XX:+UseSerialGC -cp "$classes" org.simcse.benchmarks.TrainingStep $backend "$steps" $lengths 2> /dev/null
  done
  for attention in eager sdpa; do
    OMP_NUM_THREADS=2 "$python" benchmarks/training_step.py $attention "$steps" $lengths
  done
done
