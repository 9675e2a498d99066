import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfCheckCrontab } from '@/lib/domain/self-check'

const stamp = (ageSeconds: number) =>
  new Date(Date.now() - ageSeconds * 1000).toISOString().replace(/[-:T]/g, '').slice(0, 14)

describe('the crontab block that checks Beatline itself', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'beatline-self-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** What cron would mail, when curl answers so. */
  function mailed(answer: { health: string; status: string; exit?: number }, siteUrl = 'https://beat.example.net') {
    writeFileSync(
      join(folder, 'curl'),
      `#!/bin/sh\ncase "$*" in */health*) cat <<'X'\n${answer.health}\nX\n;; *) cat <<'X'\n${answer.status}\nX\n;; esac\nexit ${answer.exit ?? 0}\n`,
      { mode: 0o755 },
    )
    return selfCheckCrontab({ siteUrl, mailTo: 'noc@example.net' })
      .split('\n')
      .filter((line) => line.startsWith('*'))
      .map((line) => line.split(' ').slice(5).join(' ').replaceAll('\\%', '%'))
      .map((command) =>
        spawnSync('sh', ['-c', command], { env: { ...process.env, PATH: `${folder}:/usr/bin:/bin` } })
          .stdout.toString()
          .trim(),
      )
  }

  test('says nothing while all is well', () => {
    const well = '{"status":"OK","database":"ok"}'
    expect(mailed({ health: well, status: `{"status":"OK","last_good_cycle":"${stamp(20)}"}` })).toEqual(['', ''])
  })

  test('mails what was answered when the keeper is away', () => {
    const away = `{"status":"keeper away","last_good_cycle":"${stamp(900)}"}`
    const [health, status] = mailed({ health: away, status: away })
    expect(health).toContain('is not OK: {"status":"keeper away"')
    expect(status).toMatch(/no good cycle since \d{14}$/)
  })

  test('mails when nothing answers', () => {
    const silence = 'curl: (7) Failed to connect'
    expect(mailed({ health: silence, status: silence, exit: 7 })).toEqual([
      'Beatline at https://beat.example.net is not OK: curl: (7) Failed to connect',
      'Beatline at https://beat.example.net has had no good cycle since ever',
    ])
  })

  test('an address is one word of the shell', () => {
    const [health] = mailed({ health: 'no', status: 'no' }, "https://x/'$(touch owned)'")
    expect(health).toContain('is not OK')
    expect(health).toContain('%27%24(touch%20owned)%27')
  })

  test('a mailbox that is none of the plain ones is root', () => {
    expect(selfCheckCrontab({ siteUrl: 'http://x', mailTo: 'a b\n* * * * * x' })).toContain('\nMAILTO=root\n')
  })
})
