# The measure of set-up: a local topology by `ip -batch`, one batch for the node and one for each container, four at a
# time. The kernel does its part under one lock, so more at a time bring nothing.
#
#   sh batch.sh macvlan|veth PAIRS MTU      in a private network and mount namespace
set -eu
driver=$1 pairs=$2 mtu=$3

# in_namespace NAME: runs the batch on standard input there.
in_namespace() { nsenter --net="/run/netns/$1" ip -batch -; }

node_batch() {
  for pair in $(seq "$pairs"); do
    printf 'netns add s%d\nnetns add c%d\n' "$pair" "$pair"
  done
  "${driver}_devices"
}

macvlan_devices() {
  echo netns add switch
  echo link add uplink0 mtu "$mtu" group 7 up type veth peer name port0 mtu "$mtu" netns switch
  for pair in $(seq "$pairs"); do
    for name in "s$pair" "c$pair"; do
      echo link add link uplink0 name eth0 netns "$name" mtu "$mtu" type macvlan mode bridge
    done
  done
}

veth_devices() {
  echo link add br0 mtu "$mtu" group 7 up type bridge
  for pair in $(seq "$pairs"); do
    for name in "s$pair" "c$pair"; do
      echo link add "v$name" mtu "$mtu" group 7 up master br0 type veth peer name eth0 mtu "$mtu" netns "$name"
    done
  done
}

switch_batch() {
  cat <<END
link add br0 mtu $mtu type bridge
link set br0 addrgenmode none
link set br0 up
link set port0 master br0
link set port0 addrgenmode none
link set port0 up
END
}

# address PAIR ROLE: 10.0.ROLE.PAIR/16; from the 255th pair on 10.1.ROLE.1, and a prefix that holds them all.
address() {
  prefix=16
  [ "$pairs" -le 254 ] || prefix=8
  echo "10.$((($1 - 1) / 254)).$2.$((($1 - 1) % 254 + 1))/$prefix"
}

# container NAME ADDRESS
container() {
  in_namespace "$1" <<END
link set lo up
link set eth0 addrgenmode none
link set eth0 up
addr add $2 dev eth0
END
}

# lane FIRST: every fourth pair
lane() {
  pair=$1
  while [ "$pair" -le "$pairs" ]; do
    container "s$pair" "$(address "$pair" 1)"
    container "c$pair" "$(address "$pair" 2)"
    pair=$((pair + 4))
  done
}

node_batch | ip -batch -
[ "$driver" != macvlan ] || switch_batch | in_namespace switch
lanes=
for first in 1 2 3 4; do
  lane "$first" &
  lanes="$lanes $!"
done
for pid in $lanes; do wait "$pid"; done
