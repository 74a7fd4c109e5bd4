#!/bin/sh
# install.sh ROOT SUITE PACKAGE...
# Makes a Debian root folder of the given suite with the packages in it. Run as root in a mount namespace of its own,
# so that nothing stays mounted whatever happens; one run at a time for each ROOT; an interrupted one is redone.
set -eu
root=$1 suite=$2
shift 2
done_marker=$root/.installed
wanted="$suite $*"

exec 9>"$root.lock"
flock 9
if [ "$(cat "$done_marker" 2>/dev/null)" = "$wanted" ]; then exit 0; fi

rm -rf --one-file-system "$root"
mkdir -p "$root"

# The machine's own mirror and proxy, where it is set up to use one.
mirror=$(apt-get indextargets 'Identifier: Packages' --format '$(REPO_URI) $(LABEL)' | awk '$2 == "Debian" { print $1; exit }')
eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
if [ -n "${http_proxy:-}" ]; then export http_proxy; fi

debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" ${mirror:+"$mirror"}

apt-config dump | grep -i '^Acquire::.*proxy' >"$root/etc/apt/apt.conf.d/90proxy" || true
# Nothing in the root may start a service, and what is only documentation is left out.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
printf 'force-unsafe-io\npath-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\npath-exclude /usr/share/locale/*\n' \
  >"$root/etc/dpkg/dpkg.cfg.d/gantry"

mount -t proc proc "$root/proc"
chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
  apt-get install --yes --quiet --no-install-recommends -o Acquire::Languages=none "$@"
chroot "$root" apt-get clean
chroot "$root" dpkg-query --show --showformat '${Version}' "$1" >"$root/.version"
sync -f "$root"
printf '%s' "$wanted" >"$done_marker"
