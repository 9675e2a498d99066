import { spawnSync } from 'node:child_process'
import { snmpFolder } from '../snmp/recordings'
import { snmpdPath, startSnmpd } from '../snmp/snmpd'
import { benchFleet } from './snmp/fleet'
import { compareWalks } from './snmp/ratio'
import { serveMx960 } from './snmp/served'

const mostRatio = 1.6
const mostSlower = 1.1

/**
 * SNMP: 500 devices walked at once by one process, with and without 25 that are slow or silent; then the CPU of the client
 * for each instance of a full walk with `snmpbulkwalk` in turn, of snmpd and of the MX960. One line of JSON.
 */
export default async function benchSnmp(): Promise<void> {
  const fleet = snmpFolder === null ? null : await benchFleet()
  const hasTool = spawnSync('snmpbulkwalk', ['-V']).status === 0
  const mx960 = snmpFolder === null || !hasTool ? null : await serveMx960(compareWalks)
  const snmpd = snmpdPath === null || !hasTool ? null : await ofSnmpd()
  console.log(JSON.stringify({ name: 'snmp', fleet, mx960, snmpd, missing: missing(hasTool) }))
  const faults = [
    ...[mx960, snmpd].flatMap((one) => (one && one.cpu_ratio > mostRatio ? [`cpu_ratio ${one.cpu_ratio}`] : [])),
    ...(fleet && fleet.others_slower > mostSlower ? [`others slower by ${fleet.others_slower}`] : []),
  ]
  if (faults.length === 0) return
  console.error(`beyond what is promised: ${faults.join(', ')}`)
  process.exitCode = 1
}

async function ofSnmpd() {
  const snmpd = await startSnmpd()
  try {
    return await compareWalks('127.0.0.1', snmpd.port)
  } finally {
    await snmpd.end()
  }
}

const missing = (hasTool: boolean) => [
  ...(snmpFolder === null ? ['recordings'] : []),
  ...(snmpdPath === null ? ['snmpd'] : []),
  ...(hasTool ? [] : ['snmpbulkwalk']),
]
