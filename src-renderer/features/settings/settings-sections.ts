import type { ComponentType } from 'react'
import { HeatmapSection } from './heatmap-section'
import { ModelsSection } from '../models/models-section'
import { ReadingSection } from './reading-section'
import { WindowSection } from './window-section'

/** A section of the settings sheet. */
export interface SettingsSection {
  id: string
  title: string
  content: ComponentType
}

/** The sections, in the order of the sheet. */
export const settingsSections: [SettingsSection, ...SettingsSection[]] = [
  { id: 'reading', title: 'Reading', content: ReadingSection },
  { id: 'heatmap', title: 'Heatmap', content: HeatmapSection },
  { id: 'models', title: 'Models', content: ModelsSection },
  { id: 'window', title: 'Window and privacy', content: WindowSection }
]
