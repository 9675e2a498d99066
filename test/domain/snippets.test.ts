import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { longestPeriod } from '@/lib/domain/period'
import { compileSchedule, nextTimes, type Schedule } from '@/lib/domain/schedule'
import { type ScriptEnding, scriptlet } from '@/lib/domain/scriptlets'
import { calendarOfCron, cronOfPeriod } from '@/lib/domain/snippet-times'
import { type SnippetJob, snippet, snippetKinds } from '@/lib/domain/snippets'

const url = 'https://beat.example.net/heartbeat/0f8fad5b-d9cb-469f-a165-70867728950e'
const five: Schedule = { kind: 'period', seconds: 300 }
const job: SnippetJob = { url, name: 'prod.db1.backup', schedule: five }

describe('a snippet of a plain job', () => {
  test.each([
    ['curl', `curl -fsS -m 10 --retry 5 -o /dev/null '${url}'\n`],
    ['wget', `wget -q -T 10 -t 5 -O /dev/null '${url}'\n`],
    [
      'crontab',
      `# Beatline: prod.db1.backup, every 5 minutes\n*/5 * * * * curl -fsS -m 10 --retry 5 -o /dev/null '${url}'\n`,
    ],
  ] as const)('%s', (kind, text) => expect(snippet(kind, job)).toBe(text))

  test('with a command it tells how that ended', () => {
    expect(snippet('curl', { ...job, command: 'backup.sh --all' })).toBe(
      `backup.sh --all; curl -fsS -m 10 --retry 5 -o /dev/null '${url}?status='$?\n`,
    )
    expect(snippet('crontab', { ...job, command: 'date +%F' })).toContain('*/5 * * * * date +\\%F; curl ')
  })

  test('a cron job keeps its own times, one an OnCalendar cannot say is left to the timer', () => {
    const cron = { ...job, schedule: { kind: 'cron', expression: '30 2 * * mon-fri', zone: 'Europe/Berlin' } } as const
    expect(snippet('crontab', cron)).toMatch(/\n30 2 \* \* mon-fri curl /)
    expect(snippet('systemd', cron)).toContain('OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 02:30:00 Europe/Berlin')
    const calendar = { ...job, schedule: { kind: 'oncalendar', expression: 'Mon *-*-* 05:00', zone: 'UTC' } } as const
    expect(snippet('crontab', calendar).split('\n').filter(Boolean)).toSatisfy((all: string[]) =>
      all.every((line) => line.startsWith('#')),
    )
    expect(snippet('systemd', calendar)).toContain('OnCalendar=Mon *-*-* 05:00 UTC')
  })
})

describe('a schedule that a machine has no words for', () => {
  const of = (kind: 'cron' | 'oncalendar', expression: string) => ({
    ...job,
    schedule: { kind, expression, zone: 'Europe/Berlin' } as const,
  })
  test('crontab: a systemd timer is offered in words', () => {
    expect(snippet('crontab', of('oncalendar', 'Mon *-*-* 05:00'))).toBe(
      [
        '# Beatline: prod.db1.backup, At 05:00 on Mondays, Berlin time (Europe/Berlin)',
        '# crontab has no words for that: take the systemd timer instead. What it would run:',
        `# curl -fsS -m 10 --retry 5 -o /dev/null '${url}'`,
        '',
      ].join('\n'),
    )
    expect(snippet('crontab', of('cron', '30 2 L * *'))).toContain(
      '\n# crontab has no words for that: let what knows its times run\n',
    )
  })
  test.each([
    ['*-*-* 02:30', '*-*-* 02:30 Europe/Berlin'],
    ['*-*-* 02:30 utc', '*-*-* 02:30 utc'],
    ['OnCalendar=*-*-* 02:30 Japan', '*-*-* 02:30 Japan'],
    ['*-*-* 02:30 Asia/Tokyo', '*-*-* 02:30 Asia/Tokyo'],
    ['daily', 'daily Europe/Berlin'],
    ['@1900000000', '@1900000000'],
  ])('systemd: %j keeps the zone that it names', (expression, line) =>
    expect(snippet('systemd', of('oncalendar', expression))).toContain(`\nOnCalendar=${line}\n`),
  )
  test('systemd: what a timer cannot say is left to be filled in, in words', () =>
    expect(snippet('systemd', of('cron', '30 2 L * *'))).toMatch(
      /\n# OnCalendar has no words for At 02:30 on the last day/,
    ))
  test.each(['routeros', 'rsc'] as const)('%s: a time of every day is one of its scheduler', (kind) => {
    const text = kind === 'rsc' ? scriptlet(kind, of('cron', '5 2 * * *')) : snippet(kind, of('cron', '5 2 * * *'))
    expect(text).toContain(' interval=1d start-time=02:05:00 on-event=')
    expect(text).toContain('# by the clock of the router, which has to be that of Europe/Berlin')
  })
  test.each([of('cron', '5 2 * * 1'), of('cron', '5 2 * * *\n5 3 * * *'), of('oncalendar', 'Mon *-*-* 05:00')])(
    'routeros: other times are no beat every so often, which would tell nothing',
    (calendar) => {
      for (const text of [snippet('routeros', calendar), scriptlet('rsc', calendar)]) {
        expect(text).not.toMatch(/scheduler add/)
        expect(text).toMatch(/# .*at the end of what runs/)
      }
      expect(scriptlet('rsc', calendar)).toContain('/system script run "beatline-prod-db1-backup"')
    },
  )
})

describe('the times of a snippet', () => {
  test.each([
    [60, '* * * * *'],
    [300, '*/5 * * * *'],
    [420, '*/6 * * * *'],
    [3_600, '0 * * * *'],
    [5_400, '0 * * * *'],
    [86_400, '0 3 * * *'],
    [259_200, '0 3 */3 * *'],
    [604_800, '0 3 * * 1'],
  ])('every %i s is %s', (seconds, line) => expect(cronOfPeriod(seconds)).toBe(line))

  test('crontab is never slower than what is expected', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: longestPeriod }), (seconds) => {
        const cron: Schedule = { kind: 'cron', expression: cronOfPeriod(seconds), zone: 'UTC' }
        const times = nextTimes(cron, Date.UTC(2027, 0, 1), 40)
        const longest = Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0)))
        expect(longest).toBeLessThanOrEqual(seconds * 1_000)
      }),
    )
  })

  const field = (least: number, most: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`),
      fc.uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 4 }).map((all) => all.join(',')),
      fc
        .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    )
  test('a timer fires exactly when cron would', () => {
    fc.assert(
      fc.property(
        fc.tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6)),
        fc.date({ min: new Date(Date.UTC(2026, 0)), max: new Date(Date.UTC(2030, 0)), noInvalidDate: true }),
        (fields, from) => {
          const line = fields.join(' ')
          const cron = compileSchedule({ kind: 'cron', expression: line, zone: 'UTC' })
          const timer = compileSchedule({
            kind: 'oncalendar',
            expression: (calendarOfCron(line) ?? []).join('\n'),
            zone: 'UTC',
          })
          let at: number | null = from.getTime()
          for (let i = 0; i < 4 && at !== null; i++) {
            expect(timer.next(at)).toBe(cron.next(at))
            at = cron.next(at)
          }
        },
      ),
    )
  })

  test.each(['L', '30 2 L * *', '30 2 * * 5#2', '@reboot', '1 2 3', '61 * * * *', '5-1 * * * *'])(
    '%j has no plain OnCalendar',
    (line) => expect(calendarOfCron(line)).toBeNull(),
  )
})

const hostile = [
  "it's",
  '"; rm -rf / #',
  '$(touch owned)',
  '`touch owned`',
  'a\nb * * * * * touch owned',
  'back\\',
  '100%',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own braces
  '${{ secrets.X }}',
  'syntax=evil/frontend',
  'coding: utf-7',
  '\u2018quoted\u2019',
  '\u202eotni',
  'Ünïcode 監視 🚀',
  '--',
]

describe('whatever a job is called', () => {
  test.each(hostile)('%j stays a name in every snippet', (name) => {
    for (const kind of snippetKinds) {
      const text = snippet(kind, { ...job, name })
      const plain = snippet(kind, { ...job, name: 'x' })
      expect(text.split('\n').length).toBe(plain.split('\n').length)
      // All but what stands in a comment or behind a name's own key is the same as for any other name.
      const bare = (all: string) =>
        all
          .split('\n')
          .filter((line) => !/^#|^Description=|^\/system scheduler/.test(line))
          .join('\n')
      expect(bare(text)).toBe(bare(plain))
      expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|^#.*[\\`]$/m)
    }
  })

  test.each(hostile)('%j cannot change the RouterOS command', (name) => {
    const text = snippet('routeros', { ...job, name })
    const strings = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
    expect(strings).toHaveLength(3)
    for (const [, inside = ''] of strings) expect(inside.replace(/\\[\s\S]/g, '')).not.toMatch(/["$\\]/)
    expect(text.replace(/"(?:[^"\\]|\\.)*"/g, '')).toBe(
      '/system scheduler add name= interval=300s start-time=startup on-event= comment=\n',
    )
  })
})

describe('run for real by sh', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'beatline-snippets-'))
    // Stands for curl and wget: writes down what it was given.
    for (const name of ['curl', 'wget']) {
      writeFileSync(
        join(folder, name),
        `#!/bin/sh\nprintf '%s\\0' "$@" >> "${folder}/said"\nprintf '\\n' >> "${folder}/said"\n`,
        {
          mode: 0o755,
        },
      )
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** The addresses that were called, one a call. */
  function run(program: string, args: string[], input?: string): { called: string[]; status: number | null } {
    const said = join(folder, 'said')
    writeFileSync(said, '')
    const { status } = spawnSync(program, args, {
      cwd: folder,
      env: { ...process.env, PATH: `${folder}:/usr/bin:/bin` },
      ...(input === undefined ? {} : { input }),
    })
    const called = readFileSync(said, 'utf8').split('\n').filter(Boolean)
    return { called: called.map((line) => line.split('\0').at(-2) ?? ''), status }
  }
  /** What cron hands to sh of a line: all after the five times, up to a bare %. */
  const ofCron = (text: string) => {
    const line = text.split('\n').find((one) => /^[*\d]/.test(one)) ?? ''
    const [command = ''] = line
      .split(/\s+/)
      .slice(5)
      .join(' ')
      .split(/(?<!\\)%/)
    return command.replaceAll('\\%', '%')
  }

  test('the address arrives as it is, from crontab too', () => {
    for (const kind of ['curl', 'wget'] as const) expect(run('sh', ['-c', snippet(kind, job)]).called).toEqual([url])
    expect(run('sh', ['-c', ofCron(snippet('crontab', job))]).called).toEqual([url])
  })

  test('how the command ended arrives', () => {
    const failing = { ...job, command: 'printf %s x | grep -q y' }
    expect(run('sh', ['-c', snippet('curl', failing)]).called).toEqual([`${url}?status=1`])
    expect(run('sh', ['-c', ofCron(snippet('crontab', failing))]).called).toEqual([`${url}?status=1`])
  })

  test('an address never runs as a command', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (tail) => {
        const odd = `http://h/heartbeat/${tail}`
        const { called } = run('sh', ['-c', ofCron(snippet('crontab', { ...job, url: odd }))])
        expect(called).toHaveLength(1)
        expect(called[0]).toMatch(/^http:\/\/h\/heartbeat\/[\x21-\x7e]*$/)
      }),
      { numRuns: 25 },
    )
  })

  test.each(hostile)('the script of a job called %j beats, and wraps a command', (name) => {
    const path = join(folder, 'script.sh')
    writeFileSync(path, scriptlet('sh', { ...job, name }))
    const ping = url.replace('/heartbeat/', '/ping/')
    expect(run('sh', [path]).called).toEqual([ping])
    const { called, status } = run('sh', [path, 'sh', '-c', 'exit 3'])
    expect(status).toBe(3)
    expect(called.map((one) => one.split('?')[0])).toEqual([`${ping}/start`, `${ping}/3`])
    const runs = called.map((one) => one.split('rid=')[1])
    expect(runs[0]).toBe(runs[1])
    expect(spawnSync('test', ['-e', join(folder, 'owned')]).status).toBe(1)
  })
})

const python = spawnSync('python3', ['--version']).status === 0
if (!python) console.warn('skipped: the Python of snippets is read by Python: there is no python3 on the PATH')
describe.skipIf(!python)('the Python of snippets is read by Python', () => {
  test('whatever the job is called', () => {
    const texts = hostile.flatMap((name) => [
      snippet('python', { ...job, name }),
      snippet('python', { ...job, name, command: name }),
      scriptlet('py', { ...job, name }),
    ])
    const reader = 'import json, sys\nfor text in json.load(sys.stdin): compile(text.encode(), "x", "exec")'
    expect(spawnSync('python3', ['-c', reader], { input: JSON.stringify(texts) }).stderr.toString()).toBe('')
  })
})

test.each(['sh', 'py', 'ps1', 'rsc'] as ScriptEnding[])('script.%s carries the address once', (ending) => {
  expect(scriptlet(ending, job).split('0f8fad5b').length).toBe(2)
})
