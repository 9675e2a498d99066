'use client'

/** Opens the browser's own print, where a report becomes paper or a PDF. */
export function PrintButton() {
  return (
    <button type="button" className="button" data-kind="primary" onClick={() => window.print()}>
      Print or save as PDF
    </button>
  )
}
