import { app, type Session } from 'electron'

/** Chromium features that would look for servers, devices or updates of their own. */
const unwantedFeatures = [
  'AutofillServerCommunication',
  'CertificateTransparencyComponentUpdater',
  'DialMediaRouteProvider',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'SpareRendererForSitePerProcess',
  'Translate'
]

/** Turns off whatever in Chromium reaches for the network unasked. To be called before the app is ready. */
export function silenceChromium(): void {
  const { commandLine } = app
  for (const name of [
    'disable-background-networking',
    'disable-breakpad',
    'disable-component-update',
    'disable-default-apps',
    'disable-domain-reliability',
    'disable-sync',
    'dns-prefetch-disable',
    'no-pings',
    'no-proxy-server'
  ]) {
    commandLine.appendSwitch(name)
  }
  // no name resolves, so that even an oversight leads nowhere
  commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
  commandLine.appendSwitch('force-webrtc-ip-handling-policy', 'disable_non_proxied_udp')
  const given = commandLine.getSwitchValue('disable-features')
  commandLine.appendSwitch('disable-features', [given, ...unwantedFeatures].filter(Boolean).join(','))
}

/**
 * Lets a session load the app's own page and nothing else: no addresses, no permissions, no downloads.
 * @param folderUrl file URL of the folder with the page, ending in a slash
 */
export function forbidNetwork(session: Session, folderUrl: string): void {
  // Chromium fetches a spelling dictionary by itself before any window exists, past every filter of requests; this
  // comes before it has looked on the disk, and leads it to an address that no network answers
  session.setSpellCheckerDictionaryDownloadURL('file:///')
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isOwn(details.url, folderUrl) })
  })
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
}

/** Whether an address is inside the app's own page: its files, or what it made itself. */
export function isOwn(url: string, folderUrl: string): boolean {
  if (url.startsWith('data:') || url.startsWith('blob:')) return true
  // '..' and its encodings would climb out of the folder
  return url.startsWith(folderUrl) && !/(\.|%2e){2}/i.test(url.slice(folderUrl.length))
}
