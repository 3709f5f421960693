import { agreeOnHeaders } from '../helpers/agree-on-headers'

/**
 * Header facts of every file of the corpus against DCMTK's dcmdump (Debian's dcmtk), which shares no code with this
 * reader. Only elements of the top level are compared, and only where dcmdump prints them: values that come from
 * functional groups or that are filled in for missing elements have unit tests of their own.
 */
agreeOnHeaders({
  name: 'dcmdump',
  package: 'dcmtk',
  versionArgument: '--version',
  printArguments: ['-q', '-Un', '+L', '-M'],
  outcome: ({ status, stdout }) =>
    status === 0 ? { printed: String(stdout) } : { gaveUp: `exit code ${status}` },
  parse: parseDump
})

/** Top-level elements that hold a value: tag -> the value between its brackets, or the numbers as printed. */
function parseDump(dump: string): Map<string, string> {
  const elements = new Map<string, string>()
  for (const line of dump.split('\n')) {
    const match = /^\(([0-9a-f]{4},[0-9a-f]{4})\) \S\S (.*?)\s*#\s*\d+,\s*\d+ \S+\s*$/.exec(line)
    const [, tag, value] = match ?? []
    if (!tag || value === undefined || value === '(no value available)') continue
    // some writers pad text with nulls
    elements.set(
      tag,
      value
        .replace(/^\[(.*)\]$/, '$1')
        .replaceAll('\0', '')
        .trim()
    )
  }
  return elements
}
