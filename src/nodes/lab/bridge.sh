# A machine that is a network: a bridge, which has the address $3 if that is given.
. "${0%/*}/machine.sh"

bridge() {
  settle "$1" "$2"
  ip link add br0 type bridge mcast_snooping 0
  ip link set br0 up
  [ -z "$3" ] || ip addr add "$3" dev br0
  stay
}

bridge "$@" &
