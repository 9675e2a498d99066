import { afterAll, describe, expect, test } from 'vitest'
import { expectedLinks, expectedOfRecordings } from './expected'
import { gaps } from './gaps'
import { type Finding, findings } from './promised'
import { recordedRows, recordingsHint, snmpFolder, walkOf } from './recordings'

type Told = Finding & { recording: string; vendor: string }
const all: Told[] = []
const used = new Set<(typeof gaps)[number]>()
const walked: string[] = []

const gapOf = (one: Told) =>
  gaps.find((gap) => gap.recording.test(one.recording) && gap.fact.test(one.fact) && (gap.item?.test(one.item) ?? true))

describe.skipIf(snmpFolder === null)(`facts of the recordings (${recordingsHint})`, () => {
  const recordings = snmpFolder === null ? {} : expectedOfRecordings()

  test.each(Object.keys(recordings))('every promised fact of %s is found', (name) => {
    const expected = recordings[name]
    if (!expected) throw new Error(`No ${name} in expected.json`)
    const { vendor, facts } = walkOf(name)
    const told = findings(expected, facts, recordedRows(name)).map((one) => ({
      ...one,
      recording: name,
      vendor: `${expected.vendor} ${vendor.os}`,
    }))
    all.push(...told)
    walked.push(name)
    const missed = told.filter((one) => !one.found)
    for (const one of missed) used.add(gapOf(one) ?? noGap)
    const unexplained = missed.filter((one) => !gapOf(one))
    expect(unexplained.map((one) => `${one.fact} ${one.item}: ${one.instead}`)).toEqual([])
  })

  test('every gap that is named is one', () => {
    expect(walked).toHaveLength(Object.keys(recordings).length)
    expect(gaps.filter((gap) => !used.has(gap)).map((gap) => `${gap.recording} ${gap.fact}: ${gap.why}`)).toEqual([])
  })

  test('the links of a network of four recordings are seen from both ends, by MAC and by port', () => {
    const links = expectedLinks()
    const facts = new Map([...new Set(links.map((one) => one.from))].map((name) => [name, walkOf(name).facts]))
    for (const { from, to, localPort, toPortId } of links) {
      const far = facts.get(to)
      const seen = facts.get(from)?.neighbours.find((one) => one.ifIndex === localPort)
      expect([seen?.port, seen?.mac !== null && far?.macs.includes(seen?.mac ?? '')], `${from} to ${to}`).toEqual([
        toPortId,
        true,
      ])
      expect(far?.interfaces.some((one) => String(one.index) === toPortId)).toBe(true)
    }
    expect(links.length).toBeGreaterThan(0)
  })

  afterAll(() => process.stdout.write(`${table(all)}\n`))
})

const noGap: (typeof gaps)[number] = { recording: /^$/, fact: /^$/, why: '' }

/** By vendor and fact: found, of how many, and why not. */
function table(told: readonly Told[]): string {
  const row = (vendor: string, fact: string, found: string, of: string, why: string) =>
    `${vendor.padEnd(22)}${fact.padEnd(22)}${found.padStart(6)} of ${of.padEnd(6)}${why}`.trimEnd()
  const lines = [...grouped(told, (one) => `${one.vendor}\t${one.fact}`)].map(([key, group]) => {
    const [vendor = '', fact = ''] = key.split('\t')
    const missed = group.filter((one) => !one.found)
    const reasons = [...grouped(missed, (one) => gapOf(one)?.why ?? 'NOT FOUND')]
    const why = reasons.map(([reason, rows]) => `${rows.length}: ${reason}`).join('; ')
    return row(vendor, fact, String(group.length - missed.length), String(group.length), why)
  })
  const found = told.filter((one) => one.found).length
  return [...lines.sort(), row('all', '', String(found), String(told.length), '')].join('\n')
}

function grouped<Value>(values: readonly Value[], by: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>()
  for (const value of values) groups.set(by(value), [...(groups.get(by(value)) ?? []), value])
  return groups
}
