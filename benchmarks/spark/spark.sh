#!/usr/bin/env bash
# Texts per second of simcse-spark.jar on two executors of one core each, beside two processes of `simcse embed` with one thread each.
#   spark.sh SENTENCES OUTPUT [OPTION OF BOTH...]
# All run on processors 0 and 1, in turns, with a small and a large number of texts: the rate is that of the difference, so
# that starting is not in it. Set SPARK_HOME to an installation of Spark, or run SparkSubmitIT before, which leaves one.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
sentences=$1 output=$2
shift 2
small=${SMALL:-4096} large=${LARGE:-16384} rounds=${ROUNDS:-3}

export SPARK_HOME=${SPARK_HOME:-$root/simcse-integrations/spark/target/spark} SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP=127.0.0.1
submit=$root/simcse-integrations/spark/target/simcse-spark
opens=()
for package in lang lang.invoke lang.reflect io net nio util util.concurrent util.concurrent.atomic; do
  opens+=("--add-opens=java.base/java.$package=ALL-UNNAMED")
done
opens+=(--add-opens=java.base/sun.{nio.ch,nio.cs,security.action,util.calendar}=ALL-UNNAMED)
mkdir -p "$output"
"$root/simcse" --version >"$output/version.txt" # builds what is missing, which is not to be timed

spark() { # of $1 texts, in partitions as large as a window
  local rows=$1
  shift
  java "${opens[@]}" -cp "$SPARK_HOME/jars/*" org.apache.spark.deploy.SparkSubmit \
    --master "local-cluster[2,1,1024]" --conf spark.ui.enabled=false --conf spark.scheduler.minRegisteredResourcesRatio=1.0 \
    --jars "$submit/jars/*,$submit/${ENGINE:-pytorch}/*" "$submit/simcse-spark.jar" --backend "${ENGINE:-pytorch}" \
    --input "$output/$rows.txt" --output "$output/spark" --overwrite --partitions $((rows / 2048)) "$@"
}

embed() { # of $1 texts, half of them in each of two processes
  local rows=$1 half
  shift
  for half in a b; do
    "$root/simcse" embed --backend "${ENGINE:-pytorch}" --threads 1 --file "$output/$rows.$half.txt" --format parquet \
      --output "$output/embed.$half.parquet" "$@" &
  done
  wait
}

for rows in "$small" "$large"; do
  grep -v '^[[:space:]]*$' "$sentences" | head -n "$rows" >"$output/$rows.txt" || true
  head -n $((rows / 2)) "$output/$rows.txt" >"$output/$rows.a.txt"
  tail -n $((rows / 2)) "$output/$rows.txt" >"$output/$rows.b.txt"
done

: >"$output/times.txt"
export -f spark embed
export root output submit
uptime
for ((round = 1; round <= rounds; round++)); do
  for contender in spark embed; do
    for rows in "$small" "$large"; do
      took=$(python3 "$here/timed.py" "$output/$contender.log" taskset -c "${CPUS:-0,1}" \
        bash -c "$(declare -p opens); $contender \"\$@\"" bash "$rows" "$@")
      echo "$contender $rows $took" | tee -a "$output/times.txt"
    done
  done
done
uptime
awk -v small="$small" -v large="$large" '
  { wall[$1, $2] = wall[$1, $2] " " $3; cpu[$1, $2] = cpu[$1, $2] " " $4 }
  function least(list,  values, n, i, best) { n = split(list, values, " "); best = values[1]; for (i = 2; i <= n; i++) if (values[i] < best) best = values[i]; return best }
  function figures(name,  w, c) {
    w = least(wall[name, large]) - least(wall[name, small]); c = least(cpu[name, large]) - least(cpu[name, small])
    rate[name] = (large - small) / w; percpu[name] = (large - small) / c
    printf "%s: %.1f texts/s on two processors, %.1f texts per second of processor time, start %.1f s\n", name, rate[name], percpu[name], least(wall[name, small]) - small / rate[name]
  }
  END {
    figures("spark"); figures("embed")
    printf "spark by embed: %.1f %% by the clock, %.1f %% by processor time\n", 100 * rate["spark"] / rate["embed"], 100 * percpu["spark"] / percpu["embed"]
  }' "$output/times.txt" | tee "$output/result.txt"
