/** A MAC in lower case with colons as a whole number: 48 bits fit. Null for anything else. */
export function macNumber(mac: string | null): number | null {
  if (mac === null || !/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac)) return null
  return Number.parseInt(mac.replaceAll(':', ''), 16)
}

const vrrp = [0x00005e0001, 0x00005e0002] // RFC 5798: one MAC for several routers

/** The number of a MAC that can name one device; null for zeros, groups, broadcast and those shared by routers. */
export function ownMac(mac: string | null): number | null {
  const number = macNumber(mac)
  if (number === null || number === 0) return null
  const isGroup = Math.floor(number / 2 ** 40) % 2 === 1
  return isGroup || vrrp.includes(Math.floor(number / 256)) ? null : number
}

/** A MAC as it is written: aa:bb:cc:dd:ee:ff. */
export const macText = (mac: number): string => (mac.toString(16).padStart(12, '0').match(/../g) ?? []).join(':')
