# Gives an uplink back its settings by a journal (restoration.ts writes it). May be done any number of times.

# attempt COMMAND...: what is so already is no failure.
attempt() {
  said=$("$@" 2>&1) && return
  case $said in
  *'File exists'* | *'already assigned'* | *'Exclusivity flag'*) ;;
  *)
    echo "$*: $said" >&2
    failed=1
    ;;
  esac
}

# find_uplink NAME MAC: waits until the device is here, under whatever name the kernel gave it, and names it NAME.
find_uplink() {
  tries=30
  while ! ip -o link show dev "$1" 2>/dev/null | grep -q " $2 "; do
    line=$(ip -o link show | grep -m 1 "link/[a-z0-9]* $2 ")
    if [ -n "$line" ]; then
      line=${line#*: }
      attempt ip link set dev "${line%%[@:]*}" down
      attempt ip link set dev "${line%%[@:]*}" name "$1"
      return
    fi
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then
      echo "$1 ($2) is not in this network" >&2
      failed=1
      return
    fi
    sleep 0.1
  done
}

# remaining DEADLINE: seconds until a time of /proc/uptime; `forever` stays.
remaining() {
  read -r now _ </proc/uptime
  if [ "$1" = forever ]; then
    echo forever
  else
    echo $(($1 > ${now%.*} ? $1 - ${now%.*} : 0))
  fi
}

# add_address VALID PREFERRED WORDS...: an address that has not run out while it was away.
add_address() {
  valid=$(remaining "$1") preferred=$(remaining "$2")
  shift 2
  [ "$valid" = 0 ] || attempt ip addr "$@" valid_lft "$valid" preferred_lft "$preferred"
}

# set_sysctl PATH VALUE: written only where it differs.
set_sysctl() {
  file=$1 value=$2
  [ -e "$file" ] || return
  read -r current <"$file"
  [ "$current" = "$value" ] || attempt sh -c 'echo "$2" >"$1"' sh "$file" "$value"
}

# restore JOURNAL: fails if something could not be given back, and says what.
restore() {
  failed=
  while read -r verb rest; do
    set -f
    case $verb in
    uplink)
      find_uplink $rest
      [ -z "$failed" ] || return 1
      ;;
    sysctl) set_sysctl "${rest%% *}" "${rest#* }" ;;
    address) add_address $rest ;;
    ip | tc) attempt "$verb" $rest ;;
    esac
    set +f
  done <"$1"
  [ -z "$failed" ]
}

# Names this network in a journal's file name.
home_id() {
  home=$(readlink /proc/self/ns/net) # net:[4026531840]
  home=${home#net:?}
  echo "${home%?}"
}
