const v4Unreachable: Record<number, string> = {
  0: 'network unreachable',
  1: 'host unreachable',
  2: 'protocol unreachable',
  3: 'port unreachable',
  4: 'packet too big',
  6: 'network unknown',
  7: 'host unknown',
  9: 'network forbidden',
  10: 'host forbidden',
  13: 'filtered',
}
const v6Unreachable: Record<number, string> = {
  0: 'no route',
  1: 'filtered',
  2: 'beyond the scope of the source address',
  3: 'address unreachable',
  4: 'port unreachable',
  5: 'source address refused',
  6: 'route rejected',
}
const v4Types: Record<number, string> = { 4: 'source quench', 11: 'time to live exceeded', 12: 'parameter problem' }
const v6Types: Record<number, string> = { 2: 'packet too big', 3: 'hop limit exceeded', 4: 'parameter problem' }

/** What an ICMP error means, for people: "host unreachable, says 192.0.2.1". */
export function errorAnswer(family: 4 | 6, type: number, code: number, from: string): string {
  const unreachable = family === 4 ? type === 3 : type === 1
  const named = unreachable
    ? (family === 4 ? v4Unreachable : v6Unreachable)[code]
    : (family === 4 ? v4Types : v6Types)[type]
  return `${named ?? `ICMP error type ${type} code ${code}`}, says ${from}`
}

const sendErrors: Record<string, string> = {
  EAGAIN: 'the network takes nothing more',
  EACCES: 'a broadcast address or a forbidden route',
  EHOSTUNREACH: 'no route to the host',
  EINVAL: 'a route that throws packets away, or no valid address',
  EADDRNOTAVAIL: 'no source address for it',
  ENOBUFS: 'the interface takes nothing more',
  ENETDOWN: 'the interface is down',
  ENETUNREACH: 'no route to the network',
  EPERM: 'the firewall of this machine refuses it',
}

/** Why a ping never left this machine, from the name of its errno. */
export function notSentAnswer(errno: string): string {
  const meaning = sendErrors[errno]
  return meaning ? `not sent: ${meaning} (${errno})` : `not sent: ${errno}`
}
