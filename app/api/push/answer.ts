import type { PushDevice } from '@/lib/store/push-devices'
import type { PushDeviceAnswer } from '@/lib/wire/push'

const iso = (at: Date | null) => at?.toISOString() ?? null

/** A device as the operator may see it: neither its key nor its endpoint. */
export function pushDeviceAnswer(device: PushDevice): PushDeviceAnswer {
  return {
    id: device.id,
    name: device.name,
    state: device.state,
    permission: device.permission,
    lost_reason: device.lostReason,
    last_error: device.lastError,
    user_agent: device.userAgent,
    created_at: device.createdAt.toISOString(),
    healed_at: iso(device.healedAt),
    last_seen_at: iso(device.lastSeenAt),
    last_accepted_at: iso(device.lastAcceptedAt),
    last_shown_at: iso(device.lastShownAt),
    last_opened_at: iso(device.lastOpenedAt),
  }
}
