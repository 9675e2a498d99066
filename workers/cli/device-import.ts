import { importDeviceList } from '@/lib/device-list'
import { deviceListFormats } from '@/lib/domain/device-import'
import { listText, sayLines } from './list-text'
import { oneOf, required, type Verb } from './verb'

export const deviceImport: Verb = {
  usage: 'device import [--in FILE] [--format KIND] [--upstream NAME] [--dry-run] [--atomic]',
  says: 'brings devices in: CSV, JSON, or a list of LibreNMS, The Dude or RouterOS',
  details:
    `FILE, else the standard input, is recognised; --format ${deviceListFormats.join('|')} says it. --upstream names the\n` +
    'device that all of a list of RouterOS hang on. --dry-run says what would be done; --atomic writes all lines or none.\n' +
    'The exit code is 1 when a line was not taken.',
  options: {
    in: { type: 'string' },
    format: { type: 'string' },
    upstream: { type: 'string' },
    'dry-run': { type: 'boolean' },
    atomic: { type: 'boolean' },
  },
  async run(values) {
    const { answer, written } = await importDeviceList(await listText(values), {
      format: values.format === undefined ? undefined : oneOf(values, 'format', deviceListFormats),
      upstream: values.upstream === undefined ? undefined : required(values, 'upstream'),
      atomic: values.atomic === true,
      preview: values['dry-run'] === true,
    })
    const { created, updated, rejected, notes, new_sites: sites, new_profiles: profiles } = answer
    sayLines('note', notes)
    sayLines('not taken', rejected)
    const made = [
      ...(sites.length > 0 ? [`${sites.length} new sites`] : []),
      ...profiles.map((name) => `SNMP profile ${name}`),
    ]
    const done = written ? '' : `Nothing was written. ${answer.preview ? 'It would be: ' : ''}`
    console.log(
      `${done}${created} new, ${updated} known, ${rejected.length} not taken (${answer.format})${made.length > 0 ? `; ${made.join(', ')}` : ''}`,
    )
    return rejected.length > 0 ? 1 : 0
  },
}
