#!/bin/sh
# As root: runs a command in this checkout as an ordinary user (nobody): `sh test/as-user.sh <command...>`.
# The checkout and node may lie where only root may look, so a mount namespace of its own shows both under /mnt.
set -eu

if [ "$1" != --inside ]; then
  exec unshare --mount sh "$0" --inside "$@"
fi
shift

mount -t tmpfs -o mode=755 none /mnt
mkdir -m 1777 /mnt/home
mkdir /mnt/checkout
touch /mnt/node
mount --bind . /mnt/checkout
mount --bind "$(readlink -f "$(command -v node)")" /mnt/node

cd /mnt/checkout
nobody=65534
exec setpriv --reuid=$nobody --regid=$nobody --clear-groups \
  env --unset=CI HOME=/mnt/home PATH="/mnt:$PATH" "$@"
