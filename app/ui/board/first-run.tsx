import Link from 'next/link'
import { Icon } from '../icons'
import { LineMark } from '../logo'
import { PushButton } from '../push/push-button'
import styles from './board.module.css'

/** Three steps, each gone once it is done: a device, a phone that is told, a test seen to arrive. */
export function FirstRun({ steps, mayWrite }: { steps: { phone: boolean; test: boolean }; mayWrite: boolean }) {
  return (
    <div className="page" data-width="text">
      <header className={styles.welcome}>
        <LineMark mood="quiet" width={72} />
        <h1>Nothing is watched yet.</h1>
        <p className="muted">Three steps, and this page tells you what goes dark within seconds of it.</p>
      </header>
      <ol className={styles.steps}>
        <Step
          done={false}
          title="Add a device or a job"
          says="An address that answers a ping: a router, a radio, a switch. Or a program that says each time that it ran."
        >
          {mayWrite ? (
            <>
              <Link href="/devices/new" className="button" data-kind="primary">
                Add a device
              </Link>
              <Link href="/jobs/new" className="button">
                Add a job
              </Link>
              <Link href="/devices/import" className="link">
                Import a list
              </Link>
            </>
          ) : (
            <p className="hint">Your role may read only: an operator has to add it.</p>
          )}
        </Step>
        <Step
          done={steps.phone}
          title="Let this phone be told"
          says="A notification when something goes dark, replaced when it is back."
        >
          <PushButton />
        </Step>
        <Step
          done={steps.test}
          title="See a test arrive"
          says="A test proves the whole way, from here to the lock screen."
        >
          <Link href="/settings/push" className="button">
            Send a test
          </Link>
        </Step>
      </ol>
    </div>
  )
}

function Step({
  done,
  title,
  says,
  children,
}: {
  done: boolean
  title: string
  says: string
  children: React.ReactNode
}) {
  return (
    <li className={styles.step} data-done={done || undefined}>
      <div>
        <h2>{title}</h2>
        <p className="muted">{says}</p>
        {done ? (
          <p className={styles.stepDone}>
            <Icon name="check" size={16} /> Done
          </p>
        ) : (
          <div className="row">{children}</div>
        )}
      </div>
    </li>
  )
}
