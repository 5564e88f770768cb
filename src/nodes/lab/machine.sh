# What the machines of a lab have in common. Each is a shell that is the first process of network, mount, UTS and PID
# namespaces of its own, so nothing may be forked before it. $1: the lab's folder, $2: the machine's name; more as the
# kind of machine wants.
set -e

# settle FOLDER NAME: writes down which process this is, and takes its own /proc, /run, /sys and host name.
settle() {
  cd /
  read -r stat </proc/self/stat # /proc is still the outer machine's: so is the pid
  echo "$stat" >"$1/keepers/$2.new"
  mv "$1/keepers/$2.new" "$1/keepers/$2"

  # -n, or mount leaves a folder of its own in the outer /run
  mount -n -t proc proc /proc
  mount -n -t tmpfs -o mode=755 tmpfs /run
  mkdir /run/cgroup
  mount --rbind /sys/fs/cgroup /run/cgroup
  mount -t sysfs sysfs /sys
  mount --move /run/cgroup /sys/fs/cgroup
  rmdir /run/cgroup

  echo "$2" >/proc/sys/kernel/hostname
  for devices in all default; do
    quiet=/proc/sys/net/ipv6/conf/$devices/disable_ipv6
    [ ! -e $quiet ] || echo 1 >$quiet
  done
  ip link set lo up
}

# stay: says that the machine is ready, and keeps it. A shell that waits buries the orphans that fall to it.
stay() {
  echo ready
  exec >/dev/null 2>&1
  sleep infinity &
  wait
}
