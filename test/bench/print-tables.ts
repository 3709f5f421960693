import type { DecodeRow } from './measure-decode'
import type { EndToEnd } from './measure-end-to-end'
import type { WindowRun } from './measure-window'
import type { EngineRow } from './measure-engine'
import type { ScanRow } from './measure-scan'

export interface BenchReport {
  machine: {
    cpu: string
    cores: number
    memoryGiB: number
    platform: string
    node: string
    onnxruntime: string
    /** one-minute load average before and after: above 0.5 a core, other programs were measured too */
    load: [before: number, after: number]
    sgemmPeakGflops: number
    torch: string | null
    pydicom: string | null
    /** processes that decode side by side */
    readers: number
  }
  engine: EngineRow[]
  decode: DecodeRow[]
  scan: ScanRow
  /** `window`: the same series opened in the built app */
  endToEnd: EndToEnd & { window: WindowRun | { reason: string } }
}

const round = (value: number | null, digits = 2): string => (value === null ? '-' : value.toFixed(digits))

/** The report as text for a terminal. */
export function printTables({ machine, engine, decode, scan, endToEnd }: BenchReport): string {
  const { msPerSlice, fastest } = endToEnd
  return [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ONNX Runtime ${machine.onnxruntime}`,
    `load average ${machine.load.map((value) => value.toFixed(1)).join(' before, ')} after; ` +
      `sgemm peak ${round(machine.sgemmPeakGflops, 0)} GFLOP/s; torch ${machine.torch ?? 'not at hand'}`,
    '',
    table(
      [
        'network, all maps',
        'size',
        'batch',
        'ms/slice',
        'median',
        'GFLOP/s',
        'of peak',
        'torch',
        'ratio',
        'open ms',
        'lanes x threads, batch'
      ],
      engine.map((row) => [
        row.model,
        String(row.size),
        String(row.batch),
        round(row.msPerSlice),
        round(row.medianMsPerSlice),
        round(row.gflops, 1),
        `${round(100 * row.sgemmShare, 0)} %`,
        round(row.torchPathMsPerSlice),
        round(row.ratio, 1),
        round(row.openMs, 0),
        `${row.plan.lanes || 'none'} x ${row.plan.threads}, ${row.plan.batch}`
      ])
    ),
    '',
    decode.length === 0
      ? 'decode: no NIDUS_CORPUS/dicom/files'
      : table(
          [
            'transfer syntax',
            'files',
            'frames',
            'ms/frame',
            'Mpx/s',
            'pydicom',
            'ratio',
            `${machine.readers} readers`,
            'ratio'
          ],
          decode.map((row) => [
            row.transferSyntax,
            String(row.files),
            String(row.frames),
            round(row.msPerFrame),
            round(row.megapixelsPerSecond, 1),
            round(row.pydicomMsPerFrame),
            round(row.ratio, 1),
            round(row.sideBySideMsPerFrame),
            round(row.sideBySideRatio, 1)
          ])
        ),
    '',
    table(
      ['headers', 'files/s', 'pydicom', 'ratio'],
      [
        [
          `${scan.files} files`,
          round(scan.filesPerSecond, 0),
          round(scan.pydicomFilesPerSecond, 0),
          round(scan.ratio, 1)
        ]
      ]
    ),
    '',
    table(
      ['series, all maps', 'load', 'preprocess', 'engine', 'maps', 'total'],
      [
        [
          `ms per slice, ${endToEnd.slices} x ${endToEnd.size}x${endToEnd.size}`,
          ...[
            msPerSlice.load,
            msPerSlice.preprocess,
            msPerSlice.engine,
            msPerSlice.maps,
            msPerSlice.total
          ].map((value) => round(value))
        ]
      ]
    ),
    `parse ${round(endToEnd.parseMs, 0)} ms; first slice ${round(endToEnd.firstSliceMs, 0)} ms ` +
      `(fastest ${round(fastest.firstSliceMs, 0)}); all ${round(endToEnd.analyseMs, 0)} ms ` +
      `(fastest ${round(fastest.analyseMs, 0)}); peak memory ${round(endToEnd.peakMemoryMiB, 0)} MiB; ` +
      `${endToEnd.runs} runs`,
    windowLine(endToEnd.window)
  ].join('\n')
}

function windowLine(window: WindowRun | { reason: string }): string {
  if ('reason' in window) return `window: not measured: ${window.reason}`
  const { page, main } = window
  return (
    `window: ${window.slices} slices, first heatmap ${round(window.firstHeatmapMs, 0)} ms after the click on Open, ` +
    `all ${round(window.allMs, 0)} ms; longest task of the page ${round(page.wallMs, 0)} ms ` +
    `(${round(page.threadMs, 0)} of its own), of the main process ${round(main.wallMs, 0)} ms ` +
    `(${round(main.threadMs, 0)}); over 50 ms: ${page.over50 + main.over50}; memory of all processes at most ` +
    `${round(window.peakResidentMiB, 0)} MiB resident, ${round(window.proportionalMiB, 0)} MiB with shared pages once`
  )
}

function table(head: string[], rows: string[][]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)))
  return all
    .map((row) =>
      row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  ')
    )
    .join('\n')
}
