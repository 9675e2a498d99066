import { createSocket } from 'node:dgram'
import { BerReader, tags } from '@/lib/snmp/ber'
import { BerWriter } from '@/lib/snmp/ber-writer'
import { follows } from '@/lib/snmp/oid'

/** A value of a generated agent: whole numbers as INTEGER, text and octets as OCTET STRING, else by its tag. */
export type AgentValue = number | string | Buffer | { tag: number; octets: Buffer }
export type AgentQuestion = {
  version: number
  kind: 'get' | 'next' | 'bulk'
  requestId: number
  oids: string[]
  repetitions: number
}
export type AgentReply = {
  status: number
  index: number
  varbinds: (readonly [oid: string, value: AgentValue | null])[]
}
/** What it does with a question: its usual reply, another one, bytes of any kind, or nothing. */
export type Behaviour = (question: AgentQuestion, usual: () => AgentReply) => AgentReply | Buffer | null

/**
 * An SNMP agent of v1 and v2c made for a test, of rows that the test makes up: it stands for no real device. It runs on a
 * free port of loopback, or the one named, until it is closed.
 */
export async function generatedAgent(rows: Readonly<Record<string, AgentValue>>, address = '127.0.0.1', port = 0) {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const oids = Object.keys(rows).sort((a, b) => (follows(a, b) ? 1 : -1))
  const questions: AgentQuestion[] = []
  const agent = {
    port: 0,
    address,
    questions,
    rows: { ...rows } as Record<string, AgentValue>,
    behaviour: ((_question, usual) => usual()) as Behaviour,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  }
  socket.on('message', (datagram, from) => {
    const question = readQuestion(datagram)
    questions.push(question)
    const reply = agent.behaviour(question, () => usualReply(question, oids, agent.rows))
    if (reply === null) return
    const bytes = Buffer.isBuffer(reply) ? reply : encodeReply(question, reply)
    socket.send(bytes, from.port, from.address, () => {})
  })
  await new Promise<void>((resolve) => socket.bind(port, address, resolve))
  agent.port = socket.address().port
  return agent
}

export type GeneratedAgent = Awaited<ReturnType<typeof generatedAgent>>

function usualReply(
  question: AgentQuestion,
  all: readonly string[],
  rows: Readonly<Record<string, AgentValue>>,
): AgentReply {
  const isVersion1 = question.version === 0
  const next = (oid: string) => all.find((one) => follows(one, oid))
  const varbinds: [string, AgentValue | null][] = []
  if (question.kind === 'bulk') {
    let cursors = question.oids
    for (let round = 0; round < question.repetitions; round++)
      cursors = cursors.map((cursor) => {
        const found = next(cursor)
        varbinds.push([found ?? cursor, found === undefined ? null : (rows[found] ?? null)])
        return found ?? cursor
      })
    return { status: 0, index: 0, varbinds: varbinds.slice(0, 40) }
  }
  for (const [i, oid] of question.oids.entries()) {
    const found = question.kind === 'get' ? (oid in rows ? oid : undefined) : next(oid)
    if (found === undefined && isVersion1)
      return { status: 2, index: i + 1, varbinds: question.oids.map((one) => [one, null]) }
    varbinds.push([found ?? oid, found === undefined ? null : (rows[found] ?? null)])
  }
  return { status: 0, index: 0, varbinds }
}

function readQuestion(datagram: Buffer): AgentQuestion {
  const reader = new BerReader(datagram)
  reader.open(tags.sequence)
  const version = reader.integer()
  reader.at = reader.open(tags.octets)
  const kind = (
    [
      ['get', tags.get],
      ['next', tags.next],
      ['bulk', tags.bulk],
    ] as const
  ).find(([, tag]) => tag === reader.tag())?.[0]
  if (!kind) throw new Error(`question of kind ${reader.tag()}`)
  reader.openAny()
  const [requestId, , repetitions] = [reader.integer(), reader.integer(), reader.integer()]
  const end = reader.open(tags.sequence)
  const oids: string[] = []
  while (reader.at < end) {
    const stop = reader.open(tags.sequence)
    oids.push(reader.oid())
    reader.at = stop
  }
  return { version, kind, requestId, oids, repetitions }
}

/** The datagram of a reply; `as` changes what an honest agent would echo. */
export function encodeReply(
  question: AgentQuestion,
  { status, index, varbinds }: AgentReply,
  as: { requestId?: number; community?: string } = {},
): Buffer {
  const out = new BerWriter()
  const end = out.mark()
  for (const [oid, value] of [...varbinds].reverse()) {
    const one = out.mark()
    writeValue(out, value)
    out.oid(oid)
    out.close(tags.sequence, one)
  }
  out.close(tags.sequence, end)
  out.integer(index)
  out.integer(status)
  out.integer(as.requestId ?? question.requestId)
  out.close(tags.response, end)
  out.octets(Buffer.from(as.community ?? 'public'))
  out.integer(question.version)
  out.close(tags.sequence, end)
  return out.done()
}

function writeValue(out: BerWriter, value: AgentValue | null): void {
  if (value === null) out.octets(Buffer.alloc(0), tags.endOfView)
  else if (typeof value === 'number') out.integer(value)
  else if (typeof value === 'string') out.octets(Buffer.from(value))
  else if (Buffer.isBuffer(value)) out.octets(value)
  else out.octets(value.octets, value.tag)
}
