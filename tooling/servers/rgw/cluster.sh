# cluster.sh MON_ADDRESS RGW_PORT ACCESS_KEY SECRET_KEY
# One monitor, one OSD, one manager and one gateway, as an unprivileged user inside the Debian root; /mnt holds
# ceph.conf and everything that they store. Says "ready" once the gateway answers, and ends when its standard input
# does (its starter stopped it, or died), or as soon as one of the daemons does.
set -eu
mon_address=$1 rgw_port=$2 access_key=$3 secret_key=$4
# The daemons stay in /: the current build looks for its object classes by a relative path.
data=/mnt
export CEPH_CONF=$data/ceph.conf
# This is process 1 of its namespace: everything else is killed, and the command that is being waited for fails.
exec 3<&0 </dev/null
(cat <&3 >/dev/null; kill -9 -1) &

mkdir -p $data/mon $data/osd $data/mgr $data/rgw $data/log $data/run
# What a killed run left here are names of dead processes and sockets.
rm -f $data/run/*

if [ ! -e $data/mon/kv_backend ]; then
  monmaptool --create --fsid "$(sed -n 's/^fsid = //p' $data/ceph.conf)" --addv a "[$mon_address]" $data/monmap
  ceph-mon --mkfs -i a --monmap $data/monmap
fi
ceph-mon -f -i a >$data/log/mon.out 2>&1 &
# The gateway waits for a manager for ever.
ceph-mgr -f -i x >$data/log/mgr.out 2>&1 &

if [ -e $data/osd/created ]; then
  # A killed OSD still counts as up, at an address of its last life.
  ceph osd down 0
else
  rm -rf $data/osd/*
  uuid=$(cat /proc/sys/kernel/random/uuid)
  ceph osd new "$uuid"
  ceph-osd -i 0 --mkfs --osd-uuid "$uuid" 2>$data/log/mkfs.out
  touch $data/osd/created
fi
ceph-osd -f -i 0 >$data/log/osd.out 2>&1 &

# Pools cannot be made before the OSD is up.
until ceph osd stat | grep -q '1 up'; do sleep 0.1; done
if [ ! -e $data/rgw/created ]; then
  radosgw-admin -n client.rgw user create --uid=test --display-name=test \
    --access-key="$access_key" --secret-key="$secret_key" >$data/log/user.out
  touch $data/rgw/created
fi
radosgw -f -n client.rgw >$data/log/rgw.out 2>&1 &

until (exec 4<>"/dev/tcp/127.0.0.1/$rgw_port") 2>/dev/null; do
  kill -0 $!
  sleep 0.1
done
echo ready
wait -n
