import { useEffect, useRef } from 'react'
import { nidus } from '../../api/nidus'
import { opaque } from '../../viewer/make-image'

const side = 56

/** The middle slice of a series, small; drawn once the entry comes into sight. */
export function Thumbnail({ seriesId }: { seriesId: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const target = canvas.current
    if (!target) return undefined
    let gone = false
    const observer = new IntersectionObserver(async ([entry]) => {
      if (!entry?.isIntersecting) return
      observer.disconnect()
      const answer = await nidus.thumbnail({ seriesId })
      if (!gone && answer.ok) draw(target, answer.value)
    })
    observer.observe(target)
    return () => {
      gone = true
      observer.disconnect()
    }
  }, [seriesId])
  return <canvas ref={canvas} className="thumbnail" width={side} height={side} aria-hidden="true" />
}

interface Small {
  rows: number
  columns: number
  pixelAspect: number
  rgb: Uint8ClampedArray
}

function draw(target: HTMLCanvasElement, { rows, columns, pixelAspect, rgb }: Small): void {
  const pixels = new ImageData(columns, rows)
  pixels.data.set(opaque(rgb))
  const whole = document.createElement('canvas')
  whole.width = columns
  whole.height = rows
  whole.getContext('2d')?.putImageData(pixels, 0, 0)
  const scale = side / Math.max(columns, rows * pixelAspect)
  const width = columns * scale
  const height = rows * pixelAspect * scale
  target.getContext('2d')?.drawImage(whole, (side - width) / 2, (side - height) / 2, width, height)
}
