import { existsSync } from 'node:fs'
import { type Env, parseEnv, SettingsError } from '@/lib/env'
import { embeddedUrl, isRunning } from '../embedded-postgres'
import { checkCertificate } from './certificate'
import { findKeptSecret } from './data-folder'

/** Takes over what .env says and the environment does not. */
export function readDotEnv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env')
}

/** The settings of the environment and of .env, which the environment overrides. Throws a SettingsError. */
export function readSettings(): Env {
  readDotEnv()
  const settings = parseEnv(process.env)
  checkCertificate(settings)
  return settings
}

/** Puts a setting into the environment, for this process and its children, in place of the file that had named it. */
export function put(name: string, value: string): void {
  process.env[name] = value
  delete process.env[`${name}_FILE`] // both at once are refused
}

/**
 * Completes the environment of a process that runs without the supervisor: the keys kept in the data folder and the
 * address of the embedded server, if it runs. Says what is missing in a SettingsError.
 */
export async function joinHouse(settings: Env, needs: 'database' | 'probe token'): Promise<void> {
  const { dataDir } = settings
  const secretKey = settings.secretKey || (await findKeptSecret(dataDir, 'secret-key'))
  if (secretKey) put('SECRET_KEY', secretKey)
  if (needs === 'probe token') {
    const probeToken = settings.probeToken ?? (await findKeptSecret(dataDir, 'probe-token'))
    if (probeToken) return put('PROBE_TOKEN', probeToken)
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
  }
  put('DATABASE_URL', settings.databaseUrl ?? embeddedUrl(dataDir))
  if (!secretKey) {
    throw new SettingsError('SECRET_KEY is not set: every web and keeper of one database needs the same one')
  }
}
