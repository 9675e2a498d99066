import { describeSchedule } from './describe-schedule'
import { comment, oneLine, plainUrl, powershellQuoted, pythonQuoted, routerQuoted, shellQuoted } from './quoting'
import { slugOf } from './slug'
import { routerTimes } from './snippet-times'
import { clockOfRouter, type SnippetJob } from './snippets'

export const scriptEndings = ['sh', 'ps1', 'py', 'rsc'] as const
export type ScriptEnding = (typeof scriptEndings)[number]

/**
 * A script to download for one job. Without arguments it beats once; with a command it says when that started, runs it,
 * says how it ended and ends as it did. The RouterOS one makes a script on import, and a scheduler
 * where that can say when.
 */
export function scriptlet(ending: ScriptEnding, job: SnippetJob): string {
  const url = plainUrl(job.url)
  return `${write[ending]({ ...job, url, ping: url.replace('/heartbeat/', '/ping/') })}\n`
}

type ScriptJob = SnippetJob & { ping: string } // ping: the address that takes /start and /{exit status}

const about = 'Without arguments: one beat. With a command: says when it started, runs it, and ends as it did.'

const write: Record<ScriptEnding, (job: ScriptJob) => string> = {
  sh: ({ name, ping }) => `#!/bin/sh
${comment(name)}
# ${about}
address=${shellQuoted(ping)}

tell() {
  if command -v curl >/dev/null 2>&1; then
    curl -fsS -m 10 --retry 5 -o /dev/null "$address$1"
  else
    wget -q -T 10 -t 5 -O /dev/null "$address$1"
  fi
}

if [ "$#" -eq 0 ]; then
  tell ''
  exit
fi
run=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen 2>/dev/null)
tell "/start\${run:+?rid=$run}"
"$@"
status=$?
tell "/$status\${run:+?rid=$run}"
exit "$status"`,

  py: ({ name, ping }) => `#!/usr/bin/env python3
# -*- coding: utf-8 -*-
${comment(name)}
# ${about}
import subprocess
import sys
import urllib.request
import uuid

address = ${pythonQuoted(ping)}


def tell(path):
    try:
        urllib.request.urlopen(address + path, timeout=10).close()
        return 0
    except OSError as error:
        print('Beatline could not be told:', error, file=sys.stderr)
        return 1


if len(sys.argv) == 1:
    sys.exit(tell(''))
run = '?rid=' + str(uuid.uuid4())
tell('/start' + run)
status = subprocess.call(sys.argv[1:])
status = status if status >= 0 else 128 - status
tell('/%d%s' % (status & 255, run))
sys.exit(status)`,

  ps1: ({ name, ping }) => `${comment(name)}
# ${about}
$address = ${powershellQuoted(ping)}

function Tell([string] $path) {
  for ($try = 1; $try -le 5; $try++) {
    try {
      Invoke-RestMethod -TimeoutSec 10 -Uri ($address + $path) | Out-Null
      return
    } catch {
      if ($try -eq 5) { Write-Warning 'Beatline could not be told' } else { Start-Sleep -Seconds 2 }
    }
  }
}

if ($args.Count -eq 0) {
  Tell ''
  exit 0
}
$run = '?rid=' + [guid]::NewGuid().ToString()
Tell ('/start' + $run)
$global:LASTEXITCODE = 0
try {
  & $args[0] @($args | Select-Object -Skip 1)
  $status = $LASTEXITCODE
} catch {
  Write-Error $_ -ErrorAction Continue
  $status = 1
}
Tell ('/' + ($status -band 255) + $run)
exit $status`,

  rsc: ({ name, url, schedule }) => {
    const unit = routerQuoted(`beatline-${slugOf(name)}`)
    const fetch = routerQuoted(`/tool fetch url=${routerQuoted(url)} output=none`)
    const times = routerTimes(schedule)
    const runs =
      times === null
        ? [`# ${oneLine(describeSchedule(schedule))}: at the end of what runs then: /system script run ${unit}`]
        : [...clockOfRouter(schedule), `/system scheduler add name=${unit} ${times} on-event=${unit}`]
    return [
      comment(name),
      `/system script remove [find name=${unit}]`,
      `/system script add name=${unit} policy=read,write,test comment=${routerQuoted(oneLine(name))} source=${fetch}`,
      `/system scheduler remove [find name=${unit}]`,
      ...runs,
    ].join('\n')
  },
}
