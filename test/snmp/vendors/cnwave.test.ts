import { describe, expect, test } from 'vitest'
import { generated, interfaces, system } from './generated'
import { told } from './told'

const link = '1.3.6.1.4.1.17713.60.1.1.1'

describe('cnWave, generated as no recording is public', () => {
  test('a node of two links names both far ends', () => {
    const facts = told(
      generated(
        system('Cambium 60 GHz cnWave V5000, Version 1.4', '1.3.6.1.4.1.17713.60.1'),
        interfaces({ 7: ['terra0', '12:04:56:00:00:01'], 8: ['terra1', '12:04:56:00:00:02'] }),
        {
          [`${link}.2.7`]: 'terra0',
          [`${link}.3.7`]: '12:04:56:00:00:11',
          [`${link}.4.7`]: '12:04:56:00:00:21',
          [`${link}.7.7`]: -54,
          [`${link}.2.8`]: 'terra1',
          [`${link}.4.8`]: '00:00:00:00:00:00',
        },
      ),
    )
    expect(facts).toMatchObject({ os: 'cnwave', model: 'V5000', firmware: '1.4', role: 'backhaul' })
    expect(facts.links).toMatchObject([
      { ifIndex: 7, remoteMac: '12:04:56:00:00:21', up: true, signalDbm: -54 },
      { ifIndex: 8, remoteMac: null, up: false, signalDbm: null },
    ])
    expect(facts.macs).toContain('12:04:56:00:00:11')
    expect(facts.radios).toHaveLength(2)
  })

  test('one without links is a node all the same', () => {
    expect(told(generated(system('Linux', '1.3.6.1.4.1.17713.60.1')))).toMatchObject({
      os: 'cnwave',
      role: 'backhaul',
      links: [],
    })
  })
})
