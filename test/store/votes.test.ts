import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readAssignment } from '@/lib/store/assigned-targets'
import { listOutages } from '@/lib/store/outage-lists'
import { createProbe, probeConnected, probesSeen } from '@/lib/store/probes'
import { commitUpMessage, decideAnew } from '@/lib/store/up-messages'
import type { UpMessage } from '@/lib/wire/probe'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/web/gate'

let database: TestDatabase
const probes: { id: number; name: string }[] = []
beforeAll(async () => {
  database = await testDatabase()
  for (const name of ['one', 'two', 'three']) {
    const { id } = await createProbe({ name })
    await probeConnected(id, { token: '', spool_id: crypto.randomUUID(), version: 'test', ping_way: 'raw' })
    probes.push({ id, name })
  }
})
afterAll(async () => database?.stop())

const spool = crypto.randomUUID()
const evidence = { rule: '3 misses in 15 s', address: '192.0.2.1', way: 'raw' as const, pings: [] }
let seq = 0
let at = 1_700_000_000_000

/** What a probe does, as the real one would: it isolates what it does not hold dark, and revives what it does. */
const act = fc.record({ probe: fc.nat(2), what: fc.constantFrom('dark', 'up', 'blind', 'sees') })

test(
  'whatever probes say in whatever order: outages follow the majority when it changes, and none stays when all answer',
  () =>
    fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 14 }), async (acts) => {
        await probesSeen(probes.map((probe) => probe.id))
        const id = await addDevice(database, `device ${++seq}`)
        const states = probes.map(() => ({ dark: false, blind: false }))
        const openNow = async () => (await listOutages({ target: id, open: true })).items.length
        const say = (i: number, message: UpMessage) => commitUpMessage(probes[i] ?? { id: 0, name: '' }, spool, message)
        /** True when it had something to say. */
        const turn = async (i: number, what: 'dark' | 'up' | 'blind' | 'sees'): Promise<boolean> => {
          const state = states[i]
          const probe = probes[i]
          if (!state || !probe) return false
          at += 1000
          seq++
          if (what === 'dark') {
            if (state.dark || state.blind) return false
            state.dark = true
            const item = { target_id: id, began_at: at, isolated_at: at, evidence }
            await say(i, { name: 'outage.isolated', body: { seq, items: [item] } })
          }
          if (what === 'up') {
            // It revives what it holds dark: its own verdict, or an outage that the assignment names.
            const named = (await readAssignment(probe.id)).find((target) => target.id === id)?.open
            if (!state.dark && !named) return false
            state.dark = false
            const item = { target_id: id, ended_at: at, decided_at: at, evidence }
            await say(i, { name: 'outage.revived', body: { seq, items: [item] } })
          }
          if (what === 'blind' || what === 'sees') {
            state.blind = what === 'blind'
            await say(i, { name: 'blind', body: { seq, state: state.blind ? 'began' : 'ended', at, reason: 'test' } })
          }
          return true
        }
        const majority = () => {
          const watching = states.filter((state) => !state.blind)
          return watching.filter((state) => state.dark).length * 2 > watching.length
        }
        for (const { probe, what } of acts) {
          const said = await turn(probe, what)
          if (what === 'sees') await decideAnew([]) // as every 15 s
          if (what !== 'up' && majority()) expect(await openNow(), 'the majority says dark').toBe(1)
          // An outage that lost its majority to blindness alone stays: nobody has seen the device answer.
          if (said && what === 'up' && !majority())
            expect(await openNow(), 'somebody answered, and no majority').toBe(0)
        }
        await decideAnew([])
        if (majority()) expect(await openNow(), 'the majority says dark').toBe(1)
        for (const i of probes.keys()) await turn(i, 'sees')
        for (const i of probes.keys()) await turn(i, 'up')
        expect(await openNow(), 'all answer').toBe(0)
        expect(await database.sql`select 1 from verdicts where target_id = ${id}`).toHaveLength(0)
        const overlapping = await database.sql`
        select 1 from outages a join outages b on a.target_id = b.target_id and a.id < b.id
        where a.target_id = ${id} and a.ended_at > b.began_at`
        expect(overlapping).toHaveLength(0)
      }),
      { numRuns: Number(process.env.FC ?? 60) },
    ),
  600_000,
)
