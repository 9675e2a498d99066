import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { DeviceFacts } from '@/lib/domain/device-facts'
import { factsOf, firstScalars, identify, planOf } from '@/lib/snmp/identify'
import { type Rows, rowsOf, type SnmpValue } from '@/lib/snmp/rows'
import type { Plan, Vendor } from '@/lib/snmp/vendor'
import { vendors } from '@/lib/snmp/vendors'

/** Why tests of recordings are skipped, and how to have them: said in their names. */
export const recordingsHint = 'needs the recordings: ../shared/snmp beside the checkout, or SNMP_RECORDINGS'

/** The folder with recordings/ and replay-agent.mjs; null: it is not here. */
export const snmpFolder: string | null = findFolder()

function findFolder(): string | null {
  const { SNMP_RECORDINGS: named } = process.env
  const beside = (checkout: string) => resolve(checkout, '../shared/snmp')
  const candidates = [named, beside(process.cwd()), mainCheckout()].filter((one) => one !== undefined)
  return candidates.find((folder) => existsSync(join(folder, 'recordings/expected.json'))) ?? null

  // A worktree lies elsewhere than the checkout that it belongs to.
  function mainCheckout(): string | undefined {
    try {
      const common = execFileSync('git', ['rev-parse', '--git-common-dir'], { encoding: 'utf8', stdio: 'pipe' })
      return beside(dirname(resolve(common.trim())))
    } catch {
      return undefined
    }
  }
}

/** Path of a file of the folder. */
export function snmpFile(...path: string[]): string {
  if (snmpFolder === null) throw new Error(`No recordings: ${recordingsHint}`)
  return join(snmpFolder, ...path)
}

const hasBigNumber = new Set([70])
const hasNumber = new Set([2, 65, 66, 67])

/** Names of all recordings; none where they are not here. */
export function recordingNames(): string[] {
  if (snmpFolder === null) return []
  const files = readdirSync(snmpFile('recordings')).filter((file) => file.endsWith('.snmprec'))
  return files.map((file) => file.replace(/\.snmprec$/, '')).sort()
}

/** The rows of a recording as a walk would bring them. */
export const recordedRows = (name: string): Rows => rowsOf(instancesOf(name))

/** The instances of a recording: OBJECT ID|TAG[x]|VALUE a line, the first of two alike kept. */
export function instancesOf(name: string): (readonly [oid: string, value: SnmpValue])[] {
  const lines = readFileSync(snmpFile('recordings', `${name}.snmprec`), 'latin1').split(/\r?\n/)
  const found = new Map<string, SnmpValue>()
  for (const line of lines) {
    const [, oid, tag, form, words] = /^\.?([\d.]+)\|(\d+)([xe]?)[^|]*\|(.*)$/.exec(line) ?? []
    if (oid === undefined || words === undefined || found.has(oid)) continue
    found.set(oid, readValue(Number(tag), form === 'x', words))
  }
  return [...found]
}

function readValue(tag: number, isHex: boolean, words: string): SnmpValue {
  if (hasNumber.has(tag)) return Number(words.trim()) || 0
  if (hasBigNumber.has(tag)) return /^\d+$/.test(words.trim()) ? BigInt(words.trim()) : 0n
  if (tag === 6) return words.trim().replace(/^\./, '')
  if (isHex) return Buffer.from(words.trim(), 'hex')
  if (tag === 64) return Buffer.from(words.trim().split('.').map(Number))
  return Buffer.from(words, 'latin1')
}

/** Only what a plan asks of a device: what a walk of it would have brought. */
export function asked(rows: Rows, plan: Plan): Rows {
  const scalars = plan.scalars.flatMap((oid) => {
    const value = rows.scalar(oid)
    return value === undefined ? [] : ([[oid, value]] as const)
  })
  const instances = plan.tables.flatMap((oid) =>
    [...rows.column(oid)].map(([index, value]) => [`${oid}.${index}`, value] as const),
  )
  return rowsOf([...scalars, ...instances])
}

/** A walk of a recording. */
export const walkOf = (name: string) => walkOfRows(recordedRows(name))

/** What a walk brings of a device: the first request, the vendor it tells, the rest of its questions, the facts. */
export function walkOfRows(recorded: Rows): { vendor: Vendor; rows: Rows; facts: DeviceFacts } {
  const vendor = identify(asked(recorded, { scalars: firstScalars(vendors), tables: [] }), vendors)
  const plan = planOf(vendor)
  const rows = asked(recorded, { scalars: [...firstScalars(vendors), ...plan.scalars], tables: plan.tables })
  return { vendor, rows, facts: factsOf(rows, vendor) }
}
