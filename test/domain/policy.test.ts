import { describe, expect, test } from 'vitest'
import { chooseDevices, type DeviceQuestion } from '@/lib/domain/policy'

const phone = { id: 1, name: 'Pixel', intent: true, reachable: true }
const lost = { id: 2, name: 'iPad', intent: true, reachable: false }
const off = { id: 3, name: 'Wall', intent: false, reachable: true }
const question: Omit<DeviceQuestion, 'channel'> = { event: 'opened', incident: 'Ridge-3', goneTo: [], toldBy: null }
const over = { event: 'resolved' as const }

describe('on which devices a person is told', () => {
  test.each<[string, Partial<DeviceQuestion>, DeviceQuestion['channel']['devices'], number[], number[]]>([
    ['each that wants notices', {}, [phone, off], [1], []],
    ['a lost one when it heals', {}, [phone, lost], [1], [2]],
    ['only lost ones: when one heals', {}, [lost], [], [2]],
    ['none at all', {}, [], [], []],
    ['none that wants any', {}, [off], [], []],
    ['an escalation as a beginning', { event: 'escalated' }, [phone, lost], [1], [2]],
    ['a reminder is not kept for a lost one', { event: 'reminded' }, [phone, lost], [1], []],
    ['nor is it kept when all are lost', { event: 'reminded' }, [lost], [], []],
    ['of the end: those that had the beginning', { ...over, goneTo: [1, 2] }, [phone, lost], [1, 2], []],
    ['of the end: not those that came later', { ...over, goneTo: [2], toldBy: 'sent' }, [phone, lost], [2], []],
    ['of the end: nobody, when all failed', { ...over, toldBy: 'sent' }, [phone], [], []],
    ['of the end: all, when a digest told it', { ...over, toldBy: 'digest' }, [phone, lost], [1], [2]],
    ['of the end: all, when it says both', over, [phone, lost], [1], [2]],
  ])('%s', (_, change, devices, deviceIds, heldIds) => {
    const chosen = chooseDevices({ ...question, ...change, channel: { name: 'Anna', devices } })
    expect(chosen).toMatchObject({ deviceIds, heldIds })
    if (deviceIds.length > 0) expect(chosen.why).toBeNull()
    else expect(chosen.why).toMatch(/^[A-Z].*\.$/)
  })
})

test('why nobody can be told', () => {
  const why = (devices: DeviceQuestion['channel']['devices'], change: Partial<DeviceQuestion> = {}) =>
    chooseDevices({ ...question, ...change, channel: { name: 'Anna', devices } }).why
  expect(why([off])).toBe('Anna has no device that takes notices.')
  expect(why([lost])).toBe('No device of Anna can be reached: iPad. It is told when one heals.')
  expect(why([phone], { ...over, toldBy: 'sent' })).toBe('Anna was not told of Ridge-3, so not of its end either.')
})
