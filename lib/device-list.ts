import { type DeviceListFormat, type ImportRow, type Rejected, readRecord } from '@/lib/domain/device-import'
import type { Note } from '@/lib/domain/job-import'
import { Problem } from '@/lib/problem'
import { readDeviceList } from '@/lib/sources/device-list'
import { importDevices } from '@/lib/store/device-imports'
import { devicesAt, knownDevices } from '@/lib/store/import-names'
import type { DeviceImportAnswer } from '@/lib/wire/rest-import'

const maxRows = 100_000

type Options = {
  format?: DeviceListFormat | undefined // else recognised
  upstream?: string | undefined // what all of a list of RouterOS hang on
  atomic?: boolean | undefined
  preview?: boolean | undefined
}

/**
 * Brings a list of devices in: our own as CSV or JSON, or that of LibreNMS, The Dude or RouterOS. Says of every line that is
 * not taken why. `atomic`: all or nothing; `preview`: what would be done. Throws
 * invalid-input, malformed-request, too-large.
 */
export async function importDeviceList(
  text: string,
  { format, upstream, atomic = false, preview = false }: Options = {},
): Promise<{ answer: DeviceImportAnswer; lines: number; written: boolean }> {
  const list = readDeviceList(text, { format, upstream })
  if ('fault' in list) throw new Problem(list.isMalformed ? 'malformed-request' : 'invalid-input', list.fault)
  const lines = list.records.length + list.rejected.length
  if (list.records.length > maxRows) {
    throw new Problem('too-large', `Found ${list.records.length} rows, expected at most ${maxRows}: split the file`)
  }
  const read = list.records.map(readRecord)
  const isOwn = list.format === 'csv' || list.format === 'json'
  const notes: Note[] = [...list.notes]
  const good = read.filter((row): row is ImportRow => !('reason' in row))
  const rows = isOwn ? good : await fitted(good, notes)
  const rejectedBefore = [...list.rejected, ...read.filter((row): row is Rejected => 'reason' in row)]
  const nameOf = new Map(rejectedBefore.map(({ line, name }) => [line, name])) // its lines say nothing to people
  const { profiles, places } = list
  const done = await importDevices(rows, { atomic, preview, rejectedBefore, profiles, places })
  for (const name of done.leftProfiles) {
    const { line = 1, name: device = '' } = rows.find((row) => row.snmpProfile === name) ?? {}
    const reason = `snmp: there is no place for another profile, so the devices of ${JSON.stringify(name)} are taken without`
    notes.push({ line, name: device, reason })
  }
  return {
    lines,
    written: !preview && !(atomic && done.rejected.length > 0),
    answer: {
      format: list.format,
      created: done.created,
      updated: done.updated,
      rejected: done.rejected.map(({ line, reason }) => {
        const name = isOwn ? undefined : nameOf.get(line)
        return { line, ...(name ? { name } : {}), reason }
      }),
      notes: notes.sort((a, b) => a.line - b.line),
      new_sites: done.newSites,
      new_profiles: done.newProfiles,
      ignored_columns: list.ignored,
      preview,
    },
  }
}

/** A list from elsewhere may name what is not here, and not know what is: neither keeps a device out, both are told. */
async function fitted(rows: readonly ImportRow[], notes: Note[]): Promise<ImportRow[]> {
  const listed = new Set(rows.map((row) => row.name))
  const above = new Set(rows.flatMap((row) => row.upstream ?? []).filter((name) => typeof name === 'string'))
  const [known, at] = await Promise.all([
    knownDevices([...above].filter((name) => !listed.has(name))),
    devicesAt(rows.map((row) => row.address)),
  ])
  return rows.map((row) => {
    const others = (at.get(row.address) ?? []).filter((name) => name !== row.name)
    if (others.length > 0) {
      const names = others.slice(0, 3).map((name) => JSON.stringify(name))
      notes.push({ line: row.line, name: row.name, reason: `address: ${names.join(', ')} has it here already` })
    }
    if (!row.upstream) return row
    const isThere = (name: string | number) => typeof name === 'number' || listed.has(name) || known.has(name)
    const missing = row.upstream.filter((name) => !isThere(name))
    if (missing.length === 0) return row
    const names = missing.slice(0, 3).map((name) => JSON.stringify(name))
    notes.push({
      line: row.line,
      name: row.name,
      reason: `upstream: ${names.join(', ')} is neither here nor in the list`,
    })
    const { upstream, ...rest } = row
    const left = upstream.filter(isThere)
    return left.length > 0 ? { ...rest, upstream: left } : rest
  })
}
