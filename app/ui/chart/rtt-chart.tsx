'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import type uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ChartColumns } from '@/lib/domain/measure-buckets'
import { useThemeCount } from '../theme-count'
import { useZone } from '../time'
import { clockWords } from '../time-words'
import { chartOptions, chartTokens } from './chart-options'
import styles from './rtt-chart.module.css'

/** Round trips as a band with their median on top, loss as a red underlay; gaps are gaps. Drag to zoom, double click back. */
export function RttChart({ columns, bucketMs, label }: { columns: ChartColumns; bucketMs: number; label: string }) {
  const box = useRef<HTMLDivElement>(null)
  const zone = useZone()
  const [reading, setReading] = useState<Reading | null>(null)
  useTick(bucketMs)
  const theme = useThemeCount()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of theme draws the canvas anew with its colours
  useEffect(() => {
    const element = box.current
    if (!element) return
    let chart: uPlot | undefined
    let gone = false
    let observer: ResizeObserver | undefined
    import('uplot').then(({ default: UPlot }) => {
      if (gone) return
      const options = chartOptions({
        width: element.clientWidth,
        height: element.clientWidth < 520 ? 220 : 280,
        zone,
        bucketMs,
        tokens: chartTokens(element),
        onCursor: (index) => setReading(index === null ? null : readingAt(columns, index)),
        UPlot,
      })
      const { at, loss, min, max, median } = columns
      chart = new UPlot(options, [at, loss, max, min, median], element)
      observer = new ResizeObserver(() => chart?.setSize({ width: element.clientWidth, height: chart.height }))
      observer.observe(element)
    })
    return () => {
      gone = true
      observer?.disconnect()
      chart?.destroy()
    }
  }, [columns, bucketMs, zone, theme])
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <span className={styles.key} data-of="median">
          Median round trip
        </span>
        <span className={styles.key} data-of="band">
          Fastest to slowest
        </span>
        <span className={styles.key} data-of="loss">
          Loss
        </span>
        <span className={styles.reading}>
          {reading ? (
            <ReadingWords reading={reading} zone={zone} />
          ) : (
            <span className={styles.hint}>Drag to zoom, double click to go back</span>
          )}
        </span>
      </figcaption>
      <div ref={box} className={styles.chart} role="img" aria-label={label} />
      <ChartTable columns={columns} zone={zone} />
    </figure>
  )
}

type Reading = { at: number; min: number | null; median: number | null; max: number | null; loss: number | null }

const readingAt = ({ at, min, median, max, loss }: ChartColumns, i: number): Reading => ({
  at: (at[i] ?? 0) * 1000,
  min: min[i] ?? null,
  median: median[i] ?? null,
  max: max[i] ?? null,
  loss: loss[i] ?? null,
})

const ms = (value: number | null) =>
  value === null ? 'no answer' : `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`

function ReadingWords({ reading, zone }: { reading: Reading; zone: string }) {
  const time = clockWords(reading.at, zone, Date.now(), { seconds: false })
  if (reading.loss === null) return <>{time}: not measured</>
  return (
    <>
      {time}: <strong>{ms(reading.median)}</strong>
      {reading.min !== null && ` (${ms(reading.min)} to ${ms(reading.max)})`}
      {reading.loss > 0 && (
        <strong className={styles.lossy}>, {reading.loss.toFixed(reading.loss < 10 ? 1 : 0)} % lost</strong>
      )}
    </>
  )
}

/** The same figures as a table, for screen readers and for copying. */
function ChartTable({ columns, zone }: { columns: ChartColumns; zone: string }) {
  const [open, setOpen] = useState(false)
  return (
    <details className={styles.table} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Figures as a table</summary>
      {open && (
        <div className={styles.rows}>
          <table className="table">
            <thead>
              <tr>
                <th>From</th>
                <th data-align="right">Fastest</th>
                <th data-align="right">Median</th>
                <th data-align="right">Slowest</th>
                <th data-align="right">Loss</th>
              </tr>
            </thead>
            <tbody>
              {columns.at.map((_, i) => {
                const reading = readingAt(columns, i)
                if (reading.loss === null) return null
                return (
                  <tr key={reading.at}>
                    <td>{clockWords(reading.at, zone, Date.now(), { seconds: false })}</td>
                    <td data-align="right">{ms(reading.min)}</td>
                    <td data-align="right">{ms(reading.median)}</td>
                    <td data-align="right">{ms(reading.max)}</td>
                    <td data-align="right">{reading.loss.toFixed(1)} %</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </details>
  )
}

/** A new bucket every bucket, but not more often than a minute. */
function useTick(bucketMs: number) {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(
      () => document.visibilityState === 'visible' && router.refresh(),
      Math.max(60_000, Math.min(bucketMs, 600_000)),
    )
    return () => clearInterval(timer)
  }, [bucketMs, router])
}
