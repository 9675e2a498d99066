'use client'
import { useEffect, useState } from 'react'
import type { Sample } from '@/lib/client-message-preview'
import type { MessagePart, MessageWords } from '@/lib/domain/message-words'
import { ActionForm, Field, FormMessage, SubmitButton, TextField } from '../form/action-form'
import styles from './message.module.css'
import { languageWords, mediumWords } from './message-words'
import { SampleCard } from './samples'
import { keepWords, previewWords } from './template-actions'

const pauseMs = 400

/** The words of one language and medium, and beside them what they make of a real incident as they are typed. */
export function WordsForm({
  name,
  part,
  words,
  mayWrite,
}: {
  name: string
  part: MessagePart
  words: MessageWords
  mayWrite: boolean
}) {
  const { language, medium } = words
  const [subject, setSubject] = useState(words.subject)
  const [body, setBody] = useState(words.body)
  const [made, setMade] = useState<{ sample: Sample } | { fault: string }>()
  useEffect(() => {
    let isLast = true
    const timer = setTimeout(async () => {
      const answer = await previewWords({ name, part, language, medium, subject, body }).catch(() => undefined)
      if (isLast && answer) setMade(answer)
    }, pauseMs)
    return () => {
      isLast = false
      clearTimeout(timer)
    }
  }, [name, part, language, medium, subject, body])
  return (
    <ActionForm action={keepWords}>
      <input type="hidden" name="name" value={name} />
      <input type="hidden" name="part" value={part} />
      <input type="hidden" name="language" value={language} />
      <input type="hidden" name="medium" value={medium} />
      {medium === 'email' && (
        <Field
          name="subject"
          label="Subject"
          value={subject}
          maxLength={200}
          readOnly={!mayWrite}
          onChange={(event) => setSubject(event.target.value)}
        />
      )}
      <TextField
        name="body"
        label={`${mediumWords[medium]}, ${languageWords[language] ?? language}`}
        value={body}
        rows={medium === 'sms' ? 4 : 9}
        maxLength={4000}
        dir="auto"
        readOnly={!mayWrite}
        onChange={(event) => setBody(event.target.value)}
      />
      <div className={styles.preview} aria-live="polite">
        {made && 'sample' in made && <SampleCard sample={made.sample} />}
        {made && 'fault' in made && (
          <p className="note" data-tone="down">
            {made.fault}
          </p>
        )}
      </div>
      {mayWrite && (
        <div className="row">
          <SubmitButton>Keep these words</SubmitButton>
          <FormMessage />
        </div>
      )}
    </ActionForm>
  )
}
