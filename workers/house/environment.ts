import { existsSync } from 'node:fs'
import { type Env, parseEnv, SettingsError } from '@/lib/env'
import { embeddedUrl, isRunning } from '../embedded-postgres'
import { findKeptSecret } from './data-folder'

/** The settings of the environment and of .env, which the environment overrides. Throws a SettingsError. */
export function readSettings(): Env {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return parseEnv(process.env)
}

/**
 * Completes the environment of a process that runs without the supervisor: the keys kept in the data folder and the
 * address of the embedded server, if it runs. Says what is missing in a SettingsError.
 */
export async function joinHouse(settings: Env, needs: 'database' | 'probe token'): Promise<void> {
  const { dataDir } = settings
  if (!settings.secretKey) put('SECRET_KEY', await findKeptSecret(dataDir, 'secret-key'))
  if (!settings.probeToken) put('PROBE_TOKEN', await findKeptSecret(dataDir, 'probe-token'))
  if (needs === 'probe token') {
    if (process.env.PROBE_TOKEN || process.env.PROBE_TOKEN_FILE) return
    throw new SettingsError(
      'PROBE_TOKEN is not set: make one where the web runs, with npm run cli -- probe create --name NAME',
    )
  }
  if (!settings.databaseUrl) {
    if (!(await isRunning(dataDir))) {
      throw new SettingsError(
        `DATABASE_URL is not set and no embedded PostgreSQL runs in ${dataDir}: ` +
          'set it to the database of the other roles, or run npm start, which starts one',
      )
    }
    put('DATABASE_URL', embeddedUrl(dataDir))
  }
  if (!process.env.SECRET_KEY && !process.env.SECRET_KEY_FILE) {
    throw new SettingsError('SECRET_KEY is not set: every web and keeper of one database needs the same one')
  }
}

function put(name: string, value: string | null): void {
  if (value !== null) process.env[name] = value
}
