#!/bin/bash
# A study on a real Slurm of one machine, from nothing: installs Slurm, starts it in a scratch folder, submits a table of 2 pairs,
# 3 methods and 2 seeds, requeues one of its tasks and kills the process of another, and compares the table with that of one process.
# Where it may not install, it says so and ends with 0. `npm run slurm:study`.
set -euo pipefail
cd "$(dirname "$0")/.."
repository=$PWD

skip() {
  echo "skipped: $1"
  exit 0
}
if ! command -v slurmctld > /dev/null || ! command -v munged > /dev/null; then
  [ "$(id -u)" = 0 ] || skip 'Slurm is not installed, and only root may install it'
  command -v apt-get > /dev/null || skip 'Slurm is not installed, and there is no apt-get'
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update && apt-get install -y --no-install-recommends slurm-wlm munge; } > /dev/null 2>&1 ||
    skip 'slurm-wlm and munge cannot be installed'
fi
[ "$(id -u)" = 0 ] || skip 'the daemons of Slurm need root'

scratch=$(mktemp -d)
chmod 755 "$scratch"
started=()
finish() {
  for pid in "${started[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait
  rm -rf "$scratch"
}
trap finish EXIT

# munge: a key, a socket and a daemon of this run alone.
install -d -o munge -g munge "$scratch/munge"
dd if=/dev/urandom of="$scratch/munge/key" bs=128 count=1 status=none
chown munge "$scratch/munge/key"
chmod 400 "$scratch/munge/key"
runuser -u munge -- munged --foreground --key-file "$scratch/munge/key" --socket "$scratch/munge/socket" \
  --pid-file "$scratch/munge/pid" --log-file "$scratch/munge/log" --seed-file "$scratch/munge/seed" > /dev/null 2>&1 &
started+=($!)

host=$(hostname -s)
mkdir -p "$scratch/state" "$scratch/spool"
cat > "$scratch/slurm.conf" << CONF
ClusterName=scratch
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$scratch/munge/socket
CryptoType=crypto/munge
SlurmUser=root
SlurmdUser=root
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
SlurmctldPort=36817
SlurmdPort=36818
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
SlurmctldLogFile=$scratch/slurmctld.log
SlurmdLogFile=$scratch/slurmd.log
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=4000 State=UNKNOWN
PartitionName=scratch Nodes=$host Default=YES MaxTime=60 State=UP
CONF
export SLURM_CONF=$scratch/slurm.conf
for _ in $(seq 50); do [ -S "$scratch/munge/socket" ] && break; sleep 0.2; done
slurmctld -D > /dev/null 2>&1 &
started+=($!)
slurmd -D > /dev/null 2>&1 &
started+=($!)
# A client waits long for a daemon that is gone, so each look has an end, and none follows the end of a daemon.
idle() { timeout 20 sinfo -h -o %T 2> /dev/null | grep -q idle; }
for _ in $(seq 60); do
  sleep 1
  for pid in "${started[@]}"; do kill -0 "$pid" 2> /dev/null || break 2; done
  idle && break
done
idle || skip "Slurm does not start here: $(tail -n 1 "$scratch/slurmd.log" "$scratch/slurmctld.log" 2> /dev/null | tr '\n' ' ')"
echo "Slurm $(sinfo --version | cut -d' ' -f2) runs on $host"

npm run --silent build
npm run --silent tools
mkdir "$scratch/study"
node build/scripts/small-study.js "$scratch/study"
cd "$scratch/study"
adclip=(node "$repository/dist/cli/main.js")
# Long enough to be killed while it trains.
study=(table --data data --clip clip.safetensors --activation quick-gelu --batch 2 --image-tokens 2 --style-hidden 8
  --mapping-hidden 8 --epochs 120 --warm-up 1 --methods zero-shot,coop,ad-clip --seeds '1,2' --pairs 'photo:sketch,sketch:photo')

"${adclip[@]}" submit --on slurm --cpus 1 --partition scratch -- "${study[@]}" --out submitted
"${adclip[@]}" status submitted
mkdir -p submitted/jobs/logs
for file in submitted/jobs/*.sbatch; do sbatch --test-only "$file"; done
bash submitted/jobs/submit.sh
"${adclip[@]}" status submitted

number_of() { grep "\"name\":\"$1\"" submitted/jobs/plan.jsonl | sed 's/.*"index":\([0-9]*\).*/\1/'; }
trains() { [ -s "submitted/$1/metrics.jsonl" ] && [ ! -e "submitted/$1/evaluation.json" ]; }
wait_for() {
  for _ in $(seq 12000); do
    if trains "$1"; then return; fi
    if [ -e "submitted/$1/evaluation.json" ]; then break; fi
    sleep 0.1
  done
  echo "$1 was never seen to train" >&2
  exit 1
}
cells=$(squeue -h -o '%F %j' | awk '$2 == "submitted-cells" { print $1 }' | head -n 1)

requeued=coop/photo-to-sketch/seed-1
killed=ad-clip-reference/photo-to-sketch/seed-1
wait_for "$requeued"
task=$(number_of "$requeued")
scontrol requeue "${cells}_$task"
echo "requeued: task $task, $requeued, after $(wc -l < "submitted/$requeued/metrics.jsonl") steps"

"${adclip[@]}" status submitted
wait_for "$killed"
pid=$(sed 's/.*"pid":\([0-9]*\).*/\1/' "submitted/$killed/run.lock")
kill -9 "$pid"
echo "killed: process $pid, $killed, after $(wc -l < "submitted/$killed/metrics.jsonl") steps"

for _ in $(seq 7200); do
  [ -n "$(squeue -h 2> /dev/null)" ] || break
  sleep 0.5
done
"${adclip[@]}" status submitted | tee status.txt
grep -q '^10 runs: 10 finished$' status.txt
grep -h 'ended by a signal' submitted/jobs/logs/*.log
"${adclip[@]}" "${study[@]}" --out serial > serial.txt 2> /dev/null
cat serial.txt
cmp submitted/table.txt serial.txt
echo "the table of the submitted study is that of one process, byte for byte"
for file in $(cd serial && find . -name prompt_learner.safetensors -o -name evaluation.json); do cmp "submitted/$file" "serial/$file"; done
echo "so are the weights and the accuracies of all runs"
