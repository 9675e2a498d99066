const windowMs = 60_000
const most = 10
const mostAddresses = 10_000

/** Counts refused tokens by address, so that nobody can try them at leisure: 10 a minute, then silence. */
export function createRefusals() {
  const byAddress = new Map<string, number[]>()
  const recent = (address: string, now: number) => (byAddress.get(address) ?? []).filter((at) => at > now - windowMs)
  return {
    areMany: (address: string, now: number): boolean => recent(address, now).length >= most,
    add(address: string, now: number): void {
      const times = [...recent(address, now), now]
      byAddress.delete(address)
      if (byAddress.size >= mostAddresses) byAddress.delete(byAddress.keys().next().value ?? '')
      byAddress.set(address, times)
    },
  }
}
