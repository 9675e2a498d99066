import { existsSync } from 'node:fs'
import { context, stop } from 'esbuild'

const roles = ['start', 'role', 'leash', 'web', 'keeper', 'probe', 'cli']
const entries = {
  ...Object.fromEntries(roles.map((role) => [role, `workers/${role}.ts`])),
  'ping-thread': 'lib/ping/ping-thread.ts',
  'walk-child': 'workers/probe/walk-child.ts',
}

/** Options for one bundle of Node code: our own modules inside, packages outside. */
export const nodeBundle = {
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  outExtension: { '.js': '.mjs' },
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
}

const workers = () => ({
  ...nodeBundle,
  entryPoints: Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(path))),
  outdir: 'dist',
})

const serviceWorker = {
  entryPoints: { sw: 'app/service-worker/sw.ts' },
  outdir: 'public',
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  tsconfig: 'app/service-worker/tsconfig.json',
  logLevel: 'warning',
}

/** Bundles the roles into dist/ and the service worker into public/; with `watch`, again whenever a source changes. */
export async function buildBundles({ watch = false } = {}) {
  const wanted = [workers(), ...(existsSync('app/service-worker/sw.ts') ? [serviceWorker] : [])]
  for (const options of wanted) {
    const bundle = await context(options)
    await bundle.rebuild()
    if (watch) await bundle.watch()
    else await bundle.dispose()
  }
  if (!watch) await stop() // its service would stay for as long as we run
}
