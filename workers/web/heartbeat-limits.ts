/** What may be taken: so many at once, and so many a second for good. */
export type Bucket = { left: number; at: number }

export const newBucket = (): Bucket => ({ left: Number.POSITIVE_INFINITY, at: 0 })

/** Takes one; false when there is none. `burst` are there at most, and `perSecond` come back. `now` is epoch ms. */
export function take(bucket: Bucket, now: number, perSecond: number, burst: number): boolean {
  const back = bucket.at === 0 ? burst : Math.max(0, now - bucket.at) * (perSecond / 1000)
  bucket.left = Math.min(burst, bucket.left + back)
  bucket.at = now
  if (bucket.left < 1) return false
  bucket.left--
  return true
}

const mostAddresses = 20_000

/** Buckets by address; of too many the longest unused go. */
export function createBuckets(perSecond: number, burst: number) {
  const buckets = new Map<string, Bucket>()
  return {
    take(address: string, now: number): boolean {
      const who = networkOf(address)
      let bucket = buckets.get(who)
      if (!bucket) {
        bucket = newBucket()
        if (buckets.size >= mostAddresses) forgetOldest()
        buckets.set(who, bucket)
      }
      return take(bucket, now, perSecond, burst)
    },
  }

  function forgetOldest(): void {
    const old = [...buckets].sort(([, a], [, b]) => a.at - b.at).slice(0, mostAddresses / 4)
    for (const [who] of old) buckets.delete(who)
  }
}

/** One line of IPv6 has 2^64 addresses. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = ''] = address.split('::', 1)
  return head.split(':').slice(0, 4).join(':')
}
