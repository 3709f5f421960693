import { researchNotice } from '../../../src-main/contract/notice'
import { orientationLetters } from '../../viewer/orientation-letters'
import type { ViewPose } from '../../viewer/viewport-geometry'
import { useSettings } from '../../state/settings'
import { shownTexts } from '../study-list/shown-texts'
import type { PaneKind } from '../../state/panes'
import type { Reading } from './use-reading'

interface Props {
  kind: PaneKind
  /** whether it says which slice, which window and which zoom */
  main: boolean
  reading: Reading
  pose: ViewPose
  /** false in small panes side by side: then the least is written */
  alone: boolean
  /** what the pixels that are shown lack; null where they are whole */
  lacking: string | null
  /** integers beyond 2^53 lost their last digits */
  rounded: boolean
}

/** What stands in the corners and at the edges of a pane. */
export function CornerTexts({ kind, main, reading, pose, alone, lacking, rounded }: Props) {
  const { series, study, slice, sliceIndex, window } = reading
  const hidden = useSettings((settings) => settings.hideIdentifiers)
  const texts = shownTexts(study, study.series.indexOf(series), hidden)
  const letters = slice.orientation ? orientationLetters(slice.orientation, pose) : null
  return (
    <div className="corner-texts">
      <div className="corner top-left">
        {alone && texts.patient && <strong data-testid="patient-text">{texts.patient}</strong>}
        {main && <span>{texts.series}</span>}
        {lacking && (
          <strong className="partial-mark" data-testid="partial-mark">
            Partial image: {lacking}
          </strong>
        )}
        {rounded && <strong className="partial-mark">Whole numbers beyond 2^53 are rounded</strong>}
        {alone && <span>{[series.modality, texts.date].filter(Boolean).join(' · ')}</span>}
      </div>
      {main && (
        <div className="corner bottom-left" data-testid="slice-position">
          <span>
            Slice <b data-testid="slice-number">{sliceIndex + 1}</b> / {series.slices.length}
          </span>
          {alone && slice.distanceAlongNormalMm !== null && (
            <span>Position {slice.distanceAlongNormalMm.toFixed(1)} mm</span>
          )}
        </div>
      )}
      {main && (
        <div className="corner bottom-right">
          {!series.color && (
            <span data-testid="window-text">
              W {shortNumber(window.width)} L {shortNumber(window.center)}
            </span>
          )}
          <span data-testid="zoom-text">Zoom {Math.round(pose.zoom * 100)} %</span>
        </div>
      )}
      {(kind === 'overlay' || kind === 'map') && (
        <div className={alone ? 'viewport-notice' : 'viewport-notice low'} data-testid="viewport-notice">
          {researchNotice}
        </div>
      )}
      {letters && (
        <>
          <span className="edge left">{letters.left}</span>
          <span className="edge top">{letters.top}</span>
          {alone && <span className="edge right">{letters.right}</span>}
          {alone && <span className="edge bottom">{letters.bottom}</span>}
        </>
      )}
    </div>
  )
}

function shortNumber(value: number): string {
  return Math.abs(value) >= 20 ? value.toFixed(0) : value.toPrecision(3)
}
