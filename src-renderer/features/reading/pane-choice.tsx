import { putBeside } from '../../state/linked-scroll'
import { useStudies } from '../../state/studies'
import { manifestOf, useModels } from '../../state/models'
import { setPaneContent, type PaneContent } from '../../state/panes'
import { startSecondAnalysis, useSecondModel } from '../../state/second-model'
import { useSettings } from '../../state/settings'
import { useView } from '../../state/view'
import { shownTexts } from '../study-list/shown-texts'
import { contentKey, contentOptions } from './content-options'
import { useReading } from './use-reading'

const secondModel = 'second-model:'

/** The choice of what a pane shows; choosing a second model also starts its analysis. */
export function PaneChoice({ place, content }: { place: number; content: PaneContent }) {
  const reading = useReading()
  const layout = useView((view) => view.layout)
  const hidden = useSettings((settings) => settings.hideIdentifiers)
  const studies = useStudies((state) => state.opened.studies)
  const models = useModels()
  const second = useSecondModel((state) => state.bySeries[reading?.series.id ?? ''])
  if (!reading) return null
  const first = reading.manifest
  const options = contentOptions(
    { first, second: manifestOf(models, second?.modelId) },
    studies,
    reading.series.id,
    (study, index) => shownTexts(study, index, hidden).series
  )
  const groups = [...new Set(options.map(({ group }) => group))]
  const candidates = models.models.filter(
    ({ id, manifest }) => manifest && id !== first?.id && id !== second?.modelId
  )
  const choose = (key: string): void => {
    if (key.startsWith(secondModel)) {
      void startSecondAnalysis(reading.series.id, key.slice(secondModel.length))
      setPaneContent(layout, place, { kind: 'overlay', map: null, seriesId: null, second: true })
      return
    }
    const chosen = options.find((option) => option.key === key)
    if (!chosen) return
    if (chosen.content.seriesId) putBeside(chosen.content.seriesId)
    setPaneContent(layout, place, chosen.content)
  }
  return (
    <select
      className="pane-choice"
      aria-label={`Content of pane ${place + 1}`}
      title="What this pane shows"
      data-testid={`pane-choice-${place}`}
      value={contentKey(content)}
      onChange={(event) => choose(event.target.value)}
    >
      {groups.map((group) => (
        <optgroup key={group} label={group}>
          {options
            .filter((option) => option.group === group)
            .map(({ key, label }) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
        </optgroup>
      ))}
      {candidates.length > 0 && (
        <optgroup label={second ? 'Compare with another model' : 'Compare with a second model'}>
          {candidates.map(({ id, manifest }) => (
            <option key={id} value={secondModel + id}>
              {manifest?.name ?? id}
            </option>
          ))}
        </optgroup>
      )}
    </select>
  )
}
