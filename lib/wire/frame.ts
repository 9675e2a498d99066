import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** One target's minute: pings sent and lost, round trips in microseconds, -1 when there was no hit. */
export type FrameRow = {
  targetId: number
  sent: number
  lost: number
  rttMinUs: number
  rttMedianUs: number
  rttMaxUs: number
}

const formatVersion = 1
const mostRows = 200_000
const mostPackedBytes = 8 << 20
const mostBytes = 8 + mostRows * 25
const mostRttUs = 600_000_000
const mostPings = 65_535

/**
 * Packs a minute of measurements: a format byte, then deflated columns of LEB128 numbers: count; ids as differences;
 * sent; lost; min + 1 (0: no hit); median - min; max - median. Rows may come in any order, ids once each.
 */
export function packFrame(rows: readonly FrameRow[]): Uint8Array<ArrayBuffer> {
  if (rows.length > mostRows) throw new RangeError(`Cannot pack ${rows.length} rows: at most ${mostRows}`)
  const sorted = isAscending(rows) ? rows : [...rows].sort((a, b) => a.targetId - b.targetId)
  const bytes = new Uint8Array(8 + sorted.length * 25)
  let at = writeNumber(bytes, 0, sorted.length)
  const column = (value: (row: FrameRow) => number) => {
    for (const row of sorted) at = writeNumber(bytes, at, value(row))
  }
  let previousId = 0
  column((row) => {
    const difference = row.targetId - previousId
    if (difference < 1) throw new RangeError(`Cannot pack target ${row.targetId} twice`)
    previousId = row.targetId
    return difference
  })
  column((row) => clamp(row.sent, 0, mostPings))
  column((row) => clamp(row.lost, 0, mostPings))
  column((row) => (row.rttMinUs < 0 ? 0 : clamp(row.rttMinUs, 0, mostRttUs) + 1))
  column((row) => (row.rttMinUs < 0 ? 0 : clamp(row.rttMedianUs - row.rttMinUs, 0, mostRttUs)))
  column((row) => (row.rttMinUs < 0 ? 0 : clamp(row.rttMaxUs - row.rttMedianUs, 0, mostRttUs)))
  const deflated = deflateRawSync(bytes.subarray(0, at), { level: 3 })
  const packed = new Uint8Array(1 + deflated.length)
  packed[0] = formatVersion
  packed.set(deflated, 1)
  return packed
}

/** Reads what packFrame wrote, ids ascending. Throws a RangeError for anything else; never reads or inflates past its bounds. */
export function unpackFrame(packed: Uint8Array): FrameRow[] {
  if (packed.length > mostPackedBytes) throw new RangeError(`Cannot read a frame of ${packed.length} bytes`)
  if (packed[0] !== formatVersion) throw new RangeError(`Cannot read a frame of format ${packed[0]}`)
  const reader = { bytes: inflate(packed.subarray(1)), at: 0 }
  const count = readNumber(reader, mostRows)
  const column = (most: number) => {
    const values = new Uint32Array(count)
    for (let i = 0; i < count; i++) values[i] = readNumber(reader, most)
    return values
  }
  const columns = [
    column(2_147_483_647),
    column(mostPings),
    column(mostPings),
    column(mostRttUs + 1),
    column(mostRttUs),
    column(mostRttUs),
  ] as const
  if (reader.at !== reader.bytes.length) throw new RangeError('Cannot read a frame: bytes are left over')
  return rowsOf(columns, count)
}

type Columns = readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array]

function rowsOf([differences, sent, lost, min, median, max]: Columns, count: number): FrameRow[] {
  const rows: FrameRow[] = []
  let targetId = 0
  for (let i = 0; i < count; i++) {
    const difference = differences[i] ?? 0
    targetId += difference
    if (difference < 1 || targetId > 2_147_483_647) throw new RangeError('Cannot read a frame: its ids do not rise')
    const rttMinUs = (min[i] ?? 0) - 1
    const rttMedianUs = rttMinUs < 0 ? -1 : rttMinUs + (median[i] ?? 0)
    const rttMaxUs = rttMinUs < 0 ? -1 : rttMedianUs + (max[i] ?? 0)
    rows.push({ targetId, sent: sent[i] ?? 0, lost: lost[i] ?? 0, rttMinUs, rttMedianUs, rttMaxUs })
  }
  return rows
}

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: mostBytes })
  } catch (cause) {
    throw new RangeError('Cannot inflate a frame: damaged, or too long', { cause })
  }
}

function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  let rest = value
  while (rest > 127) {
    bytes[at++] = (rest & 127) | 128
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}

function readNumber(reader: { bytes: Uint8Array; at: number }, most: number): number {
  let value = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = reader.bytes[reader.at++]
    if (byte === undefined) throw new RangeError('Cannot read a frame: it ends too early')
    value += (byte & 127) * 2 ** shift
    if (byte < 128) {
      if (value > most) throw new RangeError(`Cannot read a frame: ${value} is over ${most}`)
      return value
    }
  }
  throw new RangeError('Cannot read a frame: a number is too long')
}

const clamp = (value: number, least: number, most: number) => Math.min(Math.max(Math.round(value), least), most)

function isAscending(rows: readonly FrameRow[]): boolean {
  return rows.every((row, i) => i === 0 || row.targetId > (rows[i - 1]?.targetId ?? 0))
}
