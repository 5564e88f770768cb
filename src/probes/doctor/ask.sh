# Answers all that doctor asks of a machine, and changes nothing there. $1: programs to look for; the rest: files, and
# folders with files, to read.
programs=$1
shift

# answer NAME COMMAND...: prints "@NAME" with the command's exit code, and what it says behind that.
answer() {
  name=$1
  shift
  said=$("$@" 2>&1 </dev/null)
  echo "@$name $?"
  printf '%s\n' "$said"
}

missing() {
  for program in $programs; do
    command -v "$program" >/dev/null || echo "$program"
  done
}

# How many processes our own cgroup may have, v2 or v1.
most_processes() {
  while IFS=: read -r _ controllers group; do
    case $controllers in
    '') file=/sys/fs/cgroup$group/pids.max ;;
    pids) file=/sys/fs/cgroup/pids$group/pids.max ;;
    *) continue ;;
    esac
    ! read -r most <"$file" || echo "$most"
  done </proc/self/cgroup 2>/dev/null
}

user=$(id -u)
as_root=
[ "$user" = 0 ] || as_root='--user --map-root-user'

answer user echo "$user"
answer missing missing
answer iperf3 iperf3 --version
answer irqbalance pgrep -x irqbalance
answer namespaces unshare $as_root --net --mount --pid --fork --kill-child true
answer processes most_processes
answer files grep -arsH . "$@"
