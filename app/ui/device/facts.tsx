import Link from 'next/link'
import type { Device } from '@/lib/store/devices'

/** What is known of a device, and the rule it is judged by. */
export function Facts({ device }: { device: Device }) {
  const { rule } = device
  return (
    <section className="section">
      <h2>Facts</h2>
      <dl className="facts">
        <dt>Address</dt>
        <dd className="address">{device.address || <span className="muted">none known</span>}</dd>
        <dt>Role</dt>
        <dd>{device.role}</dd>
        {device.client && (
          <>
            <dt>Client</dt>
            <dd>
              <Link href={`/clients/${device.clientId}`} className="link">
                <bdi>{device.client}</bdi>
              </Link>
            </dd>
          </>
        )}
        {device.tags.length > 0 && (
          <>
            <dt>Tags</dt>
            <dd>
              {device.tags.map((tag, i) => (
                <span key={tag}>
                  {i > 0 && ', '}
                  <Link href={`/devices?tag=${encodeURIComponent(tag)}`} className="link">
                    {tag}
                  </Link>
                </span>
              ))}
            </dd>
          </>
        )}
        <dt>Pinged</dt>
        {device.pinged && device.address !== '' ? (
          <>
            <dd className="num">
              every {rule.interval} s, {rule.timeout} s to answer
            </dd>
            <dt>Down at</dt>
            <dd className="num">
              {rule.misses} misses in {rule.within} s
            </dd>
          </>
        ) : (
          <dd>no</dd>
        )}
      </dl>
    </section>
  )
}
