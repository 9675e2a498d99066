import type uPlot from 'uplot'
import { rttWords } from '../device/figures'
import { dateWords } from '../time-words'

export type ChartTokens = {
  up: string
  band: string
  loss: string
  ink: string
  muted: string
  line: string
  font: string
}

/** The tokens as colours a canvas knows: light-dark() and var() have to be resolved by an element. */
export function chartTokens(element: HTMLElement): ChartTokens {
  const swatch = document.createElement('span')
  element.append(swatch)
  const colour = (token: string) => {
    swatch.style.color = token
    return getComputedStyle(swatch).color
  }
  const tokens = {
    up: colour('var(--up)'),
    band: colour('color-mix(in oklch, var(--up) 26%, transparent)'),
    loss: colour('color-mix(in oklch, var(--down) 78%, transparent)'),
    ink: colour('var(--ink)'),
    muted: colour('var(--muted)'),
    line: colour('var(--line)'),
    font: `500 12px ${getComputedStyle(element).fontFamily}`,
  }
  swatch.remove()
  return tokens
}

type ChartShape = {
  width: number
  height: number
  zone: string
  bucketMs: number
  tokens: ChartTokens
  onCursor: (index: number | null) => void
  UPlot: typeof uPlot
}

/** Series in this order: time, loss (%), max, min, median (ms). */
export function chartOptions({ width, height, zone, bucketMs, tokens, onCursor, UPlot }: ChartShape): uPlot.Options {
  const axis = {
    stroke: tokens.muted,
    font: tokens.font,
    ticks: { show: false },
    grid: { stroke: tokens.line, width: 1 },
  }
  return {
    width,
    height,
    padding: [12, 8, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), zone),
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: true } },
    scales: {
      x: { time: true },
      ms: { range: (_, __, max) => [0, Math.max(1, (max ?? 1) * 1.15)] },
      loss: { range: [0, 100] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 72,
        size: 28,
        values: (_, splits, __, ___, step) => clockLabels(splits, step, zone),
      },
      {
        ...axis,
        scale: 'ms',
        size: 62,
        space: 48,
        values: (_, splits) => splits.map((v) => (v === 0 ? '0 ms' : rttWords(v))),
      },
      {
        ...axis,
        scale: 'loss',
        side: 1,
        size: 48,
        grid: { show: false },
        splits: () => [0, 50, 100],
        values: (_, splits) => splits.map((v) => `${v} %`),
      },
    ],
    bands: [{ series: [2, 3], fill: tokens.band }],
    series: [
      {},
      {
        scale: 'loss',
        stroke: 'transparent',
        fill: tokens.loss,
        points: { show: false },
        paths: lossBars(bucketMs),
      },
      { scale: 'ms', stroke: 'transparent', points: { show: false }, spanGaps: false },
      { scale: 'ms', stroke: 'transparent', points: { show: false }, spanGaps: false },
      { scale: 'ms', stroke: tokens.up, width: width < 520 ? 1.25 : 1.75, points: { show: false }, spanGaps: false },
    ],
    hooks: { setCursor: [(chart) => onCursor(chart.cursor.idx ?? null)] },
  }
}

/** Loss as bars of a bucket's width from the ground up: an underlay, so nothing is hidden by it. */
function lossBars(bucketMs: number): uPlot.Series.PathBuilder {
  return (chart, seriesIndex, from, to) => {
    const path = new Path2D()
    const times = chart.data[0]
    const loss = chart.data[seriesIndex]
    const ground = chart.valToPos(0, 'loss', true)
    for (let i = from; i <= to; i++) {
      const share = loss?.[i]
      const at = times[i]
      if (!share || at === undefined) continue
      const left = chart.valToPos(at, 'x', true)
      const right = chart.valToPos(at + bucketMs / 1000, 'x', true)
      const top = chart.valToPos(share, 'loss', true)
      path.rect(left, top, Math.max(1.5, right - left), ground - top)
    }
    return { stroke: null, fill: path, clip: null, band: null, gaps: null, flags: 0 } as unknown as uPlot.Series.Paths
  }
}

function clockLabels(splits: number[], step: number, zone: string): string[] {
  const now = Date.now()
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
  return splits.map((seconds) => {
    const time = clock.format(seconds * 1000)
    return step >= 86_400 || time === '00:00' ? dateWords(seconds * 1000, zone, now) : time
  })
}
