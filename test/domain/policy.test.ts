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
  ] as const)('%s', (_, q, devices, openedTo, outcome, deviceIds, heldDeviceIds) => {
    const decided = answer(q, devices, openedTo)
    expect(decided).toMatchObject({ outcome, deviceIds, heldDeviceIds })
    expect(decided.why).toMatch(/^[A-Z].*\.$/)
  })
})
