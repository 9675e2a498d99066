#!/usr/bin/env bash
# Runs a command in a network of its own that nothing leaves, for the tests of pinging. It needs root or user namespaces,
# and iproute2. There, ping sockets are allowed, 127.0.0.0/8 and ::1 answer, and behind a router 10.77.0.2 / fd77::2:
# 10.77.8.0/24 and fd77:8::/64 are silent, 10.77.9.0/24 and fd77:9::/64 unreachable, says the router. Nothing else has a route.
#   network.sh CMD ...
set -euo pipefail
if [[ ${INSIDE:-} != yes ]]; then
  map=()
  [[ $(id -u) == 0 ]] || map=(--user --map-root-user)
  INSIDE=yes exec unshare "${map[@]}" --net -- bash "$0" "$@"
fi
unset INSIDE
ip link set lo up
echo '0 0' > /proc/sys/net/ipv4/ping_group_range
unshare --net sleep infinity &
router=$!
trap 'kill $router' EXIT
until [[ $(readlink /proc/$router/ns/net) != "$(readlink /proc/self/ns/net)" ]]; do sleep 0.01; done
ip link add near type veth peer name far
ip link set far netns "$router"
ip addr add 10.77.0.1/24 dev near
ip addr add fd77::1/64 dev near nodad
ip link set near up
nsenter --target "$router" --net bash -s <<'ROUTER'
set -e
for setting in ipv4/ip_forward ipv6/conf/all/forwarding; do echo 1 > /proc/sys/net/$setting; done
for setting in ipv4/icmp_ratelimit ipv6/icmp/ratelimit; do echo 0 > /proc/sys/net/$setting; done
ip addr add 10.77.0.2/24 dev far
ip addr add fd77::2/64 dev far nodad
ip link set lo up
ip link set far up
ip route add blackhole 10.77.8.0/24
ip route add unreachable 10.77.9.0/24
ip route add blackhole fd77:8::/64
ip route add unreachable fd77:9::/64
ROUTER
ip route add 10.77.8.0/23 via 10.77.0.2
ip route add fd77:8::/64 via fd77::2
ip route add fd77:9::/64 via fd77::2
"$@"
