import { readFile } from 'node:fs/promises'
import { importRegistry } from '@/lib/registry'
import type { RegistryImportAnswer } from '@/lib/wire/rest-jobs'
import type { Verb } from './verb'

const shownAtMost = 200

export const registryImport: Verb = {
  usage: 'import [--in FILE] [--dry-run] [--atomic]',
  says: 'brings jobs in: an export, or a list of Healthchecks, Uptime Kuma or heartbeat.sh',
  details:
    'FILE, else the standard input, is CSV or JSON, known by how it begins. --dry-run says what would be done; --atomic\n' +
    'writes all lines or none. The exit code is 1 when a line was not taken.',
  options: { in: { type: 'string' }, 'dry-run': { type: 'boolean' }, atomic: { type: 'boolean' } },
  async run(values) {
    const text = typeof values.in === 'string' ? await readFile(values.in, 'utf8') : await readInput()
    const type = /^\uFEFF?\s*[[{]/.test(text) ? 'json' : 'csv'
    const [atomic, dryRun] = [values.atomic === true, values['dry-run'] === true]
    const answer = await importRegistry(text.replace(/^\uFEFF/, ''), { type, atomic, dryRun })
    report(answer)
    return answer.rejected.length > 0 ? 1 : 0
  },
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

function report(answer: RegistryImportAnswer): void {
  const say = (what: string, lines: RegistryImportAnswer['notes']) => {
    for (const { line, name, reason } of lines.slice(0, shownAtMost)) {
      console.log(`${what} line ${line}${name ? ` ${JSON.stringify(name)}` : ''}: ${reason}`)
    }
    if (lines.length > shownAtMost) console.log(`and ${lines.length - shownAtMost} more`)
  }
  say('note', answer.notes)
  say('not taken', answer.rejected)
  const { created, updated, unchanged, devices_created: added, devices_updated: changed } = answer
  const devices = added + changed > 0 ? `; devices: ${added} new, ${changed} changed` : ''
  const done = answer.dry_run ? 'Nothing was written. It would be: ' : ''
  console.log(
    `${done}${created} new, ${updated} changed, ${unchanged} as they were, ${answer.rejected.length} not taken${devices}`,
  )
}
