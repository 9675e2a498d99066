'use client'

/** The last resort: the frame itself failed. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main>
          <h1>Beatline could not make this page</h1>
          <p>Something failed on the server. Pinging and alerts run apart from this page and go on.</p>
          <button type="button" onClick={reset}>
            Try again
          </button>
        </main>
      </body>
    </html>
  )
}
