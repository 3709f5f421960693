import { ChoiceRow } from '../../components/choice-row'
import { SwitchRow } from '../../components/switch-row'
import { changeSettings, useSettings } from '../../state/settings'

/** What the window shows of patients, and how it moves. */
export function WindowSection() {
  const { hideIdentifiers, motion } = useSettings()
  return (
    <>
      <SwitchRow
        label="Hide identifiers"
        hint="Names, dates and free texts of headers give way to ids in the whole window (Ctrl+Shift+H). What is burnt into pixels stays."
        checked={hideIdentifiers}
        testId="setting-hide-identifiers"
        onChange={(checked) => changeSettings({ hideIdentifiers: checked })}
      />
      <ChoiceRow
        label="Motion"
        hint="Inertia of scrolling and other movement that goes on by itself."
        value={motion}
        choices={[
          ['system', 'As the system says'],
          ['reduced', 'As little as possible']
        ]}
        testId="setting-motion"
        onChange={(chosen) => changeSettings({ motion: chosen })}
      />
    </>
  )
}
