import { createInterface } from 'node:readline'

/**
 * Asks a yes-or-no question on the terminal; everything but y or yes is a no.
 * @returns null where no person sits at one (input or messages go elsewhere)
 */
export function askOnTerminal(): ((question: string) => Promise<boolean>) | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null
  return (question) =>
    new Promise((resolve) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      lines.once('close', () => resolve(false))
      lines.question(question, (answer) => {
        resolve(/^y(es)?$/i.test(answer.trim()))
        lines.close()
      })
    })
}
