import type { ReactNode } from 'react'
import type { AnalysisState } from '../../../src-main/contract/channels'
import { Panel } from '../../components/panel'
import { useAnalyses } from '../../state/analysis'
import { selectSeries, useStudies } from '../../state/studies'
import { useSettings } from '../../state/settings'
import { Problems } from './problems'
import { shownTexts } from './shown-texts'
import { Thumbnail } from './thumbnail'

/** The left side: studies, their series, what could not be read, and what is put below them. */
export function StudyList({ children }: { children?: ReactNode }) {
  const opened = useStudies((state) => state.opened)
  const seriesId = useStudies((state) => state.seriesId)
  const opening = useStudies((state) => state.opening)
  const hidden = useSettings((settings) => settings.hideIdentifiers)
  const analyses = useAnalyses((state) => state.bySeries)
  return (
    <aside className="side left-side">
      <Panel
        title="Studies"
        aside={opened.studies.length > 0 ? opened.studies.length : null}
        testId="study-list"
        grows
      >
        {opened.studies.length === 0 && !opening && <p className="quiet">Nothing is open.</p>}
        {opened.studies.map((study) => (
          <section key={study.id} className="study" data-testid="study">
            <h3 title={shownTexts(study, 0, hidden).patient}>{shownTexts(study, 0, hidden).title}</h3>
            <p className="quiet">{shownTexts(study, 0, hidden).subtitle}</p>
            {study.generated && <p className="badge">Generated, no patient</p>}
            <ul className="series-list">
              {study.series.map((series, place) => (
                <li key={series.id}>
                  <button
                    type="button"
                    className={series.id === seriesId ? 'series-card chosen' : 'series-card'}
                    aria-current={series.id === seriesId}
                    data-testid="series-card"
                    onClick={() => selectSeries(series.id)}
                  >
                    <Thumbnail seriesId={series.id} />
                    <span className="series-text">
                      <strong>{shownTexts(study, place, hidden).series}</strong>
                      <span className="quiet">
                        {series.modality} · {series.slices.length}{' '}
                        {series.slices.length === 1 ? 'image' : 'images'}
                        {series.growing !== undefined && ' so far'}
                      </span>
                      <AnalysisMark analysis={analyses[series.id]} />
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </Panel>
      {children}
      {opened.problems.length > 0 && <Problems problems={opened.problems} studies={opened.studies} />}
    </aside>
  )
}

function AnalysisMark({ analysis }: { analysis: AnalysisState | undefined }) {
  if (!analysis || analysis.status === 'none') return null
  const { status, slices } = analysis
  const count = slices.filter(Boolean).length
  const words = {
    running: 'analysing…',
    // slices that could not be read leave gaps
    done: count === slices.length ? 'analysed' : `${count} of ${slices.length} analysed`,
    cancelled: 'cancelled',
    failed: 'failed'
  }
  return <span className={`analysis-mark ${status}`}>{words[status]}</span>
}
