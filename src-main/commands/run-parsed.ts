import { toNidusError } from '../contract/errors'
import { describeError } from './describe-error'
import { exitCodeOf, exitCodes } from './exit-codes'

/**
 * The frame of a command: parse, print the help or what is wrong with the arguments, run, say in one line why it
 * failed.
 * @param name the command's, without `nidus`
 * @param help its text, printed whole where the arguments are wrong
 * @param parse throws `usage` for wrong arguments
 * @returns the process's exit code
 */
export async function runParsed<T extends object>(
  name: string,
  help: string,
  parse: () => T | 'help',
  run: (wanted: T) => Promise<number>
): Promise<number> {
  let wanted
  try {
    wanted = parse()
  } catch (thrown) {
    process.stderr.write(`nidus ${name}: ${describeError(toNidusError(thrown))}\n\n${help}`)
    return exitCodes.usage
  }
  if (wanted === 'help') {
    process.stdout.write(help)
    return exitCodes.done
  }
  try {
    return await run(wanted)
  } catch (thrown) {
    const error = toNidusError(thrown)
    process.stderr.write(`nidus ${name}: ${describeError(error).replace(/\s*\n\s*/g, ' ')}\n`)
    return exitCodeOf(error.code)
  }
}
