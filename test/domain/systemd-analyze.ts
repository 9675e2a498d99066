import { spawnSync } from 'node:child_process'

/** Whether systemd-analyze is here to compare with (Debian: apt-get install systemd, its binary is enough). */
export const systemdIsHere = spawnSync('systemd-analyze', ['--version']).status === 0

/** The next times (epoch seconds) of an OnCalendar expression by systemd, or null when it refuses the expression. */
export function systemdTimes(expression: string, after: number, count: number): number[] | null {
  const base = new Date(after).toISOString().slice(0, 19).replace('T', ' ')
  const run = spawnSync(
    'systemd-analyze',
    ['calendar', `--iterations=${count}`, `--base-time=${base} UTC`, '--', expression],
    { env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' }, encoding: 'utf8' },
  )
  if (run.status !== 0) return null
  return [...run.stdout.matchAll(/(?:Next elapse|Iter\. #\d+): \w{3} (\S+) (\S+) UTC/g)].map(
    ([, day, time]) => Date.parse(`${day}T${time}Z`) / 1_000,
  )
}
