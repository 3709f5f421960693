import { create } from 'zustand'
import type { Study } from '../../src-main/contract/study'
import { useApp } from './engine'
import { useSettings } from './settings'

/**
 * Which studies the reader has had the model's results of revealed, by Study Instance UID: opening a study again does
 * not hide them again. Kept until the app ends.
 */
export const useReveals = create<{ revealed: Record<string, true> }>(() => ({ revealed: {} }))

/** Shows heatmap, findings and scores of a study from now on. There is no way back: what was seen was seen. */
export function reveal({ studyInstanceUid }: Pick<Study, 'studyInstanceUid'>): void {
  useReveals.setState(({ revealed }) =>
    revealed[studyInstanceUid] ? {} : { revealed: { ...revealed, [studyInstanceUid]: true } }
  )
}

/**
 * Whether the model's results of a study may be seen: after the reader's first look, or where none is asked for. A
 * generated study is no reading, and a window that exists for a picture of its heatmap has no reader.
 */
export function isRevealed(study: Pick<Study, 'studyInstanceUid' | 'generated'>): boolean {
  return (
    study.generated ||
    !useSettings.getState().firstLook ||
    (useApp.getState().facts?.forScreenshot ?? false) ||
    useReveals.getState().revealed[study.studyInstanceUid] === true
  )
}

/** {@link isRevealed}, followed as it changes. */
export function useRevealed(study: Pick<Study, 'studyInstanceUid' | 'generated'> | null): boolean {
  useSettings((settings) => settings.firstLook)
  useApp((app) => app.facts)
  useReveals((state) => state.revealed)
  return study !== null && isRevealed(study)
}
