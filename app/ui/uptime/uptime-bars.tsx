'use client'
import { useId, useState } from 'react'
import { durationWords } from '@/lib/domain/duration'
import { lengthWords, periodWords, uptimeWords } from '@/lib/domain/uptime-words'
import type { Uptime, UptimePeriod, UptimeSpell } from '@/lib/store/client-uptime'
import { wholeWords } from '../time-words'
import styles from './uptime-bars.module.css'
import { UptimeTable } from './uptime-table'

const [width, gap, height] = [10, 2, 40]

/**
 * Uptime as bars, each a day, week or month: green as it was up, red from below as it was dark. Hover, tap or the arrow
 * keys say of one what happened in it. `what` is whose uptime it is.
 */
export function UptimeBars({ uptime, what }: { uptime: Uptime; what: string }) {
  const { by, zone, periods } = uptime
  const hatch = `hatch${useId().replace(/\W/g, '')}`
  const [picked, setPicked] = useState<number | null>(null)
  const last = periods.length - 1
  const redOf = redness(periods)
  const chosen = picked === null ? undefined : periods[picked]
  const move = (to: number) => setPicked(Math.min(last, Math.max(0, to)))

  function pick(event: React.PointerEvent<HTMLElement>) {
    const { left, width: drawn } = event.currentTarget.getBoundingClientRect()
    move(Math.floor(((event.clientX - left) / Math.max(1, drawn)) * periods.length))
  }
  function onKeyDown(event: React.KeyboardEvent) {
    const at = picked ?? last + 1
    const moves: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }
    const to = moves[event.key]
    if (to === undefined) return
    event.preventDefault()
    move(to)
  }
  return (
    <div className={styles.chart}>
      <div
        className={styles.hand}
        role="slider"
        tabIndex={0}
        aria-label={`Uptime of ${what} by ${by}`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={picked ?? last}
        aria-valuetext={chosen ? wordsOf(chosen, by) : `${periods.length} ${by}s, ${uptimeWords(uptime.uptime)}`}
        onPointerMove={pick}
        onPointerDown={pick}
        onPointerLeave={(event) => event.pointerType === 'mouse' && setPicked(null)}
        onBlur={() => setPicked(null)}
        onKeyDown={onKeyDown}
      >
        <svg
          viewBox={`0 0 ${Math.max(1, periods.length) * width - gap} ${height}`}
          className={styles.bars}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <defs>
            <pattern id={hatch} width="4" height="3" patternUnits="userSpaceOnUse">
              <rect width="4" height="3" className={styles.hatchGround} />
              <rect width="4" height="1" className={styles.hatchLine} />
            </pattern>
          </defs>
          {periods.map((period, i) => (
            <g key={period.from} data-picked={i === picked || undefined} className={styles.bar}>
              <title>{wordsOf(period, by)}</title>
              <Bar period={period} x={i * width} hatch={`url(#${hatch})`} red={redOf(period)} />
            </g>
          ))}
        </svg>
      </div>
      {chosen ? (
        <div className={styles.detail}>
          <p>
            <span className="strong">{capital(periodWords(by, chosen.day))}</span>{' '}
            <span className="num">{valueWords(chosen)}</span>
          </p>
          <Spells period={chosen} zone={zone} by={by} />
        </div>
      ) : (
        <p className={styles.ends}>
          <span>{periods[0] && periodWords(by, periods[0].day, { short: true })}</span>
          <span>{periods[last] && periodWords(by, periods[last].day, { short: true })}</span>
        </p>
      )}
      <details className={styles.table}>
        <summary>As a table</summary>
        <UptimeTable periods={periods} by={by} caption={`Uptime of ${what}`} />
      </details>
    </div>
  )
}

/** From below: dark, planned, unknown, and up what is left. `red` is the dark part's height of the height. */
function Bar({ period, x, hatch, red }: { period: UptimePeriod; x: number; hatch: string; red: number }) {
  const { lasted, planned, unknown, uptime } = period
  const box = { x, width: width - gap }
  if (lasted === 0) return <rect {...box} y={height - 2} height={2} className={styles.none} />
  const dark = red * height
  const room = height - dark
  const least = period.of ? 0 : 3
  const still = share(planned, lasted, room, least)
  const unseen = Math.min(room - still, share(unknown, lasted, room, least))
  return (
    <>
      <rect {...box} y={0} height={height} className={uptime === null ? styles.none : styles.up} />
      {unseen > 0 && <rect {...box} y={0} height={unseen} fill={hatch} />}
      {still > 0 && <rect {...box} y={unseen} height={still} className={styles.planned} />}
      {dark > 0 && <rect {...box} y={height - dark} height={dark} className={styles.dark} />}
    </>
  )
}

/**
 * How much of a bar is red. Of one client the root of the share, so that minutes of a day show. Of the mean of many, of whom
 * some are always dark, by the worst bar, or by 0.5 % where none is as bad.
 */
function redness(periods: readonly UptimePeriod[]): (period: UptimePeriod) => number {
  const shareOf = ({ lasted, dark }: UptimePeriod) => (lasted === 0 ? 0 : dark / lasted)
  const worst = Math.max(0.005, ...periods.map(shareOf))
  return (period) => {
    const part = shareOf(period)
    if (part === 0) return 0
    return period.of ? Math.max(0.03, (0.75 * part) / worst) : Math.max(0.15, Math.sqrt(part))
  }
}

const share = (part: number, whole: number, room: number, least: number) =>
  part === 0 ? 0 : Math.min(room, Math.max(least, (part / whole) * height))

const mark: Record<UptimeSpell['what'], string> = { dark: 'dark', planned: 'planned', unknown: 'seen by nobody' }

function Spells({ period, zone, by }: { period: UptimePeriod; zone: string; by: Uptime['by'] }) {
  if (period.spells.length === 0) return null
  return (
    <ul className={styles.spells}>
      {period.spells.map((spell) => (
        <li key={`${spell.what}${spell.from}`} data-what={spell.what} title={wholeWords(spell.from, zone)}>
          <span className="num">{spanText(spell, zone, by)}</span> {mark[spell.what]}{' '}
          {durationWords(spell.to - spell.from)}
        </li>
      ))}
      {period.more > 0 && <li>and {period.more} more</li>}
    </ul>
  )
}

/** "04:12 to 04:20"; of a week or month with its day. */
function spanText({ from, to }: UptimeSpell, zone: string, by: Uptime['by']): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    ...(by === 'day' ? {} : { day: 'numeric', month: 'short' }),
  })
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
  return `${format.format(from)} to ${(to - from < 86_400_000 ? time : format).format(to)}`
}

function valueWords(period: UptimePeriod): string {
  if (period.lasted === 0) return 'nothing was watched'
  const { of } = period
  if (!of) return `${uptimeWords(period.uptime)}, ${lengthWords(period)}`
  const dark =
    of.touched === 0 ? 'none was dark' : `${of.touched} of ${of.counted} dark, together ${durationWords(period.dark)}`
  return `${uptimeWords(period.uptime)}, ${dark}`
}
const wordsOf = (period: UptimePeriod, by: Uptime['by']) => `${periodWords(by, period.day)}: ${valueWords(period)}`
const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)
