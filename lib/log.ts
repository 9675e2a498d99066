import pino, { type Logger } from 'pino'

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
const secretPaths = [
  ...['password', 'token', 'secret', 'authorization', 'cookie', 'keys', 'endpoint', 'vapid_private_key'],
  'detail', // of an error of PostgreSQL: the values of the row, a push endpoint among them
]

/**
 * The role's own logger, on standard output, with ISO time stamps. LOG_FORMAT=pretty for people, json otherwise.
 * What looks like a secret is censored up to two levels deep.
 */
export function createLog(role: string): Logger {
  const pretty = (process.env.LOG_FORMAT?.trim() || (process.stdout.isTTY ? 'pretty' : 'json')) === 'pretty'
  const level = process.env.LOG_LEVEL?.trim() ?? ''
  return pino({
    level: levels.includes(level) ? level : 'info', // a wrong one is for the settings to name, not to fall over here
    base: { role },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secretPaths.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    ...(pretty
      ? {
          transport: {
            target: 'pino-pretty',
            options: { ignore: 'pid,hostname,role', messageFormat: '{role}: {msg}' },
          },
        }
      : {}),
  })
}
