import { describe, expect, test } from 'vitest'
import { recordedRows, recordingsHint, snmpFolder } from '../recordings'
import { generated, system } from './generated'
import { told } from './told'

describe.skipIf(snmpFolder === null)(`EdgeOS, recorded (${recordingsHint})`, () => {
  test('an EdgeRouter Pro: the model stands only in the arguments of its discovery daemon', () => {
    const facts = told(recordedRows('edgeos'))
    expect(facts).toMatchObject({
      os: 'edgeos',
      role: 'router',
      model: 'EdgeRouter Pro 8-Port',
      firmware: 'v1.8.0.4853089.160219.1607',
    })
    expect(facts.addresses).toHaveLength(8)
    expect(facts.arp.length).toBeGreaterThanOrEqual(20)
  })
})

describe('EdgeOS, generated as no recording holds it', () => {
  test('EdgeOS 2 says its model and serial number', () => {
    const rows = generated(system('EdgeOS v2.0.9-hotfix.7.5622731.230615.0857', '1.3.6.1.4.1.41112.1.5'), {
      '1.3.6.1.4.1.41112.1.5.1.1.0': 'EdgeRouter 4',
      '1.3.6.1.4.1.41112.1.5.1.2.0': '788A20123456',
    })
    expect(told(rows)).toMatchObject({
      os: 'edgeos',
      model: 'EdgeRouter 4',
      serial: '788A20123456',
      firmware: 'v2.0.9-hotfix.7.5622731.230615.0857',
    })
  })

  test('other arguments of programs are never kept', () => {
    const rows = generated(system('EdgeOS v1.10.0', '1.3.6.1.4.1.41112.1.5'), {
      '1.3.6.1.2.1.25.4.2.1.5.12': '--password hunter2 -S UBNT EdgeRouter X running on v1.10.0',
      '1.3.6.1.2.1.25.4.2.1.5.13': 'secret=hunter2',
    })
    const facts = told(rows)
    expect(facts.model).toBe('EdgeRouter X')
    expect(JSON.stringify(facts)).not.toContain('hunter2')
  })
})
