# Ends a testbed (pid of its first process: $1) when the one who asked for that has closed our standard input, or been
# silent for 5 s. Until then an uplink ($2, if there is one) that stays with the machine is shared by that testbed alone:
# containers of two runs would have the same addresses on one network. Says "ready" once it watches.
init=$1 uplink=$2
exec 9<"/proc/$init/ns/net" || exit 1

# claim: locks the uplink; the file is gone again when its holder ends.
claim() {
  lock=/run/bench/$uplink.$(stat --dereference --format %i /proc/self/ns/net).shared
  umask 077
  mkdir -p /run/bench
  exec 8>>"$lock"
  flock -n 8 && [ "$lock" -ef /proc/self/fd/8 ] || {
    echo "another run shares $uplink at this moment" >&2
    exit 1
  }
}

[ -z "$uplink" ] || claim
echo ready
await_silence 2>/dev/null 8>&- 9>&-
end_testbed
[ -z "$uplink" ] || rm -f "$lock"
