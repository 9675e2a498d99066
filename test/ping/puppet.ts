import { createInterface } from 'node:readline'
import { availableWays, openPinger, type Pinger, type PingTarget, type PingWay } from '@/lib/ping/pinger'

/** What a test tells a puppet, a line of JSON each; `pinger` says which of several. */
export type PuppetCommand =
  | { do: 'open'; pinger: number; way?: PingWay; maxPerSecond?: number }
  | { do: 'assign'; pinger: number; targets: PingTarget[] }
  | { do: 'release'; pinger: number; slots: number[] }
  | { do: 'ping'; pinger: number; slots: number[] }
  | { do: 'close'; pinger: number }
  | { do: 'ways' }
export type PuppetResult = { slot: number; sentAt: number; rttMs: number | null; answer: string | null }
export type PuppetReport =
  | { done: PuppetCommand['do']; way?: PingWay; ways?: Awaited<ReturnType<typeof availableWays>> }
  | { results: PuppetResult[]; pinger: number }
  | { error: string }

const pingers = new Map<number, Pinger>()
const tell = (report: PuppetReport) => console.log(JSON.stringify(report))

async function obey(command: PuppetCommand): Promise<void> {
  if (command.do === 'ways') return tell({ done: 'ways', ways: await availableWays() })
  if (command.do === 'open') {
    const opened = await open(command)
    pingers.set(command.pinger, opened)
    return tell({ done: 'open', way: opened.way })
  }
  const pinger = pingers.get(command.pinger)
  if (command.do === 'assign') pinger?.assign(command.targets)
  else if (command.do === 'release') pinger?.release(command.slots)
  else if (command.do === 'ping') pinger?.ping(Uint32Array.from(command.slots))
  else await pinger?.close()
  tell({ done: command.do })
}

function open({ pinger, way, maxPerSecond }: Extract<PuppetCommand, { do: 'open' }>): Promise<Pinger> {
  return openPinger({
    ...(way && { way }),
    ...(maxPerSecond && { maxPerSecond }),
    onResults({ count, slot, sentAt, rttMs, answers }) {
      const results = Array.from({ length: count }, (_, i) => ({
        slot: slot[i] ?? -1,
        sentAt: sentAt[i] ?? -1,
        rttMs: Number.isNaN(rttMs[i]) ? null : (rttMs[i] ?? -1),
        answer: answers?.get(i) ?? null,
      }))
      tell({ pinger, results })
    },
    onError: (error) => tell({ error: error.message }),
  })
}

for await (const line of createInterface({ input: process.stdin })) {
  await obey(JSON.parse(line)).catch((error: unknown) => tell({ error: String(error) }))
}
for (const pinger of pingers.values()) await pinger.close()
