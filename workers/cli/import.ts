import { importRegistry } from '@/lib/registry'
import type { RegistryImportAnswer } from '@/lib/wire/rest-jobs'
import { listText, sayLines } from './list-text'
import type { Verb } from './verb'

export const registryImport: Verb = {
  usage: 'import [--in FILE] [--dry-run] [--atomic]',
  says: 'brings jobs in: an export, or a list of Healthchecks, Uptime Kuma or heartbeat.sh',
  details:
    'FILE, else the standard input, is CSV or JSON, known by how it begins. --dry-run says what would be done; --atomic\n' +
    'writes all lines or none. The exit code is 1 when a line was not taken.',
  options: { in: { type: 'string' }, 'dry-run': { type: 'boolean' }, atomic: { type: 'boolean' } },
  async run(values) {
    const text = await listText(values)
    const type = /^\s*[[{]/.test(text) ? 'json' : 'csv'
    const [atomic, dryRun] = [values.atomic === true, values['dry-run'] === true]
    const answer = await importRegistry(text, { type, atomic, dryRun })
    report(answer)
    return answer.rejected.length > 0 ? 1 : 0
  },
}

function report(answer: RegistryImportAnswer): void {
  sayLines('note', answer.notes)
  sayLines('not taken', answer.rejected)
  const { created, updated, unchanged, devices_created: added, devices_updated: changed } = answer
  const devices = added + changed > 0 ? `; devices: ${added} new, ${changed} changed` : ''
  const done = answer.dry_run ? 'Nothing was written. It would be: ' : ''
  console.log(
    `${done}${created} new, ${updated} changed, ${unchanged} as they were, ${answer.rejected.length} not taken${devices}`,
  )
}
