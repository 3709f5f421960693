import { Panel } from '../../components/panel'
import { useAnalyses } from '../../state/analysis'
import { selectSeries, useStudies } from '../../state/studies'
import { Problems } from './problems'
import { Thumbnail } from './thumbnail'

/** The left side: studies, their series, and what could not be read. */
export function StudyList() {
  const { opened, seriesId } = useStudies()
  const analyses = useAnalyses((state) => state.bySeries)
  return (
    <aside className="side left-side">
      <Panel
        title="Studies"
        aside={opened.studies.length > 0 ? opened.studies.length : null}
        testId="study-list"
        grows
      >
        {opened.studies.length === 0 && <p className="quiet">Nothing is open.</p>}
        {opened.studies.map((study) => (
          <section key={study.id} className="study" data-testid="study">
            <h3 title={study.patientLabel}>{study.patientLabel || study.description || 'Images'}</h3>
            <p className="quiet">
              {[study.date, study.patientLabel && study.description].filter(Boolean).join(' · ') ||
                'No further description'}
            </p>
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
                      <strong>{series.description || `Series ${place + 1}`}</strong>
                      <span className="quiet">
                        {series.modality} · {series.slices.length}{' '}
                        {series.slices.length === 1 ? 'image' : 'images'}
                      </span>
                      <AnalysisMark status={analyses[series.id]?.status} />
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </Panel>
      {opened.problems.length > 0 && <Problems problems={opened.problems} />}
    </aside>
  )
}

function AnalysisMark({ status }: { status: string | undefined }) {
  if (status === undefined || status === 'none') return null
  const words: Record<string, string> = {
    running: 'analysing…',
    done: 'analysed',
    cancelled: 'cancelled',
    failed: 'failed'
  }
  return <span className={`analysis-mark ${status}`}>{words[status]}</span>
}
