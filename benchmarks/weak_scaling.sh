#!/usr/bin/env bash
# Weak scaling of a training step, one thread per rank: one rank alone, two that know nothing of each other, and two that train together.
#   weak_scaling.sh BACKEND [ROUNDS [STEPS]]
# The second says what the processor does to two processes; the third what the ranks do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
backend=$1 rounds=${2:-3} steps=${3:-8}
export GOMP_SPINCOUNT=20000 ONEDNN_PRIMITIVE_CACHE_CAPACITY=32 TF_ENABLE_ONEDNN_OPTS=1 TF_CPP_MIN_LOG_LEVEL=2
step() {
  java -Xmx2g -XX:+UseSerialGC -Dthreads=1 -Dceiling=false "$@" -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
    org.simcse.benchmarks.TrainingStep "$backend" "$steps" 2> /dev/null
}
export -f step
export backend steps
root=()
if [ "$(id -u)" = 0 ]; then root=(--allow-run-as-root); fi
for _ in $(seq "$rounds"); do
  echo "alone:    $(step)"
  step > /dev/null & # beside it
  echo "beside:   $(step)"
  wait
  echo "together: $(mpirun -np 2 "${root[@]}" --oversubscribe --bind-to none bash -c 'step -Dgather=mpi')"
done
