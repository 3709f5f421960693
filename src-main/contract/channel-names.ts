/** Request channels, renderer to main. Without schemas, so that the preload stays small. */
export const channelNames = [
  'app:facts',
  'app:first-heatmap-shown',
  'study:open-dialog',
  'study:open-demo',
  'study:open-dropped',
  'study:list',
  'study:close-all',
  'study:pixels',
  'study:thumbnail',
  'model:list',
  'analysis:start',
  'analysis:cancel',
  'analysis:state',
  'analysis:map',
  'analysis:findings',
  'engine:state',
  'settings:get',
  'settings:set',
  'feedback:state',
  'feedback:start-session',
  'feedback:end-session',
  'feedback:record-reading',
  'feedback:study',
  'feedback:add',
  'feedback:annotate',
  'feedback:undo',
  'feedback:retract',
  'feedback:unblind',
  'feedback:summary',
  'feedback:export',
  'feedback:import',
  'feedback:verify',
  'feedback:backups',
  'feedback:back-up',
  'feedback:restore',
  'calibration:overview',
  'calibration:propose',
  'calibration:approve',
  'calibration:roll-back',
  'calibration:drift'
] as const
export type ChannelName = (typeof channelNames)[number]

/** Events, main to renderer. */
export const eventNames = [
  'event:studies-changed',
  'event:job-progress',
  'event:slice-analysed',
  'event:engine-state',
  'event:menu-command',
  'event:settings-changed',
  'event:feedback-state',
  'event:thresholds-changed'
] as const
export type EventName = (typeof eventNames)[number]
