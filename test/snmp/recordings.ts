import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Rows, rowsOf, type SnmpValue } from '@/lib/snmp/rows'

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

/** The rows of a recording as a walk would bring them: OBJECT ID|TAG[x]|VALUE a line, the first of two alike kept. */
export function recordedRows(name: string): Rows {
  const lines = readFileSync(snmpFile('recordings', `${name}.snmprec`), 'latin1').split(/\r?\n/)
  const found = new Map<string, SnmpValue>()
  for (const line of lines) {
    const [, oid, tag, form, words] = /^\.?([\d.]+)\|(\d+)([xe]?)[^|]*\|(.*)$/.exec(line) ?? []
    if (oid === undefined || words === undefined || found.has(oid)) continue
    found.set(oid, valueOf(Number(tag), form === 'x', words))
  }
  return rowsOf(found)
}

function valueOf(tag: number, isHex: boolean, words: string): SnmpValue {
  if (hasNumber.has(tag)) return Number(words.trim()) || 0
  if (hasBigNumber.has(tag)) return /^\d+$/.test(words.trim()) ? BigInt(words.trim()) : 0n
  if (tag === 6) return words.trim().replace(/^\./, '')
  if (isHex) return Buffer.from(words.trim(), 'hex')
  if (tag === 64) return Buffer.from(words.trim().split('.').map(Number))
  return Buffer.from(words, 'latin1')
}
