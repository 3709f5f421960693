/** Between an archive's path and a file's name inside it: `/media/study.zip!/DICOM/IM1`. */
const separator = '!/'

/** True for names by which archives are found in folders and in one another; their content is checked when they are opened. */
export function isZipName(path: string): boolean {
  return /\.zip$/i.test(path)
}

/** The path of a file in an archive, which may itself lie in one: `outer.zip!/inner.zip!/IM1`. */
export function pathInside(archive: string, name: string): string {
  return archive + separator + name
}

/**
 * Where a path can be parted into an archive and a name inside it, the outermost archive first. Names may hold what
 * parts them, so that there may be several ways, of which the files decide.
 * @returns none for paths of ordinary files
 */
export function* splitsOf(path: string): Generator<{ archive: string; name: string }> {
  const ends = /\.zip(?=!\/.)/gi
  for (let match = ends.exec(path); match; match = ends.exec(path)) {
    const end = match.index + match[0].length
    yield { archive: path.slice(0, end), name: path.slice(end + separator.length) }
  }
}
