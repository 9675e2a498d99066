import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { exportText } from '@/lib/registry'
import { UsageError, type Verb } from './verb'

export const registryExport: Verb = {
  usage: 'export [--format csv|json] [--out FILE]',
  says: 'writes every job with every column, as CSV or JSON',
  details:
    'The format is that of the name of FILE, else JSON. It holds the addresses of the jobs, which are credentials: the\n' +
    'file is readable by you alone. The same registry gives the same bytes.',
  options: { format: { type: 'string' }, out: { type: 'string' } },
  async run({ format: said, out }) {
    const format = said ?? (typeof out === 'string' && /\.csv$/i.test(out) ? 'csv' : 'json')
    if (format !== 'csv' && format !== 'json') throw new UsageError(`--format is "${format}": expected csv or json`)
    const pieces = Readable.from(exportText(format))
    if (typeof out === 'string') {
      await pipeline(pieces, createWriteStream(out, { mode: 0o600 }))
      console.log(`Written to ${out}`)
    } else await pipeline(pieces, process.stdout, { end: false })
    return 0
  },
}
