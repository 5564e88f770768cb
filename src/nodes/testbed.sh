# Sent first to the shell that is process 1 of a private testbed. It reads this and every later script from its
# standard input; when that ends, so does it, and the kernel removes all that was made in here.
read -r outer_pid _ </proc/self/stat # /proc is still the machine's: this is our pid as seen from outside
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/netns /run/bench
cd /run/bench || exit 1
export TMPDIR=/run/bench

# What measures must get the CPU when it asks, however many programs send: in real time where that is allowed (see
# sampler.sh), else because the whole session of the traffic steps back. Some kernels let one session starve all
# others for seconds.
chrt --fifo 1 true 2>/dev/null || echo 19 >/proc/self/autogroup

# An orphaned connection over a dead path would pin its devices for minutes, and IPv6 chatters at every set-up.
quieten='echo 1 >/proc/sys/net/ipv4/tcp_orphan_retries
[ ! -d /proc/sys/net/ipv6 ] || echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
sh -c "$quieten"

programs=

# start NAME NETNS PROGRAM...: runs a program in a namespace, its output in NAME.out; prints "NAME pid".
start() {
  name=$1 netns=$2
  shift 2
  nsenter --net="$netns" sh -c "$quieten"'; exec "$@"' sh "$@" >"$name.out" 2>&1 </dev/null &
  programs="$programs $!"
  echo "$name $!"
}

# attempt INDEX COMMAND...: runs a command and says so if it failed.
attempt() {
  index=$1
  shift
  "$@" 2>&1 || printf '\n@failed %s %s\n' "$index" $?
}

# stop_programs: ends every program that start began, and waits until it is gone.
stop_programs() {
  # shellcheck disable=SC2086 # a list of pids
  [ -z "$programs" ] || { kill -KILL $programs; wait $programs; } 2>/dev/null
  programs=
}

ip link set lo up
echo "outer $outer_pid"
