#!/bin/sh
# namespace.sh ROOT DATA SCRIPT ARGUMENT...
# Runs SCRIPT as nobody inside ROOT, with DATA at /mnt. Called as root under `unshare --mount --pid --fork --kill-child`:
# the mounts are gone and every daemon is killed by the kernel as soon as SCRIPT ends, however it ends.
set -eu
root=$1 data=$2 script=$3
shift 3
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount --bind "$data" "$root/mnt"
cp "$script" "$root/tmp/script.sh"
# The signal has to be asked for again, because a change of user clears what unshare set up.
exec chroot "$root" setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs --pdeathsig KILL \
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/mnt LC_ALL=C bash /tmp/script.sh "$@"
