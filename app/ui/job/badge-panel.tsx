'use client'
import { useEffect, useState } from 'react'
import { CopyButton } from '../copy-button'
import styles from './badge-panel.module.css'

type Style = 'ekg' | 'flat'

/** A job to show elsewhere: its line or its state as a picture, and the code that embeds it. The badge key can only look. */
export function BadgePanel({ siteUrl, badgeKey, name }: { siteUrl: string; badgeKey: string; name: string }) {
  const [style, setStyle] = useState<Style>('ekg')
  const [data, setData] = useState<string | null>(null)
  const path = `/badge/${badgeKey}.svg?style=${style}`
  const url = siteUrl + path
  const alt = `Beats of ${name}`
  useEffect(() => {
    let current = true
    setData(null)
    fetch(path)
      .then((answer) => answer.text())
      .then((svg) => current && setData(`data:image/svg+xml,${encodeURIComponent(svg).replaceAll("'", '%27')}`))
      .catch(() => {})
    return () => {
      current = false
    }
  }, [path])
  return (
    <div className={styles.panel}>
      <div className={styles.pictures} role="radiogroup" aria-label="Which picture">
        {(['ekg', 'flat'] as const).map((one) => (
          <label key={one} className={styles.picture} data-on={style === one || undefined}>
            <input
              type="radio"
              name="badge"
              className="visually-hidden"
              checked={style === one}
              onChange={() => setStyle(one)}
            />
            {/* biome-ignore lint/performance/noImgElement: an SVG of our own, made anew each time */}
            <img
              src={`/badge/${badgeKey}.svg?style=${one}`}
              alt={one === 'ekg' ? `${alt}, as a line` : `${alt}, as a badge`}
            />
          </label>
        ))}
      </div>
      <div className="row">
        <CopyButton text={`[![${markdown(alt)}](${url})](${siteUrl})`} word="Markdown" label="Copy as Markdown" />
        <CopyButton text={`<img src="${html(url)}" alt="${html(alt)}">`} word="HTML" label="Copy as HTML" />
        <CopyButton text={url} word="Address" label="Copy the address of the picture" />
        {data && <CopyButton text={data} word="data: URI" label="Copy the picture as it is now, as a data: URI" />}
        <a href={`/badge/${badgeKey}.json`} className="link">
          JSON
        </a>
      </div>
      <p className="hint">The picture is public to whoever has its address, and nothing but a picture.</p>
    </div>
  )
}

const markdown = (text: string) => text.replace(/[[\]\\`*_]/g, '\\$&')
const html = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
