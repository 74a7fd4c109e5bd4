# orthanc.sh PORT
# Runs Orthanc with /mnt/orthanc.json, listening on the loopback address alone; says "ready" once it listens, and ends when
# its standard input does (its starter stopped it, or died) or when Orthanc does.
set -eu
port=$1
# This is process 1 of its namespace: everything else is killed, and the command that is being waited for fails.
exec 3<&0 </dev/null
(cat <&3 >/dev/null; kill -9 -1) &

tcc -shared -nostdlib -o /tmp/loopback.so /mnt/loopback.c
LD_PRELOAD=/tmp/loopback.so Orthanc /mnt/orthanc.json >/mnt/orthanc.log 2>&1 &
orthanc=$!
until (exec 4<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  kill -0 $orthanc || { tail -5 /mnt/orthanc.log; exit 1; }
  sleep 0.1
done
echo ready
wait $orthanc
