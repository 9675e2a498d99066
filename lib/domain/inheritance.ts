/** When a device is pinged and when it counts as cut off: `misses` within `within`. Durations are seconds. */
export type PingRule = { interval: number; timeout: number; misses: number; within: number }
/** What a site or a device says itself; null or absent is inherited. */
export type PingRuleLayer = { [part in keyof PingRule]?: number | null | undefined }

/** Each part from the nearest that says it: device, else site, else global. Source: rules.md, "Isolation". */
export function resolveRule(layers: {
  global: PingRule
  site?: PingRuleLayer | null | undefined
  device?: PingRuleLayer | null | undefined
}): PingRule {
  const { global, site, device } = layers
  return {
    interval: device?.interval ?? site?.interval ?? global.interval,
    timeout: device?.timeout ?? site?.timeout ?? global.timeout,
    misses: device?.misses ?? site?.misses ?? global.misses,
    within: device?.within ?? site?.within ?? global.within,
  }
}

/** Bounds of each part, both included. */
export const ruleBounds = {
  interval: { min: 0.2, max: 86_400 },
  timeout: { min: 0.05, max: 60 },
  misses: { min: 1, max: 100 },
  within: { min: 1, max: 86_400 },
} as const satisfies Record<keyof PingRule, { min: number; max: number }>

/**
 * A sentence when the rule can never be met: the last of `misses` pings, sent `confirmInterval` s apart, is known to be
 * missed only after its timeout, and by then the first has left the window. Null when it can.
 */
export function ruleFault(rule: PingRule, confirmInterval: number): string | null {
  const step = Math.min(rule.interval, confirmInterval)
  const needed = (rule.misses - 1) * step + rule.timeout
  if (rule.within > needed) return null
  const told = Math.round(needed * 100) / 100
  return `${rule.misses} misses cannot fall within ${rule.within} s: pings ${step} s apart with a timeout of ${rule.timeout} s need more than ${told} s`
}
