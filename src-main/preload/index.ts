import { contextBridge } from 'electron'
import { exposedApi } from './exposed-api'

contextBridge.exposeInMainWorld('nidus', exposedApi)
