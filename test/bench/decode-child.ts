import { readFileSync } from 'node:fs'
import { openImage } from '../../src-main/image/open-image'

// One of several readers side by side: decodes every n-th frame of a file, as often as asked.
process.on('message', ({ path, first, step, times }: DecodeQuestion) => {
  void decode(path, first, step, times).then((frames) => process.send?.({ frames }))
})

/** What a child is asked: the frames first, first + step, … of a file, `times` over. */
export interface DecodeQuestion {
  path: string
  first: number
  step: number
  times: number
}

async function decode(path: string, first: number, step: number, times: number): Promise<number> {
  let decoded = 0
  for (let time = 0; time < times; time++) {
    const image = await openImage(readFileSync(path))
    for (let frame = first; frame < image.frameCount; frame += step, decoded++) await image.readFrame(frame)
  }
  return decoded
}
