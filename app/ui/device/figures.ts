/** A round trip for reading: "0.04 ms", "4.2 ms", "12 ms", "1.2 s". */
export function rttWords(ms: number | null): string {
  if (ms === null) return ''
  if (ms < 0.95) return `${ms.toFixed(2)} ms`
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** A share of lost pings: "0 %", "0.4 %", "33 %". */
export function lossWords(loss: number | null): string {
  if (loss === null) return ''
  const percent = loss * 100
  return `${percent > 0 && percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`
}
