import type { Metadata } from 'next'
import styles from '@/app/ui/api-docs/api-docs.module.css'
import { FindOperation, SearchedOperations } from '@/app/ui/api-docs/find-operation'
import { groupsOf } from '@/app/ui/api-docs/groups'
import { OperationItem } from '@/app/ui/api-docs/operation-item'
import { env } from '@/lib/env'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'

export const metadata: Metadata = { title: 'API' }

/** The interface, browsable: the same schemas that check requests say what they take. */
export default async function ApiDocsPage() {
  const session = await requireUser()
  const groups = groupsOf(env().siteUrl)
  return (
    <div className="page">
      <header className="page-head">
        <h1>API</h1>
        <a className="button" data-size="small" href="/api/openapi.json">
          OpenAPI 3.1
        </a>
      </header>
      <SearchedOperations>
        <div className={styles.intro}>
          <p>
            JSON in snake case, times in UTC, durations in seconds. From a script:{' '}
            <code>Authorization: Bearer bl_…</code> with a key of{' '}
            <a className="link" href="/settings/keys">
              your API keys
            </a>
            . Errors are <code>application/problem+json</code>; lists go on with <code>?cursor=</code> of their{' '}
            <code>next</code>.
          </p>
          <FindOperation />
        </div>
        <div className={styles.groups}>
          {groups.map((group) => (
            <section key={group.name} className={styles.group} aria-labelledby={group.name}>
              <h2 id={group.name}>
                <a href={`#${group.name}`}>{group.title}</a>
              </h2>
              {group.operations.map((operation) => (
                <OperationItem
                  key={operation.id}
                  operation={operation}
                  allowed={allows(session.role, operation.right)}
                />
              ))}
            </section>
          ))}
        </div>
      </SearchedOperations>
    </div>
  )
}
