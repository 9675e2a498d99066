import { fixture, type Json, merged } from './fixtures'

/**
 * So many devices as UISP lists them, each about 2.5 kB: clients' radios, access points and the rest as in the fixture, all of
 * them up, ids and MACs their own. The same for the same count.
 */
export function uispFleet(count: number): Json[] {
  const up = fixture('uisp-devices').filter((one) => (one.overview as Json | undefined)?.status === 'active')
  const whole = up.filter((one) => one.meta !== undefined)
  return Array.from({ length: count }, (_, i) => {
    const hex = i.toString(16).padStart(12, '0')
    const mac = `02${hex.slice(2)}`.match(/../g)?.join(':') // of one's own making
    const identification = {
      id: `00000000-0000-4000-8000-${hex}`,
      name: `radio-${i}`,
      displayName: `radio-${i}`,
      mac,
      site: null,
    }
    const address = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}/24`
    return merged(whole[i % whole.length], {
      identification,
      ipAddress: address,
      attributes: { apDevice: null },
    }) as Json
  })
}

/** The same with those at these places disconnected. */
export const withDark = (fleet: readonly Json[], dark: ReadonlySet<number>): Json[] =>
  fleet.map((one, i) =>
    dark.has(i)
      ? (merged(one, {
          overview: { status: 'disconnected', uptime: null, signal: null, cpu: null, ram: null },
        }) as Json)
      : one,
  )
