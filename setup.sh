#!/bin/sh
# Installs what is missing, builds, and then starts the quick study or runs every tier of tests.
#
#   sh setup.sh start | test
#
# Debian packages are installed when run as root; otherwise the command that installs them is printed (exit code 3).
set -eu
cd "$(dirname "$0")"
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

# Programs and the Debian packages that bring them.
to_measure='iperf3:iperf3 ip:iproute2 ss:iproute2 unshare:util-linux ping:iputils-ping ps:procps'
to_test='script:bsdutils linux.uml:user-mode-linux busybox:busybox-static modprobe:kmod cc:tcc chromium:chromium'
to_test="$to_test sshd:openssh-server ssh:openssh-client"

is_root() { [ "$(id -u)" -eq 0 ]; }

# Prints the packages whose programs are missing.
missing_packages() {
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || echo "${pair##*:}"
  done | sort -u | tr '\n' ' '
}

# Installs the packages of the programs that are missing, or says how.
install_programs() {
  packages=$(missing_packages "$@")
  [ -n "$packages" ] || return 0
  if is_root && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    # shellcheck disable=SC2086 # a list of words
    apt-get -qq install -y --no-install-recommends $packages
  else
    echo "Programs are missing. Install them as root, then run this again:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends $packages" >&2
    exit 3
  fi
}

# Installs the dependencies unless they are as the lock file says.
install_dependencies() {
  installed=node_modules/.package-lock.json
  if [ ! -e $installed ] || [ package-lock.json -nt $installed ]; then
    npm ci --no-audit --no-fund
  fi
}

start() {
  # shellcheck disable=SC2086 # lists of words
  install_programs $to_measure
  install_dependencies
  npm run --silent build
  status=0
  node dist/cli.js run local-tcp --profile quick || status=$?
  # 1: measured, but not all of it
  [ $status -le 1 ] || exit $status
  node dist/cli.js report
  exit $status
}

run_tests() {
  if is_root || [ -n "${CI:-}" ]; then to_install="$to_measure $to_test"; else to_install=$to_measure; fi
  # shellcheck disable=SC2086 # lists of words
  install_programs $to_install
  install_dependencies
  npm run --silent build
  exec node test/tiers.js
}

case "${1:-}" in
  start) start ;;
  test) run_tests ;;
  *) echo "usage: sh setup.sh start | test" >&2; exit 2 ;;
esac
