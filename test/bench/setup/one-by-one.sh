# Set-up as in a tutorial: one `ip` process for each command.
#
#   sh one-by-one.sh macvlan|veth PAIRS MTU      in a private network and mount namespace
set -eu
driver=$1 pairs=$2 mtu=$3

uplink() {
  ip netns add switch
  ip link add uplink0 mtu "$mtu" group 7 up type veth peer name port0 mtu "$mtu" netns switch
  ip -n switch link add br0 mtu "$mtu" type bridge
  ip -n switch link set br0 addrgenmode none
  ip -n switch link set br0 up
  ip -n switch link set port0 master br0
  ip -n switch link set port0 addrgenmode none
  ip -n switch link set port0 up
}

# container NAME ADDRESS
container() {
  ip netns add "$1"
  case $driver in
    macvlan) ip link add link uplink0 name eth0 netns "$1" mtu "$mtu" type macvlan mode bridge ;;
    veth)
      ip link add "v$1" mtu "$mtu" group 7 up master br0 type veth peer name eth0 mtu "$mtu" netns "$1"
      ;;
  esac
  ip -n "$1" link set lo up
  ip -n "$1" link set eth0 addrgenmode none
  ip -n "$1" link set eth0 up
  ip -n "$1" addr add "$2" dev eth0
}

case $driver in
  macvlan) uplink ;;
  veth) ip link add br0 mtu "$mtu" group 7 up type bridge ;;
esac
prefix=16
[ "$pairs" -le 254 ] || prefix=8
for pair in $(seq "$pairs"); do
  network=$(((pair - 1) / 254)) host=$(((pair - 1) % 254 + 1))
  container "s$pair" "10.$network.1.$host/$prefix"
  container "c$pair" "10.$network.2.$host/$prefix"
done
