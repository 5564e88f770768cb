# Lends an uplink ($1) to a testbed (pid of its first process: $2), and gives it back as it was when the one who
# asked for that has closed our standard input, or been silent for 5 s. Standard input: the journal, a line "end", then
# a heartbeat line each second. Says "ready" once moved.
uplink=$1 init=$2
journal=/run/bench/$uplink.$(home_id).journal

# refuse MESSAGE: ends before anything was moved.
refuse() {
  echo "$1" >&2
  exit 1
}

# inside COMMAND...: in the testbed's network, which lives on while descriptor 9 is open.
inside() {
  nsenter --net=/proc/self/fd/9 "$@"
}

write_journal() {
  while read -r line; do
    [ "$line" != end ] || return 0
    printf '%s\n' "$line"
  done
  return 1
}

# If the device is not there the kernel has sent it home, or it is lost: restore tells.
fetch_uplink() {
  line=$(inside ip -o link show | grep "^$index: ") || return
  line=${line#*: } name=${line%%[@:]*}
  inside ip link set dev "$name" down
  [ "$name" = "$uplink" ] || inside ip link set dev "$name" name "$uplink"
  inside ip link set dev "$uplink" netns "/proc/$$/ns/net"
}

umask 077
mkdir -p /run/bench
[ ! -e "$journal" ] || refuse "$journal is left of an earlier run: \`bench clean\` gives the uplink back first"
exec 9<"/proc/$init/ns/net" 8>"$journal.new"
flock -n 8 || refuse "another run is taking $uplink at this moment"
write_journal >&8 || refuse 'the journal was cut short'
mv "$journal.new" "$journal"
ip link set dev "$uplink" netns /proc/self/fd/9 || {
  rm -f "$journal"
  refuse "$uplink can't be moved into a testbed"
}
index=$(inside ip -o link show dev "$uplink")
index=${index%%:*}
echo ready

await_silence 2>/dev/null 8>&- 9>&-
end_testbed
fetch_uplink
restore "$journal" && rm -f "$journal"
