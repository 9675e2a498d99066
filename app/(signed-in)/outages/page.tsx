import type { Metadata } from 'next'
import Link from 'next/link'
import { Choices } from '@/app/ui/choices'
import { Icon } from '@/app/ui/icons'
import { OutageTable } from '@/app/ui/outage/outage-table'
import { requireUser } from '@/lib/session'
import { findClient } from '@/lib/store/clients'
import { findTarget } from '@/lib/store/job-pages'
import { listOutages } from '@/lib/store/outage-lists'
import { listSites } from '@/lib/store/sites'

export const metadata: Metadata = { title: 'Outages' }

const pageSize = 100
const days = { '1': '24 h', '7': '7 d', '30': '30 d' } as const

export default async function OutagesPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [, params] = await Promise.all([requireUser(), searchParams])
  const said = (name: string) => (typeof params[name] === 'string' ? params[name] : '')
  const whole = (name: string) => (/^\d{1,9}$/.test(said(name)) ? Number(said(name)) : undefined)
  const state = said('state') === 'down' || said('state') === 'unreachable' ? said('state') : ''
  const within = said('days') in days ? said('days') : ''
  const targetId = whole('target')
  const clientId = whole('client')
  const [{ items, next }, sites, device, client] = await Promise.all([
    listOutages({
      target: targetId,
      client: clientId,
      site: whole('site'),
      open: said('open') === '1' ? true : undefined,
      state: state === '' ? undefined : (state as 'down' | 'unreachable'),
      from: within ? new Date(Date.now() - Number(within) * 86_400_000) : undefined,
      cursor: said('cursor') || undefined,
      limit: pageSize,
    }),
    listSites(),
    targetId === undefined ? null : findTarget(targetId),
    clientId === undefined ? null : findClient(clientId),
  ])
  const kept = {
    open: said('open'),
    state,
    days: within,
    site: said('site'),
    target: said('target'),
    client: said('client'),
  }
  const of = device ?? client
  return (
    <div className="page">
      <header className="page-head">
        <h1>{of ? `Outages of ${of.name}` : 'Outages'}</h1>
        {of && (
          <Link href="/outages" className="link">
            Of everything
          </Link>
        )}
      </header>
      <Choices
        path="/outages"
        kept={kept}
        choices={[
          {
            name: 'open',
            label: 'Which',
            options: [
              ['', 'Open and over'],
              ['1', 'Open now'],
            ],
          },
          {
            name: 'state',
            label: 'State',
            options: [
              ['', 'Every state'],
              ['down', 'Down'],
              ['unreachable', 'Unreachable'],
            ],
          },
          {
            name: 'days',
            label: 'When',
            options: [
              ['', 'Any time'],
              ...Object.entries(days).map(([n, word]) => [n, `Last ${word}`] as [string, string]),
            ],
          },
          ...(sites.length > 0
            ? [
                {
                  name: 'site',
                  label: 'Site',
                  options: [['', 'Every site'], ...sites.map((site) => [String(site.id), site.name])] as [
                    string,
                    string,
                  ][],
                },
              ]
            : []),
        ]}
      />
      {items.length > 0 ? (
        <OutageTable outages={items} />
      ) : (
        <div className="empty">
          <h2>No outage here.</h2>
          <p>Each time something goes dark it is kept here with the pings that showed it.</p>
        </div>
      )}
      {next && (
        <p>
          <Link href={`/outages?${new URLSearchParams({ ...kept, cursor: next })}`} className="button">
            Older
            <Icon name="right" size={16} />
          </Link>
        </p>
      )}
    </div>
  )
}
