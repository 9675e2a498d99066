import { durationWords } from '@/lib/domain/duration'
import type { Lengths } from '@/lib/domain/uptime'
import type { PeriodKind } from '@/lib/domain/uptime-periods'
import { periodWords, uptimeWords } from '@/lib/domain/uptime-words'

type Row = Lengths & { day: string; uptime: number | null }

/** Bars as a table: for screen readers, and to copy. */
export function UptimeTable({ periods, by, caption }: { periods: readonly Row[]; by: PeriodKind; caption: string }) {
  return (
    <div className="table-wrap">
      <table className="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{by.charAt(0).toUpperCase() + by.slice(1)}</th>
            <th scope="col" data-align="right">
              Uptime
            </th>
            <th scope="col" data-align="right">
              Dark
            </th>
            <th scope="col" data-align="right">
              Planned
            </th>
            <th scope="col" data-align="right">
              Unknown
            </th>
          </tr>
        </thead>
        <tbody className="num">
          {periods.map(({ day, uptime, lasted, dark, planned, unknown }) => (
            <tr key={day}>
              <th scope="row">{periodWords(by, day)}</th>
              <td data-align="right">{lasted === 0 ? '–' : uptimeWords(uptime)}</td>
              <td data-align="right">{lengthOrNone(dark)}</td>
              <td data-align="right">{lengthOrNone(planned)}</td>
              <td data-align="right">{lengthOrNone(unknown)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const lengthOrNone = (ms: number) => (ms === 0 ? '–' : durationWords(ms))
