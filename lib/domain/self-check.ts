import { plainUrl, shellQuoted } from './quoting'

const grace = 300 // seconds without a good cycle

/**
 * A block for the crontab of another machine: asks Beatline itself every 5 minutes and prints, which cron mails, what was
 * answered when that is anything but OK, or when the last good cycle is older than 5 minutes.
 */
export function selfCheckCrontab({ siteUrl, mailTo }: { siteUrl: string; mailTo: string }): string {
  const site = plainUrl(siteUrl)
  const ask = (path: string) => `curl -sS -m 20 --retry 2 ${shellQuoted(site + path)} 2>&1`
  const health = `a=$(${ask('/health')}); case "$a" in *'"status":"OK"'*) ;; *) echo ${shellQuoted(`Beatline at ${site} is not OK:`)} "$a";; esac`
  const since = `$(date -u -d @$(($(date +%s) - ${grace})) +%Y%m%d%H%M%S)`
  const status = `s=$(${ask('/api/status')} | sed -n 's/.*"last_good_cycle":"\\([0-9]*\\)".*/\\1/p'); [ "\${s:-0}" -ge "${since}" ] || echo ${shellQuoted(`Beatline at ${site} has had no good cycle since`)} "\${s:-ever}"`
  const line = (command: string) => `*/5 * * * * ${command.replaceAll('%', '\\%')}`
  return [
    '# Beatline: it is watched from another machine. Cron mails what these lines print.',
    `MAILTO=${/^[\w.+@-]+$/.test(mailTo) ? mailTo : 'root'}`,
    line(health),
    line(status),
    '',
  ].join('\n')
}
