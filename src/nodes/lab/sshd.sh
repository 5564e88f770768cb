# start_sshd: starts the OpenSSH server of a node, and returns when it listens.
start_sshd() {
  sshd=$(command -v sshd)
  rm -f /run/sshd.pid
  # Later servers shut out an address for a while that failed to log in: here all logins come from one.
  lenient='-o PerSourcePenalties=no'
  "$sshd" -t -f /run/ssh/sshd_config $lenient 2>/dev/null || lenient=
  "$sshd" -f /run/ssh/sshd_config -E /run/sshd.log $lenient
  tries=200
  until [ -s /run/sshd.pid ]; do
    tries=$((tries - 1))
    if [ $tries -eq 0 ]; then
      cat /run/sshd.log >&2
      return 1
    fi
    sleep 0.02
  done
}
