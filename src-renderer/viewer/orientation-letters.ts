/** Letters at the edges of a pane: where the patient's sides are. */
export interface EdgeLetters {
  left: string
  right: string
  top: string
  bottom: string
}

/**
 * Patient directions at the four edges, from Image Orientation (Patient), DICOM PS3.3 C.7.6.2.1.1: the patient
 * frame is LPS (x to the left, y to the back, z to the head). A second letter stands where the plane is oblique
 * by more than about 17 degrees.
 * @param orientation direction cosines of a row, then of a column
 * @param turned how the image is turned on the screen (degrees clockwise) and flipped before that
 */
export function orientationLetters(
  orientation: readonly number[],
  turned: { rotation: number; hflip: boolean; vflip: boolean }
): EdgeLetters {
  const radians = (turned.rotation * Math.PI) / 180
  const cos = Math.round(Math.cos(radians))
  const sin = Math.round(Math.sin(radians))
  const h = turned.hflip ? -1 : 1
  const v = turned.vflip ? -1 : 1
  const along = (screenX: number, screenY: number): number[] => {
    const u = h * (cos * screenX + sin * screenY)
    const w = v * (-sin * screenX + cos * screenY)
    return [0, 1, 2].map((axis) => u * (orientation[axis] ?? 0) + w * (orientation[axis + 3] ?? 0))
  }
  return {
    left: lettersOf(along(-1, 0)),
    right: lettersOf(along(1, 0)),
    top: lettersOf(along(0, -1)),
    bottom: lettersOf(along(0, 1))
  }
}

function lettersOf(direction: number[]): string {
  const names = [
    ['L', 'R'],
    ['P', 'A'],
    ['H', 'F']
  ]
  return direction
    .map((component, axis) => ({
      size: Math.abs(component),
      letter: names[axis]?.[component > 0 ? 0 : 1] ?? ''
    }))
    .filter(({ size }) => size > 0.3)
    .sort((a, b) => b.size - a.size)
    .slice(0, 2)
    .map(({ letter }) => letter)
    .join('')
}
