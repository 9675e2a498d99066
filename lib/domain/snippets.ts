import { describeSchedule } from './describe-schedule'
import {
  comment,
  oneLine,
  plainUrl,
  powershellQuoted,
  pythonQuoted,
  routerQuoted,
  shellQuoted,
  systemdQuoted,
} from './quoting'
import type { Schedule } from './read-schedule'
import { slugOf } from './slug'
import { cronTimes, routerTimes, timerLines } from './snippet-times'

export const snippetKinds = [
  'crontab',
  'curl',
  'wget',
  'systemd',
  'docker',
  'python',
  'powershell',
  'routeros',
  'github-actions',
] as const
export type SnippetKind = (typeof snippetKinds)[number]

/** A job as its snippets need it. `url` is its heartbeat address; `command` what it runs, when that is known. */
export type SnippetJob = { url: string; name: string; schedule: Schedule; command?: string | undefined }

/** A piece of text, ready to be pasted, that makes a job beat. Whatever its name is, it stays a name. */
export function snippet(kind: SnippetKind, job: SnippetJob): string {
  return `${write[kind]({ ...job, url: plainUrl(job.url), command: oneLine(job.command ?? '') || undefined })}\n`
}

const write: Record<SnippetKind, (job: SnippetJob) => string> = {
  crontab: (job) => {
    const shell = curlLine(job).replace(/(?<!\\)%/g, '\\%') // a bare % would end the line for cron
    const times = cronTimes(job.schedule)
    if (times === null) {
      const instead = timerLines(job.schedule)
        ? 'take the systemd timer instead. What it would run:'
        : 'let what knows its times run'
      return lines(
        comment(`${job.name}, ${describeSchedule(job.schedule)}`),
        `# crontab has no words for that: ${instead}`,
        `# ${shell}`,
      )
    }
    return lines(
      comment(`${job.name}, ${describeSchedule(job.schedule)}`),
      ...times.map((time) => `${time} ${shellFor(job.schedule, shell)}`),
    )
  },
  curl: (job) => curlLine(job),
  wget: (job) => around(job, (url) => `wget -q -T 10 -t 5 -O /dev/null ${url}`),
  systemd: (job) => systemdUnit(job),
  docker: (job) =>
    lines(
      comment(job.name),
      `HEALTHCHECK --interval=${dockerInterval(job.schedule)}s --timeout=15s --start-period=30s --retries=3 \\`,
      `  CMD ${job.command ? `${job.command} && ` : ''}curl -fsS -m 10 -o /dev/null ${shellQuoted(job.url)} || exit 1`,
    ),
  python: (job) => pythonLines(job),
  powershell: (job) =>
    lines(
      comment(job.name),
      ...(job.command
        ? [
            job.command,
            "$status = if ($?) { 'ok' } else { 'fail' }",
            `Invoke-RestMethod -TimeoutSec 10 -Uri (${powershellQuoted(`${job.url}?status=`)} + $status) | Out-Null`,
          ]
        : [`Invoke-RestMethod -TimeoutSec 10 -Uri ${powershellQuoted(job.url)} | Out-Null`]),
    ),
  routeros: (job) => {
    const fetch = `/tool fetch url=${routerQuoted(job.url)} output=none`
    const times = routerTimes(job.schedule)
    if (times === null) return lines(comment(`${describeSchedule(job.schedule)}: at the end of what runs then`), fetch)
    const add = `/system scheduler add name=${routerQuoted(`beatline-${slugOf(job.name)}`)} ${times} on-event=${routerQuoted(fetch)} comment=${routerQuoted(oneLine(job.name))}`
    return lines(...clockOfRouter(job.schedule), add)
  },
  'github-actions': (job) =>
    lines(
      comment('the address is a credential, so it is a secret of the repository first:'),
      `#   gh secret set BEATLINE_URL --body ${shellQuoted(job.url)}`,
      '- name: Tell Beatline how it ended',
      '  if: always()',
      '  env:',
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: GitHub's own braces
      '    BEATLINE_URL: ${{ secrets.BEATLINE_URL }}',
      '    BEATLINE_STATUS: ${{ job.status }}',
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: end
      '  run: |',
      '    [ "$BEATLINE_STATUS" = success ] && status=ok || status=fail',
      '    curl -fsS -m 10 --retry 5 -o /dev/null "$BEATLINE_URL?status=$status"',
    ),
}

/** A scheduler there knows no zone but that of its router. */
export const clockOfRouter = (schedule: Schedule): string[] =>
  schedule.kind === 'period' ? [] : [`# by the clock of the router, which has to be that of ${schedule.zone}`]

const lines = (...all: string[]) => all.join('\n')
const curlLine = (job: SnippetJob) => around(job, (url) => `curl -fsS -m 10 --retry 5 -o /dev/null ${url}`)

/** The call alone, or after the command with how it ended. */
function around({ url, command }: SnippetJob, call: (quotedUrl: string) => string): string {
  return command ? `${command}; ${call(`${shellQuoted(`${url}?status=`)}$?`)}` : call(shellQuoted(url))
}

/** Cron runs once a minute at most: what is expected more often sleeps in between. */
function shellFor(schedule: Schedule, shell: string): string {
  if (schedule.kind !== 'period' || schedule.seconds >= 60) return shell
  const times = Math.ceil(60 / schedule.seconds)
  return `i=0; while [ $i -lt ${times} ]; do ${shell}; sleep ${Math.floor(60 / times)}; i=$((i+1)); done`
}

function systemdUnit({ url, name, schedule, command }: SnippetJob): string {
  const slug = slugOf(name).slice(0, 60)
  const percents = (text: string) => text.replaceAll('%', '%%')
  const timer = timerLines(schedule) ?? [
    `# OnCalendar has no words for ${oneLine(describeSchedule(schedule))}: its times belong here`,
    'OnCalendar=',
  ]
  return lines(
    `# /etc/systemd/system/${slug}.service`,
    '[Unit]',
    `Description=${percents(oneLine(name))}`,
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=/bin/sh -c ${systemdQuoted(command ?? 'true')}`,
    `ExecStopPost=/bin/sh -c ${systemdQuoted(`[ "$EXIT_CODE" = exited ] && status=$EXIT_STATUS || status=fail; exec curl -fsS -m 10 --retry 5 -o /dev/null "${url}?status=$status"`)}`,
    '',
    `# /etc/systemd/system/${slug}.timer: systemctl enable --now ${slug}.timer`,
    '[Timer]',
    ...timer.map(percents),
    '',
    '[Install]',
    'WantedBy=timers.target',
  )
}

const dockerInterval = (schedule: Schedule) =>
  schedule.kind === 'period' ? Math.max(1, Math.min(3_600, Math.floor(schedule.seconds / 2))) : 300

function pythonLines({ url, name, command }: SnippetJob): string {
  const call = command
    ? [
        'import subprocess',
        'import urllib.request',
        '',
        `status = subprocess.run(${pythonQuoted(command)}, shell=True).returncode`,
        `url = ${pythonQuoted(`${url}?status=`)} + str(status & 255)`,
      ]
    : ['import urllib.request', '', `url = ${pythonQuoted(url)}`]
  return lines(
    // The first line settles the coding: no name can.
    '# -*- coding: utf-8 -*-',
    comment(name),
    ...call,
    'try:',
    '    urllib.request.urlopen(url, timeout=10).close()',
    'except OSError as error:',
    "    print('Beatline could not be told:', error)",
  )
}
