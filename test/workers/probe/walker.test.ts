import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, test } from 'vitest'
import { failed, type HeardTrap, type WalkerCommand } from '@/workers/probe/walk-words'
import { openWalker, type ProbeWalker } from '@/workers/probe/walker'
import { type StandingClock, standingClock } from './world'

/** A process in words alone: what it is told, and what the test has it say. */
function fakeChild(pid: number | undefined) {
  const told: WalkerCommand[] = []
  const events = new EventEmitter()
  const child = Object.assign(events, {
    pid,
    connected: true,
    told,
    send: (command: WalkerCommand) => void told.push(command),
    kill: (signal: string) => void events.emit('exit', null, signal),
    disconnect: () => void events.emit('exit', 0, null),
  })
  return child
}
type FakeChild = ReturnType<typeof fakeChild>

let clock: StandingClock
let children: FakeChild[]
let troubles: string[]
let traps: HeardTrap[]
let begin: () => FakeChild
let walker: ProbeWalker

beforeEach(() => {
  clock = standingClock()
  children = []
  troubles = []
  traps = []
  begin = () => fakeChild(1000 + children.length)
  walker = openWalker({
    clock,
    onTraps: (items) => traps.push(...items),
    onTrouble: (text) => troubles.push(text),
    async start() {
      const child = begin()
      children.push(child)
      return child as unknown as ChildProcess // the part of one that a walker uses
    },
  })
})
const job = { address: '10.0.0.1', profiles: [], for: { targetId: 1 } }
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the process of the walks', () => {
  test('is started with the first walk, once, and each walk gets its own outcome', async () => {
    expect(children).toEqual([])
    const first = walker.walk(job)
    const second = walker.walk({ ...job, for: { targetId: 2 } })
    await settled()
    expect(children).toHaveLength(1)
    const [child] = children
    const ids = child?.told.flatMap((command) => (command.kind === 'walk' ? command.job.id : [])) ?? []
    for (const jobId of ids.reverse()) child?.emit('message', { kind: 'walked', jobId, outcome: failed(`of ${jobId}`) })
    expect([(await first).failure, (await second).failure]).toEqual(['of 1', 'of 2'])
  })

  test('ends: its walks have failed, and the next ones wait a second, then two, before it is begun again', async () => {
    const walk = walker.walk(job)
    await settled()
    children[0]?.emit('exit', 1, null)
    expect((await walk).failure).toBe('the process of the walks ended')
    expect((await walker.walk(job)).failure).toContain('just ended')
    expect(children).toHaveLength(1)
    clock.advance(2000)
    void walker.walk(job)
    await settled()
    expect(children).toHaveLength(2)
    children[1]?.emit('exit', null, 'SIGKILL')
    clock.advance(2000)
    expect((await walker.walk(job)).failure).toContain('just ended')
    expect(troubles).toHaveLength(2)
  })

  test('cannot be started at all: its walks fail, none waits for ever', async () => {
    begin = () => fakeChild(undefined)
    const walk = walker.walk(job)
    await settled()
    children[0]?.emit('error', new Error('spawn EAGAIN'))
    expect((await walk).facts).toBeNull()
    expect(troubles[0]).toContain('EAGAIN')
  })

  test('hangs: it is ended when a walk is over its deadline without a word', async () => {
    const walk = walker.walk(job)
    await settled()
    clock.advance(89_000)
    expect(troubles).toEqual([])
    clock.advance(2000)
    expect((await walk).failure).toBe('the process of the walks ended')
  })

  test('listens for traps, also after it was begun again, without a walk that asks for it', async () => {
    walker.listen(162)
    await settled()
    expect(children[0]?.told).toEqual([{ kind: 'traps', port: 162 }])
    children[0]?.emit('exit', 1, null)
    clock.advance(2100)
    await settled()
    expect(children[1]?.told).toEqual([{ kind: 'traps', port: 162 }])
    const trap: HeardTrap = { address: '10.0.0.1', at: 1, kind: 'link_down', detail: 'ether3', mac: null }
    children[1]?.emit('message', { kind: 'traps', items: [trap] })
    expect(traps).toEqual([trap])
  })

  test('is told to stop a walk that nobody waits for any more', async () => {
    const stop = new AbortController()
    const walk = walker.walk({ ...job, for: { discoveryId: 5 } }, stop.signal)
    await settled()
    stop.abort()
    expect(children[0]?.told.at(-1)).toEqual({ kind: 'stop', jobIds: [1] })
    children[0]?.emit('message', { kind: 'walked', jobId: 1, outcome: failed('stopped') })
    expect((await walk).failure).toBe('stopped')
  })

  test('hangs as the probe is closed: it is ended, so that the probe is', async () => {
    begin = () => Object.assign(fakeChild(1), { disconnect: () => {} })
    void walker.walk(job)
    await settled()
    const closing = walker.close()
    await settled()
    clock.advance(5000)
    await closing
    expect(troubles).toEqual([])
  })

  test('is closed with the probe: what is asked then fails at once', async () => {
    const walk = walker.walk(job)
    await settled()
    await walker.close()
    expect((await walk).failure).toBe('the process of the walks ended')
    expect((await walker.walk(job)).failure).toBe('the probe stops')
    expect(troubles).toEqual([])
  })
})
