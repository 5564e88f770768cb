# What every guardian has in common. It was started outside of a testbed, in a session of its own, and goes on for as
# long as a line comes each second; "$init" is the pid of the testbed's first process, descriptor 9 the testbed's network.
trap '' HUP INT QUIT TERM PIPE

# Returns when standard input has ended, or after 5 s without a line. Those are counted one by one: when the
# machine stood still or starved, so did we, and the heartbeats still have their time to come.
await_silence() {
  silence=0
  while [ "$silence" -lt 5 ]; do
    timeout -s KILL 1 sh -c 'read -r beat'
    case $? in
    0) silence=0 ;;
    1) return ;;
    *) silence=$((silence + 1)) ;;
    esac
  done
}

# Unless it has ended already, and its pid become another's.
end_testbed() {
  [ "$(readlink "/proc/$init/ns/net")" != "$(readlink /proc/self/fd/9)" ] || kill -KILL "$init"
}
