/** A length of time in words, two units at most: "12 s", "4 min 12 s", "2 h 5 min", "3 d 4 h". Negative counts as zero. */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86_400)]
  if (minutes < 60) return joined(`${minutes} min`, seconds % 60, 's')
  if (hours < 24) return joined(`${hours} h`, minutes % 60, 'min')
  return joined(`${days} d`, hours % 24, 'h')
}

const joined = (first: string, rest: number, unit: string) => (rest === 0 ? first : `${first} ${rest} ${unit}`)
