import { z } from 'zod'

/** How scores over the threshold are drawn: coloured areas, or the line where the score crosses the threshold. */
export const heatmapStyles = ['fill', 'contour'] as const
export type HeatmapStyle = (typeof heatmapStyles)[number]

/** Colour tables of the heatmap: perceptually uniform and readable with every common colour blindness. */
export const heatmapColourNames = ['inferno', 'viridis', 'cividis'] as const
export type HeatmapColours = (typeof heatmapColourNames)[number]

/** What a person has chosen for this computer; kept from start to start. */
export const settingsSchema = z.object({
  firstLook: z
    .boolean()
    .describe('a study is read first without what the model says of it, until the reader reveals it'),
  hideIdentifiers: z
    .boolean()
    .describe('names, dates and free texts of headers give way to ids in the whole window'),
  heatmapStyle: z.enum(heatmapStyles),
  heatmapColours: z.enum(heatmapColourNames),
  heatmapOpacity: z.number().min(0).max(1).describe('the same for every pixel over the threshold'),
  motion: z
    .enum(['system', 'reduced'])
    .describe('whether the window moves as the system says, or as little as can be')
})
export type Settings = z.infer<typeof settingsSchema>

export const defaultSettings: Settings = {
  firstLook: true,
  hideIdentifiers: false,
  heatmapStyle: 'fill',
  heatmapColours: 'inferno',
  heatmapOpacity: 0.6,
  motion: 'system'
}

/**
 * Settings from anything at all: what is valid counts, the rest is as it is by default.
 * @param stored what a file held; unknown names are passed over, since a newer version may have written them
 * @returns the settings, and the names of those that were not valid; `null` names stored content that holds none
 */
export function parseSettings(stored: unknown): { settings: Settings; invalid: (keyof Settings)[] | null } {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    return { settings: { ...defaultSettings }, invalid: null }
  }
  const settings: Record<string, unknown> = { ...defaultSettings }
  const invalid: (keyof Settings)[] = []
  for (const name of Object.keys(defaultSettings) as (keyof Settings)[]) {
    const value = (stored as Record<string, unknown>)[name]
    if (value === undefined) continue
    const parsed = settingsSchema.shape[name].safeParse(value)
    if (parsed.success) settings[name] = parsed.data
    else invalid.push(name)
  }
  return { settings: settings as Settings, invalid }
}
