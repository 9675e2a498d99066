import type { Role, Status } from './status'

/** An open outage as the board needs it. Instants are epoch ms. */
export type DarkTarget = {
  outageId: number
  targetId: number
  kind: 'device' | 'job'
  evidence: unknown // of a job: what it was called down by
  misses: number // of a job: expected beats that did not come by now
  name: string
  address: string
  role: Role
  siteName: string | null
  client: string | null
  clientId: number | null
  /** Of the incident: how many clients it cuts off, and the first of them. */
  clients: number
  clientNames: string[]
  state: 'down' | 'unreachable'
  beganAt: number
  incidentId: number | null
  /** The target that the incident is about; null when it is about none, or not filed yet. */
  rootTargetId: number | null
  acknowledgedAt: number | null
  acknowledgedBy: string | null
  /** Who ended the incident by hand; null: it is open. */
  resolvedBy: string | null
}
/** A dark target and what is dark because of it. */
export type DarkGroup = { root: DarkTarget; behind: DarkTarget[] }

const weight: Record<Role, number> = { router: 6, switch: 5, backhaul: 5, ap: 4, server: 3, other: 2, cpe: 1 }

/**
 * What is dark now as groups, worst first: nobody on it before somebody, then how many are cut off behind it, then the
 * weight of its role, then the longest. An unreachable target whose root answers again stands on its own.
 */
export function groupDark(targets: readonly DarkTarget[]): DarkGroup[] {
  const heads = new Map<number, DarkGroup>()
  for (const target of targets) {
    const isRoot = target.state === 'down' && (target.rootTargetId === null || target.rootTargetId === target.targetId)
    if (isRoot && target.incidentId !== null) heads.set(target.incidentId, { root: target, behind: [] })
  }
  const alone: DarkGroup[] = []
  for (const target of targets) {
    const head = target.incidentId === null ? undefined : heads.get(target.incidentId)
    if (head?.root === target) continue
    if (head) head.behind.push(target)
    else alone.push({ root: target, behind: [] })
  }
  return [...heads.values(), ...alone].sort(worstFirst)
}

function worstFirst(a: DarkGroup, b: DarkGroup): number {
  const unattended = ({ root }: DarkGroup) => (root.acknowledgedAt === null && root.resolvedBy === null ? 1 : 0)
  return (
    unattended(b) - unattended(a) ||
    b.behind.length - a.behind.length ||
    weight[b.root.role] - weight[a.root.role] ||
    a.root.beganAt - b.root.beganAt ||
    a.root.targetId - b.root.targetId
  )
}

export type Mood = 'quiet' | 'down' | 'amber' | 'away'

/** What the line of the mark says for these counts by status. `telling`: whether any probe can tell. */
export function moodOf(counts: Partial<Record<Status, number>>, telling: boolean): Mood {
  if ((counts.down ?? 0) + (counts.unreachable ?? 0) > 0) return 'down'
  if (!telling) return 'away'
  return (counts.degraded ?? 0) + (counts.late ?? 0) > 0 ? 'amber' : 'quiet'
}
