# Pairs of iperf3 as one starts them by hand, in a loop, in a topology that stands; the servers' counters are read
# once after a warm-up and once when the window is over, and printed.
#
#   sh hand.sh PAIRS WARM_UP WINDOW SECONDS CPUS
#
# CPUS is a list with commas: both ends of the first pair run on the first, and so on.
set -eu
pairs=$1 warm_up=$2 window=$3 seconds=$4 cpus=$5

cpu_of() { echo "$cpus" | cut -d, -f"$1"; }

# The settings that containers have are a part of the topology (testbed.sh).
quieten='echo 1 >/proc/sys/net/ipv4/tcp_orphan_retries
[ ! -d /proc/sys/net/ipv6 ] || echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'

# in_namespace NAME PROGRAM...: in the background, its pid in $!
in_namespace() {
  name=$1
  shift
  nsenter --net="/run/netns/$name" sh -c "$quieten"'; exec "$@"' sh "$@" >/dev/null 2>&1 &
}

# Time stamp, counters, time stamp
read_counters() {
  # shellcheck disable=SC2086 # a list of files
  grep -HsE '^[[:space:]]*eth0:|^[0-9.]+ [0-9.]+$' /proc/uptime $files /proc/uptime
}

servers='' files=''
for pair in $(seq "$pairs"); do
  in_namespace "s$pair" taskset -c "$(cpu_of "$pair")" iperf3 -s -J -i 0
  servers="$servers $!" files="$files /proc/$!/net/dev"
done
sleep 0.3

clients=''
for pair in $(seq "$pairs"); do
  in_namespace "c$pair" taskset -c "$(cpu_of "$pair")" iperf3 -c "10.0.1.$pair" -t "$seconds" -C cubic -J -i 0
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
