import type {
  ReaderAnswers,
  ReaderQuestion,
  FromReader,
  ToReader
} from '../../src-main/study/reader-protocol'
import { serveReader } from '../../src-main/study/serve-reader'

/**
 * A reader process that computes without end over files called `endless`, for which it says that it takes half a second
 * at most, and for two seconds over those called `long`, of which it says so.
 */
function compute(name: string): void {
  const longMs = name === 'endless' ? Infinity : name === 'long' ? 2_000 : 0
  for (const started = performance.now(); performance.now() - started < longMs;);
}

serveReader(
  {
    post: (message: FromReader) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToReader))
  },
  async (question: ReaderQuestion, _report, _signal, bench) => {
    const paths =
      question.kind === 'open' ? question.paths : question.kind === 'decode' ? [question.path] : []
    const failed: string[] = []
    for (const path of paths) {
      const work = { path, limitMs: path === 'long' ? 10_000 : 500 }
      await bench.decode(work, () => compute(path)).catch(() => failed.push(path))
    }
    const problems = failed.map((path) => ({ code: 'file-unreadable' as const, path, message: '' }))
    const answers: Pick<ReaderAnswers, 'open' | 'decode'> = { open: { studies: [], problems }, decode: null }
    return question.kind === 'open' ? answers.open : answers.decode
  }
)
