type Asked = { address: string; port: number; timeoutMs: number; retries: number }

/** Keeps what came instead of an answer, and puts it in words when none came. */
export function notedSilence({ address, port, timeoutMs, retries }: Asked) {
  const notes = new Map<string, number>()
  const note = (what: string) => {
    if (notes.has(what) || notes.size < mostNotes) notes.set(what, (notes.get(what) ?? 0) + 1)
  }
  const words = () => {
    const tries = retries === 0 ? `within ${timeoutMs} ms` : `to ${retries + 1} tries of ${timeoutMs} ms`
    const instead = [...notes].map(([what, count]) => (what === 'ECONNREFUSED' ? refused : `${count} x ${what}`))
    return `no answer from ${address} port ${port} ${tries}${instead.length > 0 ? `; instead: ${instead.join(', ')}` : ''}`
  }
  return { note, words }
}

const mostNotes = 4
const refused = 'the address says that nobody listens there (ECONNREFUSED)'
