import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import koffi from 'koffi'

const exclusiveAtOnce = 6 // LOCK_EX | LOCK_NB

/**
 * Takes a file for this process alone until it ends, however it ends: the kernel lets go of it then, so nothing is left
 * behind by kill -9, and no pid that comes round again (in a container they soon do) is taken for the holder. Writes the
 * pid into it. Null once it is ours, else the pid of who has it (0: unknown). Where files cannot be locked it is ours.
 */
export function holdFile(path: string): number | null {
  const file = openSync(path, 'a+', 0o600) // stays open: closing it would let go
  const refused = lock(file)
  if (refused) {
    closeSync(file)
    return Number(readFileSync(path, 'utf8')) || 0
  }
  ftruncateSync(file)
  writeSync(file, String(process.pid))
  return null
}

function lock(file: number): boolean {
  try {
    const flock = koffi.load(null).func('int flock(int, int)')
    return flock(file, exclusiveAtOnce) !== 0 && koffi.errno() === koffi.os.errno.EAGAIN
  } catch {
    return false // no such function on this system
  }
}
