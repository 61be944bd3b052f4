#!/bin/sh
# A machine for trying the Debian package on: this one's files under a writable layer of its own, systemd as process 1, cgroups, mounts,
# processes and host name of its own; the network is this one's. Nothing of it is left when it ends.
#   trialMachine.sh <empty folder>
set -eu
folder=$1

if [ "${2:-}" = inside ]; then
  root=$folder/root
  mount --make-rprivate /
  mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t tmpfs tmpfs "$root/run"
  mount -t tmpfs tmpfs "$root/tmp"
  mount --rbind /dev "$root/dev"
  if [ -e /sys/fs/cgroup/cgroup.procs ]; then
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  else
    mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
    mkdir "$root/sys/fs/cgroup/unified"
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/unified"
  fi
  mkdir -p "$root/run/systemd/system" "$root/run/before"
  # Machines that are built as images forbid packages to start services: this one is for exactly that.
  rm -f "$root/usr/sbin/policy-rc.d"
  # Only what a service needs: the journal.
  printf '%s\n' '[Unit]' 'DefaultDependencies=no' 'Requires=systemd-journald.service' 'After=systemd-journald.service' \
    'AllowIsolate=yes' >"$root/run/systemd/system/trial.target"
  cd "$root"
  # Not chroot: the kernel lets no process in one make a user namespace, and PrivateUsers= is one.
  pivot_root . run/before
  umount -l /run/before
  exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
    /lib/systemd/systemd --system --unit=trial.target --log-target=journal --show-status=0
fi

mkdir "$folder/root" "$folder/upper" "$folder/work"
# A group of its own in each hierarchy, so that it sees and changes nothing above.
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [ -e "$hierarchy/cgroup.procs" ] || continue
  group=$hierarchy/bruecke-trial
  mkdir -p "$group"
  for file in cpuset.cpus cpuset.mems; do
    if [ -e "$hierarchy/cgroup.clone_children" ] && [ -e "$group/$file" ]; then cat "$hierarchy/$file" >"$group/$file"; fi
  done
  echo 0 >"$group/cgroup.procs"
done
# Ends with whoever started it.
exec setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child=SIGKILL --cgroup --uts --ipc sh "$0" "$folder" inside
