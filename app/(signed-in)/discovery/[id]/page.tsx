import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { cancelSearch, removeSearch } from '@/app/ui/discovery/actions'
import styles from '@/app/ui/discovery/discovery.module.css'
import { DiscoveryProgress } from '@/app/ui/discovery/discovery-progress'
import { countWords, discoveryTitle, stateTones, stateWords } from '@/app/ui/discovery/discovery-words'
import { FoundTable } from '@/app/ui/discovery/found-table'
import { ActionForm, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import { Ago } from '@/app/ui/time'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { type Discovery, findDiscovery } from '@/lib/store/discoveries'
import { countFound, type FoundFilter, foundFilters, listFound, listFoundMoments } from '@/lib/store/found-devices'

export const metadata: Metadata = { title: 'Discovery' }

const pageSize = 500
const filterWords: Record<FoundFilter, string> = {
  waiting: 'To decide',
  opened: 'Opened by SNMP',
  pings: 'Pings only',
  known: 'Watched already',
  decided: 'Decided',
  all: 'All',
}

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[]>> }

export default async function DiscoveryPage({ params, searchParams }: Props) {
  const [{ role }, { id }, { show: asked, after }] = await Promise.all([requireUser(), params, searchParams])
  const discovery = /^[1-9]\d{0,8}$/.test(id) ? await findDiscovery(Number(id)) : null
  if (!discovery) notFound()
  const counts = await countFound(discovery.id)
  const usual = counts.waiting > 0 || counts.all === 0 ? 'waiting' : 'all'
  const show = foundFilters.find((one) => one === asked) ?? usual
  const from = typeof after === 'string' && /^\d{1,9}$/.test(after) ? Number(after) : 0
  const [found, moments] = await Promise.all([
    listFound(discovery.id, { show, limit: pageSize + 1, after: from }),
    listFoundMoments(discovery.id, 2000),
  ])
  const mayWrite = allows(role, 'write')
  const next = found.length > pageSize ? found[pageSize - 1]?.id : undefined
  return (
    <div className="page">
      <DiscoveryHead discovery={discovery} mayWrite={mayWrite} />
      <DiscoveryProgress
        key={discovery.id}
        id={discovery.id}
        progress={{
          state: discovery.state,
          asked: discovery.asked,
          total: discovery.total,
          found: discovery.found,
        }}
        moments={moments}
        elapsedMs={elapsedMs(discovery)}
      />
      <State discovery={discovery} />
      {counts.all > 0 && (
        <nav className={styles.filters} aria-label="What was found">
          {foundFilters
            .filter((one) => counts[one] > 0 || one === show)
            .map((one) => (
              <Link
                key={one}
                href={`/discovery/${discovery.id}?show=${one}`}
                scroll={false}
                aria-current={one === show ? 'true' : undefined}
              >
                {filterWords[one]} <span className={`${styles.count} num`}>{counts[one]}</span>
              </Link>
            ))}
        </nav>
      )}
      <FoundTable
        discovery={discovery.id}
        found={found.slice(0, pageSize)}
        show={show}
        waiting={counts[show]}
        mayWrite={mayWrite}
        empty={<Empty discovery={discovery} total={counts.all} />}
      />
      {next !== undefined && (
        <nav className="row" aria-label="Pages">
          <Link href={`/discovery/${discovery.id}?show=${show}&after=${next}`} className="button">
            Next {pageSize}
          </Link>
        </nav>
      )}
    </div>
  )
}

const elapsedMs = ({ startedAt, createdAt, endedAt }: Discovery) =>
  (endedAt ?? new Date()).getTime() - (startedAt ?? createdAt).getTime()

const isOver = ({ state }: Discovery) => state !== 'waiting' && state !== 'running'

function DiscoveryHead({ discovery, mayWrite }: { discovery: Discovery; mayWrite: boolean }) {
  const { id, createdAt, createdBy, probe, site } = discovery
  return (
    <header className="page-head">
      <hgroup>
        <p className="muted">
          <Link href="/discovery" className="link">
            Discoveries
          </Link>
        </p>
        <h1 className="num">{discoveryTitle(discovery)}</h1>
        <p className="muted">
          <span className={styles.state} data-tone={stateTones[discovery.state]}>
            {discovery.cancelled && !isOver(discovery) ? 'Ending' : stateWords[discovery.state]}
          </span>
          , by the probe {probe}, begun <Ago at={createdAt} /> for {createdBy}
          {site && `, accepted into ${site}`}
        </p>
      </hgroup>
      {mayWrite && !isOver(discovery) && (
        <ActionForm action={cancelSearch} className="row">
          <input type="hidden" name="id" value={id} />
          <SubmitButton kind="plain">Cancel the search</SubmitButton>
          <FormMessage />
        </ActionForm>
      )}
      {mayWrite && isOver(discovery) && (
        <>
          <Link
            href={`/discovery/new?${new URLSearchParams({ ranges: discovery.ranges.join(', '), seeds: discovery.seeds.join(', ') })}`}
            className="button"
          >
            Search again
          </Link>
          <ConfirmButton
            action={removeSearch}
            fields={{ id }}
            verb="Delete"
            ask="Forget it? Devices that were accepted stay."
            kind="quiet"
          />
        </>
      )}
    </header>
  )
}

function State({ discovery }: { discovery: Discovery }) {
  if (discovery.state === 'failed') {
    return (
      <p className="note" data-tone="down">
        It ended before its time: {discovery.failure ?? 'the probe did not say why'}.
      </p>
    )
  }
  if (discovery.state === 'waiting' && !discovery.probeConnected) {
    return (
      <p className="note" data-tone="amber">
        The probe {discovery.probe} is away. The search begins when it is back.
      </p>
    )
  }
  return null
}

function Empty({ discovery, total }: { discovery: Discovery; total: number }) {
  if (total > 0) return <p className="muted">None of the {countWords(total)} found.</p>
  if (!isOver(discovery)) return <p className="muted">Whatever answers shows up here at once.</p>
  return (
    <div className="empty">
      <h2>Nothing answered.</h2>
      <p>
        {discovery.seeds.length > 0
          ? 'A search from neighbour to neighbour needs a profile that opens its first device.'
          : `Is the range the right one, and does the probe ${discovery.probe} reach it?`}
      </p>
    </div>
  )
}
