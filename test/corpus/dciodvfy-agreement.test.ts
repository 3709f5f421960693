import { agreeOnHeaders } from '../helpers/agree-on-headers'

/**
 * Header facts of every file of the corpus against dciodvfy -dump (Debian's dicom3tools), whose parser shares nothing
 * with DCMTK's or ours. What it says of the files' own faults is not the matter here. Only elements of the top level
 * are compared; files at which it aborts are counted.
 */
agreeOnHeaders({
  name: 'dciodvfy',
  package: 'dicom3tools',
  versionArgument: '-version',
  printArguments: ['-dump'],
  outcome: ({ signal, stdout, stderr }) =>
    signal === null ? { printed: `${String(stderr)}${String(stdout)}` } : { gaveUp: signal },
  parse: parseDump
})

/** Text as `<...>`, numbers as `[0x..,0x..]` or `[1.5,2]`; elements inside sequences are indented and left out. */
function parseDump(dump: string): Map<string, string> {
  const elements = new Map<string, string>()
  for (const line of dump.split('\n')) {
    const head = /^\(0x([0-9a-f]{4}),0x([0-9a-f]{4})\) /.exec(line)
    const value = /(?:<([^<]*)>|\[([^[\]]*)\])\s*$/.exec(line)
    if (!head || !value) continue
    const printed = value[1] ?? (value[2] as string).split(',').join('\\')
    const plain = printed.replaceAll('\0', '').trim()
    if (plain !== '' && plain !== '...') elements.set(`${head[1]},${head[2]}`, plain)
  }
  return elements
}
