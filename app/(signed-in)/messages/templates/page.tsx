import type { Metadata } from 'next'
import Link from 'next/link'
import { Choices } from '@/app/ui/choices'
import { ActionForm, Field, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import styles from '@/app/ui/message/message.module.css'
import { languageWords } from '@/app/ui/message/message-words'
import { dropTemplate, dropWords, makeTemplate } from '@/app/ui/message/template-actions'
import { WordsForm } from '@/app/ui/message/words-form'
import {
  type MessagePart,
  type MessageWords,
  shippedLanguages,
  shippedName,
  shippedTemplate,
  wordsFor,
} from '@/lib/domain/message-words'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listTemplateNames, readTemplate } from '@/lib/store/message-templates'

type Props = { searchParams: Promise<Record<string, string | string[]>> }
export const metadata: Metadata = { title: 'Message templates' }

const partWords: [MessagePart, string][] = [
  ['first', 'While it is dark'],
  ['follow_up', 'When it is over'],
]

export default async function TemplatesPage({ searchParams }: Props) {
  const [session, query, names] = await Promise.all([requireUser(), searchParams, listTemplateNames()])
  const name = names.find((one) => one === query.name) ?? shippedName
  const template = (await readTemplate(name)) ?? shippedTemplate
  const own = [...template.first, ...template.follow_up].map((words) => words.language)
  const asked = typeof query.language === 'string' ? query.language.toLowerCase() : 'en'
  const isNew = /^[a-z]{2,3}(-[a-z0-9]{2,8})?$/.test(asked)
  const languages = [...new Set([...shippedLanguages, ...own, ...(isNew ? [asked] : [])])]
  const language = languages.includes(asked) ? asked : 'en'
  const mayWrite = allows(session.role, 'write')
  return (
    <div className="page">
      <header className="page-head">
        <h1>Message templates</h1>
        <Choices
          path="/messages/templates"
          kept={{ name: name === shippedName ? '' : name, language }}
          choices={[
            { name: 'name', label: 'Template', options: names.map((one) => [one === shippedName ? '' : one, one]) },
            { name: 'language', label: 'Language', options: languages.map((one) => [one, languageWords[one] ?? one]) },
          ]}
        />
      </header>
      <p className="muted">
        Each client reads its own language, else English. The words may name <code>{'{{ client.name }}'}</code>,{' '}
        <code>{'{{ client.company }}'}</code>, <code>{'{{ site }}'}</code>, <code>{'{{ began }}'}</code>,{' '}
        <code>{'{{ ended }}'}</code>, <code>{'{{ lasted }}'}</code>, <code>{'{{ cause }}'}</code> and{' '}
        <code>{'{{ sender }}'}</code>. A text keeps to GSM-7 where it can: a sign such as á halves what a part holds.
      </p>
      {partWords.map(([part, title]) => (
        <section key={part} className="section">
          <h2>{title}</h2>
          <div className={styles.pair}>
            {(['sms', 'email'] as const).map((medium) => {
              const words = wordsIn(template[part], medium, language)
              return (
                <div key={`${name} ${language} ${medium}`} className="stack">
                  <WordsForm name={name} part={part} words={words} mayWrite={mayWrite} />
                  {mayWrite && isOwn(template[part], words, part, name) && (
                    <div className={styles.undo}>
                      <ConfirmButton
                        action={dropWords}
                        fields={{ name, part, language, medium }}
                        ask={
                          name === shippedName ? 'Back to the words that came with Beatline?' : 'Take these words out?'
                        }
                        verb={name === shippedName ? 'Undo all changes' : 'Take out'}
                        size="small"
                        kind="quiet"
                      />
                    </div>
                  )}
                </div>
              )
            })}
          </div>
        </section>
      ))}
      {mayWrite && (
        <section className="section">
          <h2>Another template</h2>
          <ActionForm action={makeTemplate} className={styles.when ?? ''}>
            <input type="hidden" name="from" value={name} />
            <Field name="name" label={`Begins with the words of ${name}`} placeholder="Planned work" maxLength={60} />
            <SubmitButton kind="plain">Add it</SubmitButton>
            <FormMessage />
          </ActionForm>
          {name !== shippedName && (
            <ConfirmButton
              action={dropTemplate}
              fields={{ name }}
              ask={`Delete ${name}?`}
              verb="Delete this template"
            />
          )}
        </section>
      )}
      <p>
        <Link href="/messages" className="link">
          Messages
        </Link>
      </p>
    </div>
  )
}

/** The words of this very language; of one that has none, those that its clients get now, to begin with. */
function wordsIn(all: readonly MessageWords[], medium: 'sms' | 'email', language: string): MessageWords {
  const words = wordsFor(all, medium, language)
  return { language, medium, subject: words?.subject ?? '', body: words?.body ?? '' }
}

function isOwn(all: readonly MessageWords[], words: MessageWords, part: MessagePart, name: string): boolean {
  const found = all.find(({ language, medium }) => language === words.language && medium === words.medium)
  if (!found) return false
  return name !== shippedName || !shippedTemplate[part].includes(found)
}
