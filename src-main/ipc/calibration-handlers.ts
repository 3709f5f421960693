import type { CalibrationService } from '../jobs/calibration-service'
import type { Handle } from './handle'

export interface CalibrationServices {
  calibration: Pick<CalibrationService, 'overview' | 'propose' | 'approve' | 'rollBack' | 'drift'>
}

/** Registers the channels for proposals, approvals, versions and drift. */
export function registerCalibrationHandlers(handle: Handle, { calibration }: CalibrationServices): void {
  handle('calibration:overview', (request) => calibration.overview(request))
  handle('calibration:propose', (request) => calibration.propose(request))
  handle('calibration:approve', (request) => calibration.approve(request))
  handle('calibration:roll-back', (request) => calibration.rollBack(request))
  handle('calibration:drift', (request) => calibration.drift(request))
}
