import { isMainThread } from 'node:worker_threads'

// Loaded before a role that the supervisor started (node --import): a role must not outlive it, or the next start would
// find the port taken and two probes at work. PostgreSQL may; it is adopted.
if (isMainThread) {
  if (!process.connected) process.exit(1) // it was gone before we got here
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.exit(1), 15_000).unref()
  })
  process.channel?.unref() // the leash alone keeps no process alive
}
