import { env } from '@/lib/env'
import { clientLinkPath } from '@/lib/store/status-links'
import { CopyButton } from '../copy-button'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { ConfirmButton } from '../form/confirm-button'
import { dropClientLink, makeClientLink } from './update-actions'

/** The link to a client's own status page: made, copied, made anew, taken back. Shown to those alone who may change it. */
export async function ClientStatusLink({ clientId }: { clientId: number }) {
  const path = await clientLinkPath(clientId)
  return (
    <section className="section" id="status-link">
      <h2>Its own status page</h2>
      {path === null ? (
        <ActionForm action={makeClientLink}>
          <input type="hidden" name="client" value={clientId} />
          <p className="muted">A secret link by which this client sees how its connection is and was.</p>
          <FormMessage />
          <div>
            <SubmitButton kind="plain" size="small">
              Make the link
            </SubmitButton>
          </div>
        </ActionForm>
      ) : (
        <>
          <p className="address">
            <a href={path} className="link" target="_blank" rel="noreferrer">
              {env().siteUrl}
              {path}
            </a>
          </p>
          <div className="row">
            <CopyButton text={`${env().siteUrl}${path}`} />
            <ConfirmButton
              action={makeClientLink}
              fields={{ client: clientId }}
              verb="Make another"
              ask="The link above opens nothing any more, and who subscribed by it is forgotten."
              size="small"
              kind="quiet"
            />
            <ConfirmButton
              action={dropClientLink}
              fields={{ client: clientId }}
              verb="Take it back"
              ask="The link opens nothing any more, and who subscribed by it is forgotten."
              size="small"
            />
          </div>
        </>
      )}
    </section>
  )
}
