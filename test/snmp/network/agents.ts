import { follows, inOrder } from '@/lib/snmp/oid'
import type { Box } from '../../domain/network-scene'
import { type AgentQuestion, type AgentReply, type AgentValue, generatedAgent } from '../generated-agent'
import { factsWithout, generatedNetwork } from './network'
import { isAirOs, rowsOfFacts, upTime } from './rows'

/** What is dark (names), and when a box was last started (epoch ms): sent by whoever started this program. */
export type NetworkState = { dark: string[]; bootedAt: Record<string, number> }

/**
 * A program that answers SNMP at every address of a generated network, on port 161, started in the namespace of a fleet
 * with the first two numbers of its addresses. Its tables are those of the moment: what is dark is in none of them.
 */
const longAgo = Date.now() - 40 * 86_400_000
const mostVarbinds = 40
const { boxes } = generatedNetwork(process.argv[2] ?? '')
let state: NetworkState = { dark: [], bootedAt: {} }
const tables = new Map<Box, Table>()

type Table = { oids: readonly string[]; rows: Readonly<Record<string, AgentValue>> }

function tableOf(box: Box): Table {
  const known = tables.get(box)
  if (known) return known
  const isDark = new Set(state.dark)
  const dark = new Set(boxes.filter(({ name }) => isDark.has(name)).map(({ mac }) => mac))
  const rows = { ...rowsOfFacts(box, factsWithout(box, dark)), [upTime]: 0 }
  const table = { rows, oids: Object.keys(rows).sort(inOrder) }
  tables.set(box, table)
  return table
}

function replyOf(box: Box, { kind, oids: asked, repetitions }: AgentQuestion): AgentReply {
  // As airOS of old does: GETBULK is an error to it.
  if (kind === 'bulk' && isAirOs(box)) return { status: 5, index: 0, varbinds: asked.map((oid) => [oid, null]) }
  const { oids, rows } = tableOf(box)
  const valueAt = (oid: string) =>
    oid === upTime ? ticksSince(state.bootedAt[box.name] ?? longAgo) : (rows[oid] ?? null)
  if (kind === 'get')
    return { status: 0, index: 0, varbinds: asked.map((oid) => [oid, oid in rows ? valueAt(oid) : null]) }
  const varbinds: [string, AgentValue | null][] = []
  let cursors = asked
  for (let round = 0; round < (kind === 'bulk' ? repetitions : 1) && varbinds.length < mostVarbinds; round++)
    cursors = cursors.map((cursor) => {
      const next = oids[firstAfter(oids, cursor)]
      varbinds.push([next ?? cursor, next === undefined ? null : valueAt(next)])
      return next ?? cursor
    })
  return { status: 0, index: 0, varbinds }
}

function firstAfter(oids: readonly string[], cursor: string): number {
  let [low, high] = [0, oids.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (follows(oids[middle] ?? '', cursor)) high = middle
    else low = middle + 1
  }
  return low
}

function ticksSince(at: number): AgentValue {
  const octets = Buffer.alloc(5)
  octets.writeUInt32BE(Math.max(0, Math.floor((Date.now() - at) / 10)), 1)
  return { tag: 0x43, octets }
}

process.on('message', (said: NetworkState) => {
  state = said
  tables.clear()
  process.send?.('taken')
})
process.on('disconnect', () => process.exit())
for (const box of boxes) {
  const agent = await generatedAgent({}, box.ip, 161)
  agent.behaviour = (question) => {
    agent.questions.length = 0
    return replyOf(box, question)
  }
}
process.send?.('ready')
