'use client'
import { useId, useRef } from 'react'
import { TextField } from '../form/action-form'
import imports from '../import/import-panel.module.css'
import { CallingCode } from './calling-code'
import { kindWords } from './source-words'

/** A list that is chosen or pasted; left empty, the one that is kept stays. */
export function ListFields({ kept, callingCode }: { kept: boolean; callingCode: string }) {
  const file = useId()
  const box = useRef<HTMLDivElement>(null)
  async function take(chosen: File | undefined) {
    const area = box.current?.querySelector('textarea')
    if (chosen && area) area.value = await chosen.text()
  }
  return (
    <div ref={box} className="stack">
      <div className="field">
        <label htmlFor={file}>A file, CSV</label>
        <input
          id={file}
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          className={imports.file}
          onChange={(event) => take(event.target.files?.[0])}
        />
      </div>
      <TextField
        name="text"
        label="Or paste it here"
        rows={8}
        spellCheck={false}
        placeholder={
          kept
            ? 'As it is kept'
            : 'name,number,email,phone,mac\nAcme Dental,1002,desk@example.net,+14065550142,00:00:5e:00:53:11'
        }
        hint={kept ? 'Left empty, it stays as it is.' : kindWords.csv.how}
      />
      <CallingCode value={callingCode} />
    </div>
  )
}
