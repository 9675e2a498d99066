import Link from 'next/link'

/** What a job is, and the way to the first one. */
export function NoJobs({ mayWrite }: { mayWrite: boolean }) {
  return (
    <div className="empty">
      <h2>No job yet.</h2>
      <p>
        A job is any program that ought to run: a backup, a billing run, a script on a router. It calls an address of
        its own each time it did, and you are told when it does not.
      </p>
      {mayWrite ? (
        <div className="row">
          <Link href="/jobs/new" className="button" data-kind="primary">
            Add the first job
          </Link>
          <Link href="/jobs/import" className="button">
            Import from Healthchecks, Uptime Kuma or a list
          </Link>
        </div>
      ) : (
        <p>Your role may read only: an operator has to add it.</p>
      )}
    </div>
  )
}
