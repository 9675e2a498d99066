/** What the recordings hold and the facts do not, on purpose: where, what, and why. One that explains nothing fails the test. */
export const gaps: readonly { recording: RegExp; fact: RegExp; item?: RegExp; why: string }[] = [
  {
    recording: /./,
    fact: /^own address$/,
    item: /^(127|169\.254)\./,
    why: 'loopback or link-local: tells no device from another',
  },
  {
    recording: /^junos_/,
    fact: /^(own address|ARP)$/,
    item: /^(128\.0\.\d+\.\d+|10\.0\.0\.(1|4|6|16))( |$)/,
    why: 'of the network inside the chassis, the same in every Junos',
  },
  {
    recording: /^pmp_/,
    fact: /^own address$/,
    item: /^192\.168\.101\.1$/,
    why: 'of the network between the radios, the same in every PMP',
  },
  {
    recording: /^pmp_/,
    fact: /^ARP$/,
    item: /^192\.168\.101\.\d+ 1a:00:3e:/,
    why: 'of the network between the radios, the same in every PMP: tells the MAC of a LUID, and nothing else',
  },
  {
    recording: /^mimosa_b5$/,
    fact: /^own address$/,
    item: /^192\.168\.2\.1$/,
    why: 'of the second radio side, the same in every unit',
  },
  {
    recording: /^mimosa_b5$/,
    fact: /^own address$/,
    item: /^10\.100\.8\.3$/,
    why: 'recording: a mask without an interface, of the address that is 10.10.8.3 in the other columns',
  },
  {
    recording: /^ptp670$/,
    fact: /^own address$/,
    item: /^1$/,
    why: 'recording: its index is 1, not the address; the address is read from the value',
  },
  {
    recording: /./,
    fact: /^ARP$/,
    item: / null at /,
    why: 'recording: the row has no MAC',
  },
  {
    recording: /^routeros_wifi$/,
    fact: /^MNDP interface$/,
    item: /^3[56]:/,
    why: 'recording: the row names an interface, no neighbour',
  },
  {
    recording: /^pmp_/,
    fact: /^forwarding$/,
    item: /^row \d+ port 0:/,
    why: 'recording: numbered rows with neither MAC nor port',
  },
  {
    recording: /./,
    fact: /^forwarding$/,
    item: /^[0-9a-f:]{17} port 0:/,
    why: 'port 0: the bridge does not say at which port (own, static or trimmed)',
  },
  {
    recording: /^junos_mx960/,
    fact: /^forwarding ifIndex$/,
    why: 'recording: every bridge port says interface 0',
  },
  {
    recording: /^junos_rpm$/,
    fact: /^forwarding ifIndex$/,
    why: 'recording: no bridge port is told',
  },
  {
    recording: /^junos_qfx5100$/,
    fact: /^forwarding ifIndex$/,
    why: 'recording: the bridge port has no row',
  },
  {
    recording: /^airos_nanostation-m5$/,
    fact: /^radio apMac$/,
    why: 'of an access point: its own MAC, not that of an AP above it',
  },
]
