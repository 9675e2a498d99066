import Link from 'next/link'
import { listOutages } from '@/lib/store/outage-lists'
import { OutageTable } from '../outage/outage-table'

/** When the job was dark. */
export async function JobOutages({ id }: { id: number }) {
  const { items, next } = await listOutages({ target: id, limit: 10 })
  if (items.length === 0) return <p className="muted">None yet.</p>
  return (
    <>
      <OutageTable outages={items} of="device" />
      {next && (
        <p>
          <Link href={`/outages?target=${id}`} className="link">
            All its outages
          </Link>
        </p>
      )}
    </>
  )
}
