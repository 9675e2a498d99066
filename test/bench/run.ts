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
  const bench: { default: (args: string[]) => Promise<unknown> } = await import(pathToFileURL(outfile).href)
  await bench.default(args)
}
