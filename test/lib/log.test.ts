import { afterEach, describe, expect, test, vi } from 'vitest'
import { createLog } from '@/lib/log'

describe('the log', () => {
  afterEach(() => vi.unstubAllEnvs())
  const levelOf = (setting: string) => {
    vi.stubEnv('LOG_LEVEL', setting)
    return createLog('web').level
  }

  test('takes its level from LOG_LEVEL', () => expect(levelOf('warn')).toBe('warn'))
  test('an empty or wrong level is info, as the settings are what refuse it', () =>
    expect(['', 'verbose'].map(levelOf)).toEqual(['info', 'info']))
})
