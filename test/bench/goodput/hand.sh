# Pairs of iperf3 as one starts them by hand, in a loop, in a topology that stands; the servers' counters are read
# once after a warm-up and once when the window is over, and printed.
#
#   sh hand.sh PAIRS WARM_UP WINDOW SECONDS
set -eu
pairs=$1 warm_up=$2 window=$3 seconds=$4

# in_namespace NAME PROGRAM...: in the background, its pid in $!
in_namespace() {
  name=$1
  shift
  nsenter --net="/run/netns/$name" "$@" >/dev/null 2>&1 &
}

# Time stamp, counters, time stamp
read_counters() {
  # shellcheck disable=SC2086 # a list of files
  grep -HsE '^[[:space:]]*eth0:|^[0-9.]+ [0-9.]+$' /proc/uptime $files /proc/uptime
}

servers='' files=''
for pair in $(seq "$pairs"); do
  in_namespace "s$pair" iperf3 -s -J -i 0
  servers="$servers $!" files="$files /proc/$!/net/dev"
done
sleep 0.3

clients=''
for pair in $(seq "$pairs"); do
  in_namespace "c$pair" iperf3 -c "10.0.1.$pair" -t "$seconds" -C cubic -J -i 0
  clients="$clients $!"
done
sleep "$warm_up"
read_counters
echo @close
sleep "$window"
read_counters

for pid in $clients; do wait "$pid"; done
# shellcheck disable=SC2086 # a list of pids
kill $servers
wait
