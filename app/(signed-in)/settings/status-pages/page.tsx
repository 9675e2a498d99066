import type { Metadata } from 'next'
import Link from 'next/link'
import { ActionForm, Field, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import { Icon } from '@/app/ui/icons'
import styles from '@/app/ui/settings/settings.module.css'
import { saveSettle } from '@/app/ui/status/page-actions'
import { settleMinutes } from '@/lib/domain/status-page'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { subscriptionMedia } from '@/lib/status-forms'
import { type ListedStatusPage, listStatusPages, readSettleMinutes } from '@/lib/store/status-pages'

export const metadata: Metadata = { title: 'Status pages' }

export default async function StatusPagesPage() {
  const [{ role }, pages, minutes] = await Promise.all([requireUser(), listStatusPages(), readSettleMinutes()])
  const mayWrite = allows(role, 'write')
  const { email, sms } = subscriptionMedia()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Status pages</h1>
        {mayWrite && (
          <Link href="/settings/status-pages/new" className="button" data-kind="primary">
            <Icon name="plus" size={16} />
            Add a page
          </Link>
        )}
      </header>
      <p className="muted">
        What your customers read: which places are without service, since when, and what you say of it. Names of sites
        and tags are shown, never those of devices or clients. One client’s own page has a secret link on the page of
        that client.
      </p>
      {pages.length === 0 ? (
        <p className="muted">No page yet.</p>
      ) : (
        <ul>
          {pages.map((page) => (
            <li key={page.id} className={styles.item}>
              <div className={styles.itemText}>
                <a href={`/status/${page.slug}`} className="strong">
                  {page.title}
                </a>
                <span className="muted num">{wordsOf(page)}</span>
              </div>
              {mayWrite && (
                <Link
                  href={`/settings/status-pages/${page.id}`}
                  className="button"
                  data-size="small"
                  aria-label={`Edit ${page.title}`}
                >
                  Edit
                </Link>
              )}
            </li>
          ))}
        </ul>
      )}
      {(!email || !sms) && pages.length > 0 && (
        <p className="hint">
          {email ? '' : 'Nobody can subscribe by e-mail: set SMTP_URL. '}
          {sms ? '' : 'Nobody can subscribe by text: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM.'}
        </p>
      )}
      {mayWrite && (
        <section className={styles.block}>
          <h2>When subscribers are told</h2>
          <ActionForm action={saveSettle} className={styles.inline ?? ''}>
            <Field
              name="minutes"
              label="Minutes without service"
              type="number"
              min={settleMinutes.min}
              max={settleMinutes.max}
              defaultValue={minutes}
            />
            <SubmitButton kind="plain">Save</SubmitButton>
            <FormMessage />
          </ActionForm>
          <p className="hint">
            What is over before tells nobody. A word of yours on an incident tells at once. Of the end hear those alone
            who heard of the beginning.
          </p>
        </section>
      )}
    </div>
  )
}

function wordsOf(page: ListedStatusPage): string {
  const sites =
    page.siteIds.length === 0 ? 'all sites' : page.siteIds.length === 1 ? '1 site' : `${page.siteIds.length} sites`
  const told = page.subscribers === 1 ? '1 subscriber' : `${page.subscribers} subscribers`
  return [page.isPublic ? 'public' : 'not public', sites, ...page.tags.map((tag) => `tag ${tag}`), told].join(', ')
}
