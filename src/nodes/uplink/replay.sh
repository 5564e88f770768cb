# Replays the journals whose guardian is gone; prints "outcome journal" for each. $1: "dry" changes nothing.
# Exit code 77: there may be journals, but we are not allowed to see them.
# A guardian holds a lock on its journal, so a free lock means that it has ended.
replay() {
  exec 8<"$1"
  case $1 in
  *".$(home_id).journal") ;;
  *)
    echo "elsewhere $1"
    return
    ;;
  esac
  if ! flock -n 8; then
    echo "guarded $1"
  elif [ "$2" = dry ]; then
    echo "pending $1"
  elif restore "$1"; then
    rm -f "$1"
    echo "restored $1"
  else
    echo "failed $1"
  fi
}

[ ! -d /run/bench ] || [ -r /run/bench ] || exit 77

for journal in /run/bench/*.journal; do
  [ ! -e "$journal" ] || (replay "$journal" "$1")
done
