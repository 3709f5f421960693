import { CalibrationSheet } from './features/calibration/calibration-sheet'
import { FindingsPanel } from './features/findings/findings-panel'
import { Header } from './features/header/header'
import { HeatmapBar } from './features/header/heatmap-bar'
import { HistogramPanel } from './features/histogram/histogram-panel'
import { AboutSheet } from './features/help/about-sheet'
import { ShortcutSheet } from './features/help/shortcut-sheet'
import { MeasurementsPanel } from './features/measure/measurements-panel'
import { ModelPanel } from './features/model/model-panel'
import { StampPanel } from './features/model/stamp-panel'
import { EmptyRoom } from './features/reading/empty-room'
import { ProbePanel } from './features/reading/probe-panel'
import { ReadingRoom } from './features/reading/reading-room'
import { useActiveReading, useReading } from './features/reading/use-reading'
import { SettingsSheet } from './features/settings/settings-sheet'
import { usePeek } from './features/session/use-peek'
import { useShortcuts } from './features/session/use-shortcuts'
import { Notices } from './features/status/notices'
import { StatusBar } from './features/status/status-bar'
import { StudyList } from './features/study-list/study-list'
import { DataSheet } from './features/verdicts/data-sheet'
import { ReaderSheet } from './features/verdicts/reader-sheet'
import { UnblindSheet } from './features/verdicts/unblind-sheet'
import { VerdictPanel } from './features/verdicts/verdict-panel'
import { useApp } from './state/engine'

/** The window. Layout only. */
export function App() {
  const reading = useReading()
  const active = useActiveReading()
  const sheet = useApp((state) => state.sheet)
  useShortcuts(active)
  usePeek()
  return (
    <div className="app">
      <Header reading={active} />
      <HeatmapBar reading={reading} />
      <StudyList>
        <HistogramPanel reading={reading} />
      </StudyList>
      <main className="middle">{reading ? <ReadingRoom reading={reading} /> : <EmptyRoom />}</main>
      <aside className="side right-side">
        <ModelPanel reading={reading} />
        <FindingsPanel reading={reading} />
        <MeasurementsPanel reading={active} />
        <VerdictPanel reading={reading} />
        <ProbePanel reading={reading} />
        <StampPanel reading={reading} />
      </aside>
      <StatusBar />
      <Notices />
      {sheet === 'thresholds' && <CalibrationSheet reading={reading} />}
      {sheet === 'settings' && <SettingsSheet />}
      {sheet === 'shortcuts' && <ShortcutSheet />}
      {sheet === 'about' && <AboutSheet />}
      {sheet === 'reader' && <ReaderSheet />}
      {sheet === 'unblind' && reading && <UnblindSheet reading={reading} />}
      {sheet === 'verdicts' && <DataSheet />}
    </div>
  )
}
