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
  'settings:set'
] as const
export type ChannelName = (typeof channelNames)[number]

/** Events, main to renderer. */
export const eventNames = [
  'event:studies-changed',
  'event:job-progress',
  'event:slice-analysed',
  'event:engine-state',
  'event:menu-command',
  'event:settings-changed'
] as const
export type EventName = (typeof eventNames)[number]
