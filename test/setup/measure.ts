export const cpuMs = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

/** CPU ms that a fixed piece of work takes here and now: machines differ, and are shared. About 100 where nothing else runs. */
function unitOfWork(): number {
  const rows = Array.from({ length: 2000 }, (_, id) => ({
    id,
    name: `Radio ${id}`,
    at: new Date(id).toISOString(),
    of: [id],
  }))
  const begun = process.cpuUsage()
  for (let turn = 0; turn < 40; turn++) JSON.parse(JSON.stringify(rows))
  return cpuMs(begun)
}

/**
 * What `work` cost, in units of a fixed piece of work done before and after it: `cpu` of this process alone, `wall` with
 * what it waited for. Tells what grows with the square of its input from what does not, on a slow machine as on a fast
 * one; how fast something is, the benchmarks tell.
 */
export async function costOf<T>(work: () => T | Promise<T>): Promise<{ result: T; cpu: number; wall: number }> {
  const before = both(unitOfWork)
  const begun = process.cpuUsage()
  const begunAt = performance.now()
  const result = await work()
  const [cpu, wall] = [cpuMs(begun), performance.now() - begunAt]
  const after = both(unitOfWork)
  return { result, cpu: cpu / Math.max(before.cpu, after.cpu), wall: wall / Math.max(before.wall, after.wall) }
}

function both(work: () => number): { cpu: number; wall: number } {
  const begunAt = performance.now()
  return { cpu: work(), wall: performance.now() - begunAt }
}
