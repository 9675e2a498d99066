import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

/** Whether wrk, the load generator (Debian: wrk), is there. */
export const hasWrk = () => spawnSync('wrk', ['-v']).error === undefined

type Load = { url: string; paths: readonly string[]; connections: number; seconds: number }
/** What wrk counted: answers read, of them those that were no 2xx or 3xx and what broke. */
export type Counted = { requests: number; refused: number; seconds: number; p50Ms: number; p99Ms: number }

const Said = z.object({ requests: z.number(), refused: z.number(), us: z.number(), p50: z.number(), p99: z.number() })

/** Asks for the paths in turn over so many connections, one thread, each connection waiting for its answer. */
export async function wrk({ url, paths, connections, seconds }: Load): Promise<Counted> {
  const folder = await mkdtemp(join(tmpdir(), 'beatline-wrk-'))
  try {
    const script = join(folder, 'load.lua')
    await writeFile(script, scriptOf(new URL(url).host, paths))
    const { stdout } = await promisify(execFile)(
      'wrk',
      ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url],
      { timeout: (seconds + 30) * 1000 },
    )
    const said = Said.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
    return { ...said, seconds: said.us / 1e6, p50Ms: said.p50 / 1000, p99Ms: said.p99 / 1000 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function scriptOf(host: string, paths: readonly string[]): string {
  const requests = paths.map(
    (path) => `"GET ${path} HTTP/1.1\\r\\nHost: ${host}\\r\\nUser-Agent: curl/8.5.0\\r\\nAccept: */*\\r\\n\\r\\n"`,
  )
  return `local requests = {${requests.join(',\n')}}
local n = 0
request = function()
  n = n % #requests + 1
  return requests[n]
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests":%d,"refused":%d,"us":%d,"p50":%d,"p99":%d}\\n', summary.requests,
    e.connect + e.read + e.write + e.status + e.timeout, summary.duration, latency:percentile(50), latency:percentile(99)))
end
`
}
