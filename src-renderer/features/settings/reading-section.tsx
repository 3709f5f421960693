import { SwitchRow } from '../../components/switch-row'
import { changeSettings, useSettings } from '../../state/settings'

/** How a study is read. */
export function ReadingSection() {
  const firstLook = useSettings((settings) => settings.firstLook)
  return (
    <SwitchRow
      label="First look without the model"
      hint="Heatmap, findings and scores of a study stay hidden until you reveal them (Enter). The analysis runs meanwhile. What you see first shapes what you look for."
      checked={firstLook}
      testId="setting-first-look"
      onChange={(checked) => changeSettings({ firstLook: checked })}
    />
  )
}
