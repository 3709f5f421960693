import { createRoot } from 'react-dom/client'
import { App } from './app'
import { startSession } from './features/session/start-session'
import './styles/base.css'
import './styles/layout.css'
import './styles/panels.css'
import './styles/viewport.css'
import './styles/verdicts.css'
import './styles/settings.css'
import './styles/calibration.css'
import './styles/tools.css'
import './styles/models.css'
import './styles/evidence.css'

const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)
void startSession()
