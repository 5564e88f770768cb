# Prints what there is to know of an uplink ($1): per topic a line "@topic", then what a program said of it.
topic() {
  echo "@$1"
  shift
  "$@" 2>/dev/null
  echo
}

# Devices of all other namespaces that stand on, or are the peer of, a device of this one.
elsewhere() {
  unshare --mount sh -c '
    mount -t tmpfs tmpfs /run && mkdir /run/netns && ip netns attach home $$ || exit
    for pid in $(lsns --noheadings --raw --type net --output PID); do
      nsenter --net="/proc/$pid/ns/net" ip -o -d link show
    done
    for named in "/proc/$PPID/root/run/netns/"*; do
      nsenter --net="$named" ip -o -d link show
    done' | grep 'link-netns home'
}

# How an answer to whoever started this over SSH would travel.
answer() {
  [ -z "$SSH_CONNECTION" ] || ip -j route get "${SSH_CONNECTION%% *}"
}

topic uptime cat /proc/uptime
topic link ip -j -d addr show dev "$1"
topic links ip -j -d link show
topic elsewhere elsewhere
topic wireless ls -d "/sys/class/net/$1/wireless" "/sys/class/net/$1/phy80211"
topic routes4 ip -j -d -4 route show table all
topic routes6 ip -j -d -6 route show table all
topic neighbours ip -j neigh show dev "$1" nud permanent
topic qdiscs tc -j qdisc show dev "$1"
topic filters tc filter show dev "$1"
topic filters-in tc filter show dev "$1" ingress
topic filters-out tc filter show dev "$1" egress
topic sysctls grep -rs '' "/proc/sys/net/ipv4/conf/$1" "/proc/sys/net/ipv6/conf/$1" \
  "/proc/sys/net/ipv4/neigh/$1" "/proc/sys/net/ipv6/neigh/$1"
topic sessions ss -tnpH state established
topic connection echo "$SSH_CONNECTION"
topic answer answer
