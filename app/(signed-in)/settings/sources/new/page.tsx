import type { Metadata } from 'next'
import Link from 'next/link'
import styles from '@/app/ui/source/source.module.css'
import { SourceForm } from '@/app/ui/source/source-form'
import { kindWords } from '@/app/ui/source/source-words'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { sourceKindNames } from '@/lib/wire/rest-sources'

export const metadata: Metadata = { title: 'Add a source' }

type Props = { searchParams: Promise<Record<string, string | string[]>> }

export default async function NewSourcePage({ searchParams }: Props) {
  const [{ role }, { kind: asked }] = await Promise.all([requireUser(), searchParams])
  const kind = sourceKindNames.find((one) => one === asked)
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <hgroup>
          <p className="muted">
            <Link href="/settings/sources" className="link">
              Sources
            </Link>
          </p>
          <h1>{kind ? `Add a source: ${kindWords[kind].name}` : 'Add a source'}</h1>
        </hgroup>
      </header>
      {!allows(role, 'write') ? (
        <p className="note">Your role may read only: an operator has to add sources.</p>
      ) : kind ? (
        <SourceForm key={kind} kind={kind} />
      ) : (
        <div className={styles.kinds}>
          {sourceKindNames.map((one) => (
            <Link key={one} href={`/settings/sources/new?kind=${one}`} className={styles.kind}>
              <span className="strong">{kindWords[one].name}</span>
              <span className="muted">{kindWords[one].what}</span>
            </Link>
          ))}
        </div>
      )}
    </div>
  )
}
