import { join } from 'node:path'
import { NidusError } from '../contract/errors'
import type { MapName, ModelManifest } from '../contract/manifest'
import type { AnalysedSlice } from '../inference/engine-protocol'
import { floorOf, mapToSourceGrid } from '../maps/to-source-grid'
import { heatmapPng } from './heatmap-png'
import { makeFolder } from '../platform/make-folder'
import { encodeNpy } from './write-npy'
import { writeWholeFile } from './write-whole-file'

export interface MapFiles {
  /** .npy files by map, relative to the output folder, with forward slashes */
  maps: Partial<Record<MapName, string>>
  pictures: Partial<Record<MapName, string>>
}

export interface MapFileOptions {
  outFolder: string
  /** safe name of the series, see createFolderNames */
  seriesFolder: string
  wanted: readonly MapName[]
  save: { npy: boolean; png: boolean }
  /** threshold of a map, which fixes the scale of its picture */
  thresholdOf(map: MapName): number
}

/**
 * Writes the maps of one slice on its source grid: `maps/<series>/<index, 4 digits>_<map>.npy` (float32,
 * [rows, columns], score units) and the same as .png.
 * @throws output-unwritable
 */
export async function writeSliceMaps(
  slice: AnalysedSlice,
  manifest: ModelManifest,
  { outFolder, seriesFolder, wanted, save, thresholdOf }: MapFileOptions
): Promise<MapFiles> {
  const { placement, modelMask, eroded, analysis } = slice
  const files: MapFiles = { maps: {}, pictures: {} }
  if (!save.npy && !save.png) return files
  const folder = join(outFolder, 'maps', seriesFolder)
  await makeFolder(folder).catch((thrown: NodeJS.ErrnoException) => {
    throw new NidusError('output-unwritable', { path: folder, reason: thrown.code }, { cause: thrown })
  })
  for (const map of wanted) {
    const onModelGrid = slice.maps[map]
    if (!onModelGrid) continue
    const values = mapToSourceGrid(onModelGrid, modelMask, eroded, placement, floorOf(manifest, map))
    const name = `${String(analysis.index).padStart(4, '0')}_${map}`
    const { rows, columns } = placement
    if (save.npy) {
      await writeWholeFile(join(folder, `${name}.npy`), encodeNpy(values, [rows, columns]))
      files.maps[map] = `maps/${seriesFolder}/${name}.npy`
    }
    if (save.png) {
      await writeWholeFile(
        join(folder, `${name}.png`),
        await heatmapPng(values, rows, columns, thresholdOf(map))
      )
      files.pictures[map] = `maps/${seriesFolder}/${name}.png`
    }
  }
  return files
}
