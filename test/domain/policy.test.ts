import { describe, expect, test } from 'vitest'
import { decide, type PolicyChannel, type PolicyQuestion } from '@/lib/domain/policy'

const phone = { id: 1, name: 'Pixel', intent: true, reachable: true }
const lost = { id: 2, name: 'iPad', intent: true, reachable: false }
const off = { id: 3, name: 'Wall', intent: false, reachable: true }
const question: PolicyQuestion = {
  event: 'opened',
  kind: 'down',
  name: 'Ridge-3',
  overBefore: false,
  suppressedBy: null,
}
const answer = (
  q: Partial<PolicyQuestion>,
  devices: PolicyChannel['devices'],
  openedTo: PolicyChannel['openedTo'] = [],
) => {
  const { outcome, deviceIds, heldDeviceIds, why } = decide(
    { ...question, ...q },
    { id: 9, name: 'Anna', devices, openedTo },
  )
  return { outcome, deviceIds, heldDeviceIds, why }
}
const blackout = { name: 'the blackout "Tower work"', until: '2026-11-21T04:00:00.000Z' }
const told = [{ deviceId: 1, told: true }]

describe('who is told', () => {
  test.each([
    ['everyone, at once', {}, [phone, off], [], 'sent', [1], []],
    ['a lost device is told when it heals', {}, [phone, lost], [], 'sent', [1], [2]],
    ['only lost ones: skipped, and told when one heals', {}, [lost], [], 'skipped', [], [2]],
    ['nobody without a device', {}, [], [], 'skipped', [], []],
    ['nobody who wants none', {}, [off], [], 'skipped', [], []],
    ['nobody while it flaps', { suppressedBy: 'Ridge-3 is flapping.' }, [phone], [], 'suppressed', [], []],
    ['of the end: those who were told', { event: 'resolved' as const }, [phone, lost], told, 'sent', [1], []],
    ['of the end: not those who were not', { event: 'resolved' as const }, [phone], [], 'skipped', [], []],
    ['over before: the beginning to nobody', { overBefore: true }, [phone], [], 'skipped', [], []],
    [
      'over before: the end to everyone',
      { event: 'resolved' as const, overBefore: true },
      [phone],
      [],
      'sent',
      [1],
      [],
    ],
    ['in a blackout: nobody of a beginning, until it ends', { blackout }, [phone], [], 'delayed', [], []],
    ['in a blackout: not even that nobody can be reached', { blackout }, [], [], 'delayed', [], []],
    [
      'in a blackout: of the end, those who were told before it',
      { event: 'resolved' as const, blackout },
      [phone],
      told,
      'sent',
      [1],
      [],
    ],
    [
      'over before in a blackout: nobody of the beginning',
      { overBefore: true, blackout },
      [phone],
      [],
      'skipped',
      [],
      [],
    ],
    [
      'over before in a blackout: nor of the end',
      { event: 'resolved' as const, overBefore: true, blackout },
      [phone],
      [],
      'skipped',
      [],
      [],
    ],
    [
      'what is not told anyway, in a blackout',
      { suppressedBy: 'Ridge-3 is flapping.', blackout },
      [phone],
      [],
      'suppressed',
      [],
      [],
    ],
    ['a channel that its job chose', { chosen: [8, 9] }, [phone], [], 'sent', [1], []],
    ['a channel that its job did not choose', { chosen: [8] }, [phone], [], 'skipped', [], []],
    [
      'of the end: who was told while it was chosen',
      { event: 'resolved' as const, chosen: [] },
      [phone],
      told,
      'sent',
      [1],
      [],
    ],
  ] as const)('%s', (_, q, devices, openedTo, outcome, deviceIds, heldDeviceIds) => {
    const decided = answer(q, devices, openedTo)
    expect(decided).toMatchObject({ outcome, deviceIds, heldDeviceIds })
    expect(decided.why).toMatch(/^[A-Z].*\.$/)
  })
})

describe('a delayed decision', () => {
  const decideIn = (until: string | null) =>
    decide({ ...question, blackout: { ...blackout, until } }, { id: 9, name: 'Anna', devices: [phone], openedTo: [] })
  test('says until when, and by which blackout', () =>
    expect(decideIn(blackout.until)).toMatchObject({
      outcome: 'delayed',
      rule: 'blackout',
      until: blackout.until,
      why: 'Nobody is told of Ridge-3 now: the blackout "Tower work" covers it. If it is still dark when it ends, it is told then.',
    }))
  test('of a blackout without an end', () =>
    expect(decideIn(null)).toMatchObject({ until: null, why: expect.stringContaining('when somebody ends it') }))
})
