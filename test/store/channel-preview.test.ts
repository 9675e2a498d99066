import { afterAll, beforeAll, expect, test } from 'vitest'
import { previewPayload } from '@/lib/channel-preview'
import { settingsForSignIn } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
})
afterAll(() => database.stop())

const payload = async (said: object, standing: Record<string, unknown> | null = null, id: number | null = null) => {
  const made = await previewPayload(said, standing, id)
  if ('fault' in made) throw new Error(made.fault)
  return made.payload
}

test('before the first incident an example stands in', async () => {
  expect(await payload({ template: '{"text":"{{ title }}"}' })).toBe('{\n  "text": "AP Ridge-3 is down"\n}')
})

test('a real incident, the newest unless one is named', async () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 3, minute))
  const add = async (name: string, openedAt: Date) => {
    const [row] = await database.sql<{ id: number }[]>`
      insert into incidents (kind, root_name, site_name, opened_at, priority)
      values ('down', ${name}, 'South', ${openedAt}, 'critical') returning id`
    return row?.id ?? 0
  }
  const first = await add('Say "hi"', at(1))
  await add('Core', at(2))
  expect(JSON.parse(await payload({}))).toMatchObject({ type: 'incident.opened', data: { name: 'Core' } })
  const template = '{"n": "{{ name }}", "p": {{ priority | json }}, "ack": "{{ acknowledge_url }}"}'
  const made = JSON.parse(await payload({ template }, null, first))
  expect(made).toEqual({ n: 'Say "hi"', p: 'critical', ack: 'http://beatline.test/acknowledge/...' })
})

test('the format is that of the content type, also of one that is kept and hidden', async () => {
  const template = 'name={{ name }}&t={{ title }}'
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  expect(await payload({ template, headers: form })).toContain('t=Core%20is%20down')
  const hidden = { 'Content-Type': '********' }
  expect(await payload({ template, headers: hidden }, { headers: form })).toContain('t=Core%20is%20down')
})

test.each([
  ['{% if x %}', /if/],
  ['{"a": {{ name }} }', /not JSON/],
  ['{{ name | nosuch }}', /nosuch/],
])('%s is named as wrong', async (template, words) => {
  expect(await previewPayload({ template }, null, null)).toEqual({ fault: expect.stringMatching(words) })
})
