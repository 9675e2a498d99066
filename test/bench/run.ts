import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const folder = 'test/bench'

/** `npm run bench -- NAME ...`: runs the default export of test/bench/NAME.ts with the rest of the arguments. */
export async function runBench([name, ...args]: readonly string[]): Promise<void> {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !['run.ts', 'quantile.ts'].includes(file))
    .map((file) => file.replace(/\.ts$/, ''))
  if (!name || !names.includes(name) || !existsSync(`${folder}/${name}.ts`)) {
    console.log(`Usage: npm run bench -- NAME, where NAME is one of: ${names.join(', ') || 'none yet'}`)
    process.exitCode = name ? 1 : 0
    return
  }
  const outfile = resolve('dist/test/bench', `${name}.mjs`)
  await build({
    entryPoints: [`${folder}/${name}.ts`],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  })
  const { href } = pathToFileURL(outfile)
  const bench: { default: (args: string[]) => Promise<unknown>; flags?: string[] } = await import(href)
  if (bench.flags) await runWith(bench.flags, href, args)
  else await bench.default(args)
}

/** In a process of its own, with the options of Node.js that the measured role runs with. */
async function runWith(flags: readonly string[], href: string, args: readonly string[]): Promise<void> {
  const code = `(await import(${JSON.stringify(href)})).default(${JSON.stringify(args)})`
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', code], { stdio: 'inherit' })
  process.on('SIGINT', () => {}) // the terminal tells both
  process.on('SIGTERM', () => child.kill())
  process.exitCode = await new Promise<number>((done, failed) => {
    child.once('error', failed)
    child.once('exit', (status) => done(status ?? 1))
  })
}
