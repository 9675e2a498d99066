import { expect, test } from 'vitest'
import { complaintsOf, runSchedule } from './schedule'

/** SIM_SEED replays one schedule, and with SIM_RUNS so many from there on; the seed is printed when one fails. */
const runs = Number(process.env.SIM_RUNS ?? 1000)
const first = Number(process.env.SIM_SEED ?? 2_077_800_000)
const count = process.env.SIM_SEED === undefined ? runs : Number(process.env.SIM_RUNS ?? 1)

test(`${count} random fault schedules: one incident of each true cause, no false root, nothing twice, nothing lost`, {
  timeout: 300_000,
}, () => {
  let outages = 0
  let incidents = 0
  for (let seed = first; seed < first + count; seed++) {
    const run = runSchedule(seed)
    outages += run.house.outages.length
    incidents += run.house.incidents.length
    const complaints = complaintsOf(run)
    if (complaints.length === 0) continue
    const { network, faults, options, away } = run
    const scene = {
      devices: network.devices.map(({ id, upstreams }) => `${id}<${upstreams}`).join(' '),
      faults,
      options,
      away,
    }
    expect.fail(`SIM_SEED=${seed} replays it: ${complaints.join('; ')}\n${JSON.stringify(scene, null, 1)}`)
  }
  if (count < 100) return
  expect(incidents).toBeGreaterThan(count)
  expect(outages).toBeGreaterThan(2 * incidents)
})
