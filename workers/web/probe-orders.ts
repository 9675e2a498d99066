import type { Logger } from 'pino'
import { type DiscoveryOrder, findDiscovery, listOpenDiscoveries, readDiscoveryOrder } from '@/lib/store/discoveries'
import { Discover, ProbeOrder } from '@/lib/wire/walk'
import type { ProbeNamespace, ProbeSocket } from './probe-gate'
import { within } from './within'

const readMs = 30_000

/** Hands what a page asks of probes to those that are connected here: walk these now, begin a discovery, end it. */
export function createProbeOrders({ io, log }: { io: ProbeNamespace; log: Logger }) {
  const socketsOf = (probeId: number) => [...io.sockets.values()].filter((socket) => socket.data.probe?.id === probeId)

  /** A payload of `beatline_probe_orders`. What is lost here is told again when the probe next comes, or by another press. */
  function take(payload: string): void {
    const order = readOrder(payload)
    if (!order) return void log.error({ payload: payload.slice(0, 200) }, 'an order to probes that is none')
    carryOut(order).catch((error) =>
      log.warn({ error: String(error) }, 'an order to a probe waits for its next coming'),
    )
  }

  async function carryOut(order: ProbeOrder): Promise<void> {
    if ('walk' in order) return void io.emit('walk.now', { target_ids: order.walk }) // each knows which are its own
    if ('discovery' in order) {
      const found = await within(readMs, readDiscoveryOrder(order.discovery))
      if (found) for (const socket of socketsOf(found.probeId)) tell(socket, found)
      return
    }
    const found = await within(readMs, findDiscovery(order.cancel))
    if (found) for (const socket of socketsOf(found.probeId)) socket.emit('discover.cancel', { id: order.cancel })
  }

  function tell(
    socket: ProbeSocket,
    { id, cancelled, ranges, allowed, seeds, profiles, ratePerSecond }: DiscoveryOrder,
  ) {
    if (cancelled) return void socket.emit('discover.cancel', { id })
    const order = Discover.safeParse({ id, ranges, allowed, seeds, profiles, rate: ratePerSecond })
    if (order.success) socket.emit('discover', order.data)
    else log.error({ discovery: id, error: order.error.message.slice(0, 300) }, 'a discovery that no probe would take')
  }

  return {
    take,
    /** Tells a probe that has just come of its searches that have not ended: those that it runs go on as they are. */
    greet(socket: ProbeSocket): void {
      within(readMs, listOpenDiscoveries(socket.data.probe.id))
        .then((open) => {
          for (const order of open) tell(socket, order)
        })
        .catch((error) => log.warn({ error: String(error) }, 'discoveries wait for the next coming of their probe'))
    },
  }
}

function readOrder(payload: string): ProbeOrder | null {
  try {
    return ProbeOrder.parse(JSON.parse(payload))
  } catch {
    return null
  }
}
