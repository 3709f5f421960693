import { useSettings } from '../../state/settings'
import { useStudies } from '../../state/studies'

/** The series met so far in what is being opened; they can be read once all their images are known. */
export function SeriesSoFar() {
  const progress = useStudies((state) => state.progress)
  const hidden = useSettings((settings) => settings.hideIdentifiers)
  if (!progress || progress.series.length === 0) return null
  return (
    <section className="study" data-testid="series-so-far" aria-label="Being opened">
      <h3>Being opened</h3>
      <p className="quiet">
        {progress.done} of {progress.total} files read
      </p>
      <ul className="series-list">
        {progress.series.map(({ modality, description, images }, place) => (
          <li key={place} className="series-text">
            <strong>{(!hidden && description) || `Series ${place + 1}`}</strong>
            <span className="quiet">
              {modality} · {images} {images === 1 ? 'image' : 'images'} so far
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
