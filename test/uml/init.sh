#!/bin/sh
# First process of the user-mode kernel. Its root is this machine's own file system, read-only. From the kernel's
# command line come PATH, FOLDER (it holds the script, and takes its output and exit code) and SHARED (the script may
# write there); both stay at their own paths.
export TMPDIR=/run

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmpfs /run
[ -L /var/run ] || mount --bind /run /var/run
for folder in "$FOLDER" "$SHARED"; do
  mount -t hostfs none "$folder" -o "$folder"
done

mkdir -p /run/modules/lib
ln -s /usr/lib/uml/modules /run/modules/lib/modules
modprobe --dirname /run/modules --all veth bridge macvlan ipvlan dummy sch_tbf
ip link set lo up

sh "$FOLDER/script" >"$FOLDER/output" 2>&1 </dev/null
echo $? >"$FOLDER/exit-code"
busybox poweroff -f
