import { useEffect, useState } from 'react'
import type { MethodFacts, ThresholdLevel } from '../../../src-main/contract/calibration-channels'
import { chooseCalibration, optionsOf, useCalibration } from '../../state/calibration'
import { counted } from './format-figures'

const levelNames: Record<ThresholdLevel, string> = {
  slice: 'Slices that are normal',
  finding: 'Findings that are false',
  pixel: 'Pixels of normal slices'
}

const methodNames: Record<string, string> = {
  percentile: 'Percentile of normal scores',
  conformal: 'Conformal (guaranteed false alarm rate)',
  bayesian: 'Bayesian false positive rate',
  tail: 'Extreme-value tail',
  'median-mad': 'Median + k MAD',
  'rolling-mad': 'Rolling window, median + k MAD',
  'mean-sd': 'Mean + k SD (not advised)',
  youden: 'ROC: Youden',
  'f-beta': 'Precision and recall: F-beta',
  'cost-ratio': 'ROC: cost ratio',
  'fixed-sensitivity': 'ROC: fixed sensitivity',
  'false-positives-per-image': 'Fixed false positives per image',
  precision: 'Precision and recall: fixed precision'
}

const optionNames: Record<string, string> = {
  percent: 'Percentile',
  rate: 'False alarm rate (0 to 1)',
  credibility: 'Posterior probability (0 to 1)',
  tailPercent: 'Tail begins at percentile',
  fit: 'Fit of the tail',
  k: 'k',
  window: 'Latest normals',
  beta: 'Beta (over 1: sensitivity counts more)',
  costRatio: 'Cost of a miss, in false alarms',
  sensitivity: 'Sensitivity (0 to 1)',
  precision: 'Precision (0 to 1)',
  perImage: 'False findings per image'
}

/** What the threshold is learnt by, at which level, and for which images. */
export function MethodChoice() {
  const { overview, method: name, level, profile, options } = useCalibration()
  if (!overview) return null
  const method = overview.methods.find((own) => own.name === name) ?? overview.methods[0]
  const values = optionsOf(method, options)
  return (
    <div className="method-choice">
      <ProfileSelect />
      <label>
        False alarms are
        <select
          value={level}
          data-testid="level-choice"
          onChange={(event) => chooseCalibration({ level: event.target.value as ThresholdLevel })}
        >
          {Object.entries(levelNames).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        Method
        <select
          value={method.name}
          data-testid="method-choice"
          onChange={(event) => chooseCalibration({ method: event.target.value })}
        >
          <optgroup label="From normal scores">
            {methodOptions(overview.methods.filter(({ needsLabels }) => !needsLabels))}
          </optgroup>
          <optgroup label="From normal and abnormal scores">
            {methodOptions(overview.methods.filter(({ needsLabels }) => needsLabels))}
          </optgroup>
        </select>
      </label>
      {method.options.map(({ name: option }) => (
        <OptionField
          key={`${method.name}/${option}/${profile}`}
          label={optionNames[option] ?? option}
          testId={`option-${option}`}
          value={values[option]}
          onChange={(value) =>
            chooseCalibration({ options: { ...options, [`${method.name}/${option}`]: value } })
          }
        />
      ))}
      <p className="quiet">
        {method.description}. <cite>{method.source}</cite>
      </p>
      {method.caution && <p className="warning">{sentence(method.caution)}</p>}
    </div>
  )
}

/** The images that a threshold is for: all, a modality, a scanner, a protocol. */
export function ProfileSelect() {
  const { overview, profile } = useCalibration()
  return (
    <label>
      Images
      <select
        value={profile}
        data-testid="profile-choice"
        onChange={(event) => chooseCalibration({ profile: Number(event.target.value) })}
      >
        {overview?.profiles.map(({ label, verdicts }, place) => (
          <option key={label} value={place}>
            {sentence(label, '')} ({counted(verdicts, 'verdict')})
          </option>
        ))}
      </select>
    </label>
  )
}

function methodOptions(methods: MethodFacts[]) {
  return methods.map(({ name, description }) => (
    <option key={name} value={name} title={description}>
      {methodNames[name] ?? name}
    </option>
  ))
}

/** A number that counts with Enter or when the field is left, or one of two ways to fit. */
function OptionField({
  label,
  value,
  testId,
  onChange
}: {
  label: string
  value: number | string
  testId: string
  onChange: (value: number | string) => void
}) {
  const [text, setText] = useState(String(value))
  useEffect(() => setText(String(value)), [value])
  if (typeof value === 'string') {
    return (
      <label>
        {label}
        <select value={value} data-testid={testId} onChange={(event) => onChange(event.target.value)}>
          <option value="pwm">probability-weighted moments</option>
          <option value="ml">maximum likelihood</option>
        </select>
      </label>
    )
  }
  const commit = (): void => {
    const wanted = Number(text.replace(',', '.'))
    if (text.trim() === '' || !Number.isFinite(wanted)) setText(String(value))
    else if (wanted !== value) onChange(wanted)
  }
  return (
    <label>
      {label}
      <input
        type="text"
        inputMode="decimal"
        value={text}
        data-testid={testId}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </label>
  )
}

function sentence(text: string, end = '.'): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end}`
}
