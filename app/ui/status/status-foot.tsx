import styles from './status.module.css'

/** The end of a page: its feed, and whose clock it shows. */
export function StatusFoot({ feed, zone }: { feed: string | null; zone: string }) {
  return (
    <footer className={styles.foot}>
      {feed && (
        <a href={feed} className="link">
          RSS
        </a>
      )}
      <span>Times are those of {zone}.</span>
      <span>Made with Beatline</span>
    </footer>
  )
}
