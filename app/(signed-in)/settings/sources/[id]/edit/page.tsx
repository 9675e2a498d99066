import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import { removeSource } from '@/app/ui/source/actions'
import { SourceForm } from '@/app/ui/source/source-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { shownSource } from '@/lib/source-input'
import { findSource } from '@/lib/store/sources'

export const metadata: Metadata = { title: 'Change a source' }

type Props = { params: Promise<{ id: string }> }

export default async function EditSourcePage({ params }: Props) {
  const [{ role }, { id: said }] = await Promise.all([requireUser(), params])
  const source = /^[1-9]\d{0,8}$/.test(said) ? await findSource(Number(said)) : null
  if (!source) notFound()
  const { id, kind, name, enabled, applies, pings, syncSeconds, pollSeconds } = source
  const { isolateMisses, isolatePolls, revivePolls, faultPolls } = source
  const rule = { isolateMisses, isolatePolls, revivePolls, faultPolls }
  const config = shownSource(source)
  const mayWrite = allows(role, 'write')
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <hgroup>
          <p className="muted">
            <Link href="/settings/sources" className="link">
              Sources
            </Link>
          </p>
          <h1>{name}</h1>
        </hgroup>
        {mayWrite && (
          <ConfirmButton
            action={removeSource}
            fields={{ id }}
            verb="Remove"
            ask="Remove it? What it brought stays here."
            kind="quiet"
          />
        )}
      </header>
      {mayWrite ? (
        <>
          {config === null && (
            <p className="note" data-tone="down">
              What is kept of it cannot be opened, as SECRET_KEY is another one: type its secrets anew.
            </p>
          )}
          <SourceForm
            kind={kind}
            source={{ id, name, enabled, applies, pings, syncSeconds, pollSeconds, ...rule, config }}
          />
        </>
      ) : (
        <p className="note">Your role may read only: an operator has to change sources.</p>
      )}
    </div>
  )
}
