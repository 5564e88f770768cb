# A machine that is a node. $3 and $4: pids of the machines `management` and `switch`, $5: name of its port on each,
# $6 and $7: its management address and prefix, $8: MTU, $9, ${10} and ${11}: rate, burst and limit of its port.
. "${0%/*}/machine.sh"
. "${0%/*}/sshd.sh"

node() {
  exec 8<"/proc/$3/ns/net" 9<"/proc/$4/ns/net"
  [ -e "$1/keys/$2" ] || ssh-keygen -q -t ed25519 -N '' -C "$2" -f "$1/keys/$2"
  host_key=$(cat "$1/keys/$2")
  client_key=$(cat "$1/id_ed25519.pub")
  settle "$1" "$2"
  plug "$5" "$6/$7" "$8"
  limit "$5" "$9" "${10}" "${11}"
  exec 8<&- 9<&-
  configure_sshd "$6"
  start_sshd
  stay
}

# plug PORT ADDRESS MTU: lays the cables to both networks, with an end named PORT there, in place of any that a node
# which was killed has left. A node that comes back has the hardware addresses by which its neighbours know it.
plug() {
  hardware=$(echo "${2%/*}" | tr . '\n' | xargs printf ':%02x')
  nsenter --net=/proc/self/fd/8 ip link del dev "$1" 2>/dev/null || true
  nsenter --net=/proc/self/fd/9 ip link del dev "$1" 2>/dev/null || true
  ip -batch - <<END
link add mgmt0 address 02:00$hardware type veth peer name $1 netns /proc/self/fd/8
link add eth1 address 02:01$hardware mtu $3 type veth peer name $1 mtu $3 netns /proc/self/fd/9
addr add $2 dev mgmt0
link set mgmt0 up
link set eth1 up
END
  nsenter --net=/proc/self/fd/8 ip link set dev "$1" master br0 up
  nsenter --net=/proc/self/fd/9 ip link set dev "$1" master br0 up
}

# limit PORT RATE BURST LIMIT: of the switch's port, towards the node. An uplink that moves would lose its own limit.
limit() {
  nsenter --net=/proc/self/fd/9 tc qdisc add dev "$1" root tbf rate "$2" burst "$3" limit "$4"
}

# configure_sshd ADDRESS: root may log in by the lab's key alone, also where the outer machine's root is locked, and has
# an empty home: the outer one's start-up files are not the node's.
configure_sshd() {
  mkdir /run/sshd /run/ssh /run/home
  echo "$client_key" >/run/ssh/authorized_keys
  (
    umask 077
    printf '%s\n' "$host_key" >/run/ssh/host_key
    sed 's/^root:!*/root:*/' /etc/shadow >/run/ssh/shadow
  )
  mount --bind /run/ssh/shadow /etc/shadow
  cat >/run/ssh/sshd_config <<END
ListenAddress $1
HostKey /run/ssh/host_key
AuthorizedKeysFile /run/ssh/authorized_keys
PidFile /run/sshd.pid
AuthenticationMethods publickey
PermitRootLogin prohibit-password
PermitUserRC no
PrintMotd no
PrintLastLog no
UsePAM no
UseDNS no
SetEnv HOME=/run/home
MaxStartups 256
END
}

node "$@" &
