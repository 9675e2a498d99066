import Link from 'next/link'
import type { Route } from '@/lib/domain/route'
import { ConfirmButton } from '../form/confirm-button'
import { Icon } from '../icons'
import { removeRoute } from './actions'
import styles from './route-list.module.css'
import { conditionWords } from './route-words'

/** Routes, one a row: which incidents, and whom they lead to. */
export function RouteList({
  routes,
  names,
  mayWrite,
}: {
  routes: Route[]
  names: ReadonlyMap<number, string> // of channels
  mayWrite: boolean
}) {
  return (
    <ul>
      {routes.map((route) => (
        <li key={route.id} className={styles.item}>
          <div className={styles.text}>
            <span className="strong">{route.name}</span>
            <p className="dotted">
              {conditionWords(route.condition).map((part) => (
                <span key={part}>{part}</span>
              ))}
              {conditionWords(route.condition).length === 0 && <span>Every incident</span>}
            </p>
          </div>
          <p className={styles.told}>
            <span className={styles.arrow}>
              <Icon name="open" size={16} />
            </span>
            <span className="visually-hidden">leads to</span>
            <ToldWords ids={route.channelIds} names={names} />
          </p>
          {mayWrite && (
            <div className={styles.actions}>
              <Link href={`/routes/${route.id}`} className="button" data-size="small" aria-label={`Edit ${route.name}`}>
                Edit
              </Link>
              <ConfirmButton
                action={removeRoute}
                fields={{ id: route.id }}
                verb="Delete"
                size="small"
                kind="quiet"
                label={`Delete ${route.name}`}
                ask={routes.length === 1 ? 'Without a route everyone is told of everything.' : 'Delete it?'}
              />
            </div>
          )}
        </li>
      ))}
    </ul>
  )
}

function ToldWords({ ids, names }: { ids: readonly number[]; names: ReadonlyMap<number, string> }) {
  const known = ids.flatMap((id) => names.get(id) ?? [])
  const gone = ids.length - known.length
  if (known.length === 0) return <span className={styles.nobody}>nobody: its channels were deleted</span>
  return (
    <span>
      {known.join(', ')}
      {gone > 0 && <span className="muted">, {gone} deleted since</span>}
    </span>
  )
}
