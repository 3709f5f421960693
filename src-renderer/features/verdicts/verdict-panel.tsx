import { useState } from 'react'
import type { StudyVerdicts } from '../../../src-main/contract/feedback-channels'
import { Panel } from '../../components/panel'
import { ToolButton } from '../../components/tool-button'
import { useApp } from '../../state/engine'
import { recordReading, useStudyVerdicts, useVerdicts, withReader } from '../../state/verdicts'
import { useView } from '../../state/view'
import type { Reading } from '../reading/use-reading'
import { findingInHand, sliceNormalOf, studyNormalOf, toggleSliceNormal, toggleStudyNormal } from './judge'
import { MissedTools, useMissedTools } from './missed-tools'
import { OwnVerdicts } from './own-verdicts'
import { RemarkField } from './remark-field'
import { useFindingVerdicts } from './use-finding-verdicts'
import { useRecordedReveal } from './use-recorded-reveal'
import { VerdictButtons } from './verdict-buttons'

/** What the reader says: of the finding in hand, of what the model missed, of the slice and of the study. */
export function VerdictPanel({ reading }: { reading: Reading | null }) {
  const feedback = useVerdicts((state) => state.feedback)
  const study = useStudyVerdicts(reading?.study.studyInstanceUid)
  const reader = feedback.session?.reader
  useMissedTools(reading)
  useRecordedReveal(reading)
  return (
    <Panel
      title="Verdicts"
      testId="verdict-panel"
      aside={
        <span className="verdict-aside">
          <ToolButton
            icon="person"
            text={reader ?? 'Reader…'}
            label={reader ? `${reader} is reading; change the reader` : 'Give the reader’s name'}
            disabled={feedback.status === 'failed'}
            testId="reader"
            onPress={() => useApp.setState({ sheet: 'reader' })}
          />
          <ToolButton
            icon="store"
            label="Verdicts and data: export, import, copies, audit"
            testId="open-verdict-data"
            onPress={() => useApp.setState({ sheet: 'verdicts' })}
          />
        </span>
      }
    >
      {feedback.status === 'failed' && (
        <p className="warning" role="alert" data-testid="store-failed">
          The store of verdicts can not be opened. You can read; verdicts can not be kept.
        </p>
      )}
      {reading && feedback.status !== 'failed' && (
        <>
          <FindingRow reading={reading} />
          <MissedTools />
          <SliceAndStudy reading={reading} study={study} />
          <OwnVerdicts reading={reading} study={study} />
          <OtherReaders study={study} />
        </>
      )}
    </Panel>
  )
}

function FindingRow({ reading }: { reading: Reading }) {
  const findings = useFindingVerdicts(reading)
  useView((view) => view.selected)
  if (!reading.revealed) return <p className="quiet">Findings can be judged once they are revealed.</p>
  const found = findingInHand(reading)
  if (!found) {
    return (
      <p className="quiet">
        {findings.ranked.length > 0 ? 'Choose a finding to judge it.' : 'No finding to judge.'}
      </p>
    )
  }
  const said = findings.of(found.rank)
  return (
    <div className="verdict-on-finding" data-testid="verdict-on-finding">
      <div className="verdict-line">
        <span>Finding {found.rank}</span>
        <span className="quiet">
          {findings.judged} of {findings.ranked.length} judged
        </span>
      </div>
      <VerdictButtons reading={reading} finding={found} said={said} />
      {said.mine && (
        <RemarkField key={said.mine.subjectKey} seriesId={reading.series.id} verdict={said.mine} />
      )}
    </div>
  )
}

function SliceAndStudy({ reading, study }: { reading: Reading; study: StudyVerdicts | null }) {
  const sliceNormal = sliceNormalOf(study, reading) !== null
  const studyNormal = studyNormalOf(study) !== null
  return (
    <div className="verdict-normal">
      <button
        type="button"
        className={`verdict-button normal${sliceNormal ? ' pressed' : ''}`}
        aria-pressed={sliceNormal}
        title="Nothing wrong on this slice (K)"
        data-testid="slice-normal"
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => toggleSliceNormal(reading)}
      >
        Slice normal
      </button>
      <button
        type="button"
        className={`verdict-button normal${studyNormal ? ' pressed' : ''}`}
        aria-pressed={studyNormal}
        title="Nothing wrong in this study (Shift+K)"
        data-testid="study-normal"
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => toggleStudyNormal(reading)}
      >
        Study normal
      </button>
      <CompleteButton reading={reading} study={study} />
    </div>
  )
}

function CompleteButton({ reading, study }: { reading: Reading; study: StudyVerdicts | null }) {
  const { ranked, judged } = useFindingVerdicts(reading)
  const [asking, setAsking] = useState<string | null>(null)
  const seriesId = reading.series.id
  const complete = study?.reading.completed ?? false
  const open = reading.revealed ? ranked.length - judged : 0
  const record = (event: 'completed' | 'reopened'): void => {
    setAsking(null)
    withReader(() => void recordReading(seriesId, event))
  }
  return (
    <>
      <button
        type="button"
        className={`verdict-button normal${complete ? ' pressed' : ''}`}
        aria-pressed={complete}
        title="Every slice of this study has been read"
        data-testid="study-complete"
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => {
          if (complete) record('reopened')
          else if (open > 0 && asking !== seriesId) setAsking(seriesId)
          else record('completed')
        }}
      >
        All read
      </button>
      {asking === seriesId && !complete && (
        <p className="complete-question" role="alert">
          {open} {open === 1 ? 'finding has' : 'findings have'} no verdict yet.{' '}
          <button
            type="button"
            className="link"
            data-testid="complete-anyway"
            onClick={() => record('completed')}
          >
            Complete anyway
          </button>
        </p>
      )}
    </>
  )
}

function OtherReaders({ study }: { study: StudyVerdicts | null }) {
  if (!study || (study.otherReaders === 0 && study.blind)) return null
  const readers = `${study.otherReaders} other ${study.otherReaders === 1 ? 'reader' : 'readers'}`
  return (
    <p className="other-readers quiet" data-testid="other-readers">
      {study.blind ? `${readers}; hidden from you. ` : `${readers}; shown. `}
      <button
        type="button"
        className="link"
        disabled={study.blind && !study.reading.completed}
        title={study.blind && !study.reading.completed ? 'Read the study completely first' : undefined}
        data-testid="open-unblind"
        onClick={() => useApp.setState({ sheet: 'unblind' })}
      >
        {study.blind ? 'Show…' : 'Agreement…'}
      </button>
    </p>
  )
}
