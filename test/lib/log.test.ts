import pino from 'pino'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createLog } from '@/lib/log'

describe('the log', () => {
  afterEach(() => vi.unstubAllEnvs())
  const levelOf = (setting: string) => {
    vi.stubEnv('LOG_LEVEL', setting)
    return createLog('web').level
  }

  test('takes its level from LOG_LEVEL', () => expect(levelOf('warn')).toBe('warn'))
  test('of what PostgreSQL says of a row it leaves the values out: an endpoint is a secret', () => {
    const error = Object.assign(new Error('duplicate key'), {
      detail: 'Key (endpoint)=(https://push/abc) already exists.',
    })
    const log = createLog('web')
    const lines: string[] = []
    Object.assign(Reflect.get(log, pino.symbols.streamSym), { write: (line: string) => void lines.push(line) })
    log.error({ err: error }, 'a request failed')
    log.error(error, 'a request failed')
    expect(lines).toHaveLength(2)
    expect(lines.join()).toContain('duplicate key')
    expect(lines.join()).not.toContain('https://push')
  })
  test('an empty or wrong level is info, as the settings are what refuse it', () =>
    expect(['', 'verbose'].map(levelOf)).toEqual(['info', 'info']))
})
