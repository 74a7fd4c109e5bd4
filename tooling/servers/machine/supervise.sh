# supervise.sh PORT COMMAND...
# Runs a server, says "ready" once it listens on its port, and kills it when standard input ends: the starter did.
set -eu
port=$1
shift
exec 3<&0 </dev/null
"$@" >&2 &
server=$!
(cat <&3 >/dev/null; kill -9 $server) &
until (exec 4<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  kill -0 $server
  sleep 0.1
done
echo ready
wait $server
