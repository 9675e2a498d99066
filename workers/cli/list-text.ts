import { readFile } from 'node:fs/promises'
import type { Values } from './verb'

const shownAtMost = 200

/** The text of the file that --in names, else of the standard input. */
export async function listText(values: Values): Promise<string> {
  const text = typeof values.in === 'string' ? await readFile(values.in, 'utf8') : await readInput()
  return text.replace(/^\uFEFF/, '')
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** Prints what is said of lines, the first of them. */
export function sayLines(
  what: string,
  lines: readonly { line: number; name?: string | null | undefined; reason: string }[],
): void {
  for (const { line, name, reason } of lines.slice(0, shownAtMost)) {
    console.log(`${what} line ${line}${name ? ` ${JSON.stringify(name)}` : ''}: ${reason}`)
  }
  if (lines.length > shownAtMost) console.log(`and ${lines.length - shownAtMost} more`)
}
