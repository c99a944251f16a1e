#!/bin/sh
# {{count}} shards of plan {{id}}: {{command}}
# Made by `linchpin submit`; edit it as you like, and run it with `sh {{file}}`.
# Every host sees the folder, and has the program. With GNU parallel, the same is
#   parallel --retries 3 --jobs {{perHost}} --sshlogin {{hostList}} {{worker}}' --shard {}/{{shards}}' ::: {{indices}}
set -u
indices='{{indices}}'
worker={{worker}}
failed=0
pids=''
start() { # shard, host
  {{remote}} "$2" "$worker --shard $1/{{shards}}" >> {{logs}}/shard-"$1".log 2>&1 < /dev/null
}
# One after the other on each host that has a line, all lines at once.
lines=0
for host in {{hosts}}; do
  for _ in $(seq {{perHost}}); do lines=$((lines + 1)); done
done
line=0
for host in {{hosts}}; do
  for _ in $(seq {{perHost}}); do
    (
      status=0
      at=0
      for shard in $indices; do
        [ $((at % lines)) -eq "$line" ] && { start "$shard" "$host" || status=1; }
        at=$((at + 1))
      done
      exit $status
    ) &
    pids="$pids $!"
    line=$((line + 1))
  done
done
for job in $pids; do wait "$job" || failed=1; done
exit $failed
