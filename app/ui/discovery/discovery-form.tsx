'use client'
import Link from 'next/link'
import { useState } from 'react'
import { addressCount, parseRanges } from '@/lib/domain/address-range'
import type { SuggestedRange } from '@/lib/store/suggested-ranges'
import { ActionForm, Field, FormMessage, SelectField, SubmitButton, TextField } from '../form/action-form'
import { startSearch } from './actions'
import styles from './discovery-form.module.css'
import { countWords, sweepWords } from './discovery-words'

export type SearchingProbe = { id: number; name: string; connected: boolean; suggested: SuggestedRange[] }
type How = 'sweep' | 'seeds'

const rates = [
  [50, 'Gently: 50 addresses a second'],
  [250, 'As usual: 250 addresses a second'],
  [1000, 'Fast: 1,000 addresses a second'],
] as const

/** Where to look, by which probe, and with what devices are opened. */
export function DiscoveryForm({
  probes,
  profiles,
  sites,
  asked,
}: {
  probes: SearchingProbe[]
  profiles: { id: number; name: string }[]
  sites: string[]
  asked: { ranges: string; seeds: string }
}) {
  const [probeId, setProbeId] = useState((probes.find((one) => one.connected) ?? probes[0])?.id)
  const probe = probes.find((one) => one.id === probeId)
  const [how, setHow] = useState<How>(asked.seeds ? 'seeds' : 'sweep')
  const [ranges, setRanges] = useState(asked.ranges || firstRange(probe))
  const [rate, setRate] = useState(250)
  return (
    <ActionForm action={startSearch} className={styles.form ?? ''}>
      {probes.length > 1 ? (
        <SelectField
          name="probe"
          label="By which probe"
          value={probeId}
          onChange={(event) => {
            const next = probes.find((one) => one.id === Number(event.target.value))
            setProbeId(next?.id)
            if (ranges === firstRange(probe)) setRanges(firstRange(next))
          }}
        >
          {probes.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
              {one.connected ? '' : ' (away: it begins when it is back)'}
            </option>
          ))}
        </SelectField>
      ) : (
        <input type="hidden" name="probe" value={probeId ?? ''} />
      )}
      {probe && !probe.connected && probes.length === 1 && (
        <p className="note" data-tone="amber">
          The probe {probe.name} is away. The search begins when it is back.
        </p>
      )}
      <fieldset className={styles.how}>
        <legend className="label">How</legend>
        <Way how={how} own="sweep" choose={setHow} title="Every address of a range">
          Each is pinged; what answers is read.
        </Way>
        <Way how={how} own="seeds" choose={setHow} title="Neighbour by neighbour">
          From one device on, by what it and its neighbours hear (LLDP, MNDP, CDP, ARP).
        </Way>
      </fieldset>
      {how === 'seeds' && (
        <Field
          name="seeds"
          label="Begin at"
          defaultValue={asked.seeds}
          placeholder="10.0.0.1"
          hint="The address of a router or switch; several with commas between."
          autoComplete="off"
          spellCheck={false}
        />
      )}
      <div className="stack">
        <TextField
          name="ranges"
          label={how === 'sweep' ? 'Where' : 'Never outside of'}
          value={ranges}
          onChange={(event) => setRanges(event.target.value)}
          rows={2}
          placeholder={how === 'sweep' ? '10.0.0.0/24' : 'All ranges that are allowed'}
          spellCheck={false}
          hint={<RangeWords text={ranges} how={how} rate={rate} />}
        />
        <Suggestions suggested={probe?.suggested ?? []} text={ranges} change={setRanges} />
      </div>
      <Profiles profiles={profiles} />
      <div className="fields" data-columns="2">
        <SelectField
          name="rate"
          label="How fast"
          value={rate}
          onChange={(event) => setRate(Number(event.target.value))}
        >
          {rates.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </SelectField>
        <Field
          name="site"
          label="Site of what is accepted"
          list="sites"
          hint="None unless said. A name that is new makes the site."
          autoComplete="off"
        />
      </div>
      <datalist id="sites">
        {sites.map((site) => (
          <option key={site} value={site} />
        ))}
      </datalist>
      <FormMessage />
      <div className="row">
        <SubmitButton>Start the search</SubmitButton>
        <Link href="/discovery" className="button" data-kind="quiet">
          Cancel
        </Link>
      </div>
    </ActionForm>
  )
}

/** A probe's own network, where it is one that is searched in seconds. */
function firstRange(probe: SearchingProbe | undefined): string {
  const own = probe?.suggested.find((one) => one.why === 'own' && addressCount([one.range]) <= 4096n)
  return own?.range ?? ''
}

function Way({
  how,
  own,
  choose,
  title,
  children,
}: {
  how: How
  own: How
  choose: (how: How) => void
  title: string
  children: React.ReactNode
}) {
  return (
    <label className={styles.way}>
      <input type="radio" name="how" value={own} checked={how === own} onChange={() => choose(own)} />
      <span>
        <span className="strong">{title}</span>
        <span className="hint">{children}</span>
      </span>
    </label>
  )
}

function RangeWords({ text, how, rate }: { text: string; how: How; rate: number }) {
  if (text.trim() === '') return how === 'sweep' ? 'CIDRs, single addresses, or 10.0.0.10-10.0.0.40.' : null
  const read = parseRanges(text)
  if ('fault' in read) return <>{`${read.fault.charAt(0).toUpperCase()}${read.fault.slice(1)}.`}</>
  const count = addressCount(read.ranges)
  const addresses = count > 1_000_000_000n ? 'More addresses than a search holds' : words(Number(count))
  if (how === 'seeds') return <>{addresses}, of which only those that are heard of are touched.</>
  return count > 262_144n ? (
    <>{addresses}: at most 262,144 in one search.</>
  ) : (
    <>
      {addresses}, {sweepWords(Number(count), rate)} of pings.
    </>
  )
}

const words = (n: number) => countWords(n, 'address', 'addresses')

function Suggestions({
  suggested,
  text,
  change,
}: {
  suggested: SuggestedRange[]
  text: string
  change: (text: string) => void
}) {
  if (suggested.length === 0) return null
  const named = text.split(/[\s,;]+/).filter(Boolean)
  return (
    <ul className={styles.suggested} aria-label="Suggested ranges">
      {suggested.map(({ range, why, devices, of }) => {
        const isIn = named.includes(range)
        return (
          <li key={range}>
            <button
              type="button"
              className={styles.chip}
              aria-pressed={isIn}
              onClick={() => change((isIn ? named.filter((one) => one !== range) : [...named, range]).join(', '))}
            >
              <span className="num strong">{range}</span>
              <span className="muted">
                {why === 'own'
                  ? 'where the probe stands'
                  : why === 'devices'
                    ? `${countWords(devices)} watched`
                    : `behind ${of}`}
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function Profiles({ profiles }: { profiles: { id: number; name: string }[] }) {
  if (profiles.length === 0) {
    return (
      <p className="note" data-tone="amber">
        <span>
          There is no SNMP profile: whatever answers pings is found, and nothing else is known of it.{' '}
          <Link href="/settings/snmp/new" className="link">
            Add one first
          </Link>
        </span>
      </p>
    )
  }
  return (
    <fieldset>
      <legend className="label">Opened with</legend>
      <div className="row">
        {profiles.map(({ id, name }) => (
          <label key={id} className="check">
            <input type="checkbox" name="profile" value={id} defaultChecked />
            {name}
          </label>
        ))}
      </div>
      <p className="hint">Tried in this order on whatever answers.</p>
    </fieldset>
  )
}
